import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { COMMANDS } from "../commands/index.js";
import { generatedFiles } from "./pages.js";

/** Writes the generated pages: `make docs`. */
const project = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");
for (const [path, content] of generatedFiles(COMMANDS, project)) {
  mkdirSync(dirname(`${project}/${path}`), { recursive: true });
  writeFileSync(`${project}/${path}`, content);
}
