import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { allOptions, type Command } from "../base/cli/index.js";
import { COMMANDS } from "../commands/index.js";
import { cleanRecord } from "../record/index.js";
import { PROJECT } from "../testing/run.js";
import { generatedFiles } from "./pages.js";

/** Paths of the files below a folder, from the folder of package.json. */
const filesBelow = (folder: string) =>
  readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));

const read = (path: string) => readFileSync(join(PROJECT, path), "utf8");

for (const [path, content] of generatedFiles(COMMANDS, PROJECT.replace(/\/$/, ""))) {
  test(`${path} is what the tables say`, () => {
    const found = existsSync(join(PROJECT, path)) ? read(path) : "";
    assert.ok(found === content, `${path} is older than the tables; run \`make docs\``);
  });
}

/** Every command that runs, subcommands included: its command's name, its own words, its options. */
const RUNNABLE = COMMANDS.flatMap((command) =>
  [command, ...(command.subcommands ?? [])]
    .filter(({ run }) => run)
    .map((one: Command) => ({
      name: command.name,
      words: one === command ? command.name : `${command.name} ${one.name}`,
      flags: allOptions(one).map(({ flags }) => flags.split(" ")[0] as string),
    })),
);

/** The part of a page between the line that starts with `from` and the next one that `to` matches. */
function part(page: string, from: string, to: RegExp): string {
  const start = page.indexOf(`${from}\n`);
  assert.notEqual(start, -1, `there is no ${from}`);
  const rest = page.slice(start + from.length);
  const end = rest.search(to);
  return end === -1 ? rest : rest.slice(0, end);
}

for (const { name, words, flags } of RUNNABLE) {
  test(`${words} and its ${flags.length} flags are in docs/commands.md`, () => {
    const level = words === name ? "##" : "###";
    const section = part(read("docs/commands.md"), `${level} ${words}`, /^##+ /m);
    assert.deepEqual(
      flags.filter((flag) => !new RegExp(`\`${flag}[ \`]`).test(section)),
      [],
    );
  });

  test(`${words} and its ${flags.length} flags are in the manual page`, () => {
    const page = read(`docs/man/${name}.1`);
    const own = words === name ? page : part(page, `.SS\n${words.slice(name.length + 1)}`, /^\.S[SH]/m);
    assert.deepEqual(
      flags.filter((flag) => !own.includes(`.B ${flag.replaceAll("-", "\\-")}`)),
      [],
    );
  });

  test(`${words} and its ${flags.length} flags are in the shell completions`, () => {
    const bash = read("docs/completion/ov-tools.bash");
    const line = bash.split("\n").find((one) => one.trim().startsWith(`"${words}")`)) ?? "";
    assert.deepEqual(
      flags.filter((flag) => !new RegExp(`[" ]${flag}[" ]`).test(line)),
      [],
      "bash",
    );
    const zsh = part(read("docs/completion/_ov-tools"), `_${words.replaceAll(/[- ]/g, "_")}() {`, /^}/m);
    assert.deepEqual(
      flags.filter((flag) => !new RegExp(`'\\*?${flag}=?\\[`).test(zsh)),
      [],
      "zsh",
    );
    const [command, subcommand] = words.split(" ") as [string, string?];
    const condition = subcommand ? ` -n '__fish_seen_subcommand_from ${subcommand}'` : "";
    const fish = read("docs/completion/ov-tools.fish");
    assert.deepEqual(
      flags.filter((flag) => !fish.includes(`complete -c ${command}${condition} -l ${flag.slice(2)} `)),
      [],
      "fish",
    );
  });
}

test("every command has an executable, an entry in package.json and a row in README.md", () => {
  const { bin } = JSON.parse(read("package.json")) as { bin: Record<string, string> };
  const names = COMMANDS.map(({ name }) => name).sort();
  assert.deepEqual(Object.keys(bin).sort(), names);
  const executables = readdirSync(join(PROJECT, "bin")).filter((file) => file !== "package.json");
  assert.deepEqual(executables.sort(), names.map((name) => `${name}.js`).sort());
  const readme = read("README.md");
  assert.deepEqual(
    RUNNABLE.map(({ words }) => words).filter((words) => !readme.includes(`| \`${words}\` |`)),
    [],
  );
});

test("there are manual pages of all commands and of none that are gone, and npm installs them", () => {
  const pages = COMMANDS.map(({ name }) => `${name}.1`).sort();
  const { man } = JSON.parse(read("package.json")) as { man: string[] };
  assert.deepEqual(
    man,
    pages.map((page) => `docs/man/${page}`),
  );
  assert.deepEqual(readdirSync(join(PROJECT, "docs", "man")).sort(), pages);
});

test("the records that docs/records.md shows are records", () => {
  const [shown, least] = [...read("docs/records.md").matchAll(/```json\n(.*?)```/gs)].map(([, json]) =>
    JSON.parse(json as string),
  );
  assert.deepEqual(cleanRecord(shown), { record: shown });
  assert.ok("record" in cleanRecord(least));
});

const PAGES = [
  "README.md",
  ...readdirSync(join(PROJECT, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];

/** The anchors of a page's headings, as Markdown viewers make them. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

for (const path of PAGES) {
  test(`every link of ${path} leads somewhere`, () => {
    const page = read(path).replace(/```.*?```/gs, "");
    const links = [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link as string);
    const broken = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file, anchor] = link.split("#") as [string, string?];
        const target = file === "" ? path : join(dirname(path), file);
        if (!existsSync(join(PROJECT, target))) return true;
        return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
      });
    assert.deepEqual(broken, []);
  });
}

test("README.md leads to every page of docs", () => {
  const readme = read("README.md");
  assert.deepEqual(
    PAGES.filter((path) => path !== "README.md" && !readme.includes(`](${path})`)),
    [],
  );
});

test("files and folders of src that pages and comments name are there", () => {
  const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...filesBelow("docs"), ...filesBelow("src")];
  const named = pages
    .filter((page) => /\.(?:md|ts)$/.test(page))
    .flatMap((page) =>
      [...read(page).matchAll(/`(src\/[\w./-]*\w)`/g)].map(([, path]) => ({ page, path: path as string })),
    );
  // A page may show where a new file goes.
  const missing = named.filter(
    ({ page, path }) => page !== "docs/add-a-provider.md" && !existsSync(join(PROJECT, path)),
  );
  assert.deepEqual(missing, []);
});
