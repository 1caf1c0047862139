import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { packageFile } from "../own-files.js";

/** The version of the package, read from package.json. */
export function packageVersion(): string {
  const json = readFileSync(packageFile("package.json"), "utf8");
  return (JSON.parse(json) as { version: string }).version;
}

/** The folder of the package: a checkout, or where npm has put it. */
export function packageFolder(): string {
  return fileURLToPath(packageFile("")).replace(/\/$/, "");
}

/** What `--version` prints, in the form of the GNU coding standards: `ov-stage (ov-tools) 1.2.3`. */
export function versionText(name: string): string {
  return `${name.split(" ")[0]} (ov-tools) ${packageVersion()}`;
}
