import { readFileSync } from "node:fs";
import { type Command, packageVersion } from "../base/cli/index.js";
import { OUTCOMES } from "../base/failure.js";
import { TARGETS } from "../release/publishing/targets/index.js";
import { commandsPage } from "./commands-page.js";
import { bashCompletion } from "./completion-bash.js";
import { fishCompletion } from "./completion-fish.js";
import { zshCompletion } from "./completion-zsh.js";
import { grammarTables, typeTable } from "./flickr-urls-page.js";
import { licenseTable, portTable, statementTable } from "./licenses-page.js";
import { manPage } from "./man-page.js";
import { markdownTable } from "./markdown.js";
import { conformanceTable, providerSections, providerTable } from "./providers-page.js";
import { columnTable, dropTable, mergeTable, recordSchema } from "./records-page.js";

/** Every generated file of the project: its path below the project and its content. */
export function generatedFiles(commands: readonly Command[], project: string): Map<string, string> {
  const version = packageVersion();
  const page = (path: string, parts: Record<string, string>) =>
    [path, fillIn(readFileSync(`${project}/${path}`, "utf8"), parts, path)] as const;
  return new Map([
    ["docs/commands.md", commandsPage(commands)],
    page("docs/records.md", {
      columns: columnTable(),
      "merge rules": mergeTable(),
      "reasons of drops": dropTable(),
    }),
    page("docs/licences.md", { licences: licenseTable(), ports: portTable(), statements: statementTable() }),
    page("docs/flickr-urls.md", { types: typeTable(), grammar: grammarTables() }),
    page("docs/providers.md", {
      table: providerTable(),
      sections: providerSections(),
      conformance: conformanceTable(project),
    }),
    page("docs/publishing.md", { targets: targetTable() }),
    page("docs/pipe-contract.md", { "exit codes": exitCodeTable() }),
    ["docs/media-record.schema.json", `${JSON.stringify(recordSchema(), null, 2)}\n`],
    ["docs/completion/ov-tools.bash", bashCompletion(commands)],
    ["docs/completion/_ov-tools", zshCompletion(commands)],
    ["docs/completion/ov-tools.fish", fishCompletion(commands)],
    ...commands.map((command) => [`docs/man/${command.name}.1`, manPage(command, version)] as const),
  ]);
}

/** Replaces what stands between `<!-- made: NAME -->` and `<!-- end -->` in a page that is otherwise written by hand. */
function fillIn(page: string, parts: Readonly<Record<string, string>>, path: string): string {
  let filled = page;
  for (const [name, content] of Object.entries(parts)) {
    const start = `<!-- made: ${name} -->`;
    const from = filled.indexOf(start);
    const to = filled.indexOf("<!-- end -->", from);
    if (from === -1 || to === -1) throw new Error(`${path} has no place marked ${start} … <!-- end -->`);
    filled = `${filled.slice(0, from + start.length)}\n${content}\n${filled.slice(to)}`;
  }
  return filled;
}

function targetTable(): string {
  return markdownTable(
    ["target", "what it is", "its options", "keys and tokens come from"],
    TARGETS.map(({ form, description, options, credentials }) => [
      `\`${form}\``,
      description,
      options.map(({ flags }) => `\`${flags.split(" ")[0]}\``).join(", ") || "none",
      credentials,
    ]),
  ).join("\n");
}

function exitCodeTable(): string {
  return markdownTable(
    ["exit code", "name in messages", "meaning", "can a re-run help"],
    Object.entries(OUTCOMES).map(([name, { exit, meaning, retryable }]) => [
      String(exit),
      `\`${name}\``,
      meaning,
      retryable ? "yes" : "no",
    ]),
  ).join("\n");
}
