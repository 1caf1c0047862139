import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Sqlite from "better-sqlite3";
import { widthOf } from "../base/cli/width.js";
import { finished, linesOf, PROJECT, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

/** What people see: whatever stands in data, in the names of files and in arguments, no terminal obeys it. */

/** Escapes that clear the screen, name the window and write to the clipboard; marks that turn the text; what is not seen. */
const EVIL = "e\u001b[2J\u001b]0;w\u0007\u009b31m\u007f\r\u202egnp\u2066\u061c\u200b\u2028\u{e0041}\b\n";
/** As the name of a file, or an argument. */
const NAME = EVIL;
const SEEN =
  "e\\u{1b}[2J\\u{1b}]0;w\\u{7}\\u{9b}31m\\u{7f}\\u{d}\\u{202e}gnp\\u{2066}\\u{61c}\\u{200b}\\u{2028}\\u{e0041}\\u{8}\\u{a}";
const UNSEEN =
  /[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

/** A folder with a database, an opt-out list and records, evil in their names and in what they hold. */
async function evilFolder(t: TestContext): Promise<string> {
  const cwd = temporaryFolder(t);
  const records = [1, 2].map((id) =>
    sampleRecord({ foreign_identifier: String(id), creator: "c", meta_data: { views: 5 } }),
  );
  const loaded = await run(["ov-stage", "load", "--db", `${NAME}.db`], { cwd, stdin: ndjson(records) });
  assert.equal(loaded.code, 0, loaded.stderr);
  const database = new Sqlite(join(cwd, `${NAME}.db`));
  database.prepare("UPDATE runs SET who = ?, input = ?").run(EVIL, EVIL);
  database.close();
  writeFileSync(join(cwd, NAME), `{"title":${JSON.stringify(EVIL)}\n`);
  writeFileSync(join(cwd, `${NAME}.ndjson`), ndjson([sampleRecord({ title: EVIL, source: EVIL })]));
  writeFileSync(join(cwd, `${NAME}.txt`), "example.org # \u202e\u009b\n35067687@N04\n");
  return cwd;
}

/** What a terminal of that many columns is sent by each of these lines of shell; script(1) gives them one. */
async function sent(cwd: string, columns: number, lines: readonly string[]): Promise<string[]> {
  const commands = join(cwd, "commands.sh");
  const mark = "-- next --";
  const ov = `ov() { local name=$1; shift; ${process.execPath} ${PROJECT}bin/ov-$name.js "$@"; }`;
  const marked = lines.map((line) => `${line}; echo '${mark}'`);
  writeFileSync(commands, [`stty cols ${columns}`, ov, ...marked].join("\n"));
  const child = spawn("script", ["--quiet", "--return", "--command", `bash ${commands}`, "/dev/null"], {
    cwd,
    env: { ...process.env, TERM: "xterm", EVIL },
  });
  const { stdout } = await finished(child);
  // Our own: line ends of a terminal, and progress, which goes back to the start of its line.
  const plain = stdout
    .replaceAll("\u001b[K", "")
    .replaceAll("\r\n", "\n")
    .replace(/\d\/s[^\r\n]*\r/g, "");
  return plain.split(`${mark}\n`).slice(0, lines.length);
}

/** The command lines, each with what is to be seen of the evil text in them: nothing where it is not shown at all. */
const LINES: readonly (readonly [line: string, seen?: string])[] = [
  ['ov stage runs --db "$EVIL.db"', `  ${SEEN}  `],
  ['ov stage top --db "$EVIL.db" --metric "$EVIL"', "'e"],
  ['ov stage stats --db "$EVIL.db" --by "$EVIL"', `'${SEEN.replace(/\\u\{a}$/, "")}' is not valid`],
  ['ov stage dump --db "$EVIL.db" --source "$EVIL"', SEEN],
  ['ov stage load "--$EVIL"', SEEN],
  ['ov stage load --db "$EVIL.db" "$EVIL"', `${SEEN}:1: `],
  [
    'ov stage load --log-format json --db "$EVIL.db" "$EVIL"',
    '"file":"e\\u001b[2J\\u001b]0;w\\u0007\\u009b31m\\u007f',
  ],
  [
    'ov stage load --db "$EVIL.db" --rejects r.ndjson "$EVIL" "$EVIL.ndjson"; cat r.ndjson',
    '"file":"e\\u001b',
  ],
  ['ov stage dump --db "$EVIL.db"', '"title":"e[2J]0;w31m \\u202egnp'],
  ['ov stage top --db "$EVIL.db"'],
  ['ov fetch "$EVIL"', "\\u{9b}31m\\u{7f}"],
  ['ov optout --list "$EVIL.txt" "$EVIL.ndjson"', SEEN],
  ['ov optout --list "$EVIL.txt" --explain "$EVIL.ndjson"', '"list":"e\\u001b'],
  ['ov subprovider "$EVIL.ndjson"', '"title":"e\\u001b[2J'],
  ['ov to-parquet --out "$EVIL.out" "$EVIL.ndjson"', SEEN],
  ['ov publish "folder:$EVIL.set" --from "$EVIL.out" --dry-run --title "$EVIL"', SEEN],
  ['ov publish "$EVIL" < /dev/null', "e\\u001b[2J"],
  ['ov parse-flickr-url "$EVIL"', "e\\u001b[2J"],
];

test("no character that a terminal obeys, or that nobody sees, gets through to it", async (t) => {
  const cwd = await evilFolder(t);
  const shown = await sent(
    cwd,
    300,
    LINES.map(([line]) => line),
  );
  for (const [i, [line, seen = ""]] of LINES.entries()) {
    const text = shown[i] as string;
    assert.doesNotMatch(text.replaceAll("\n", ""), UNSEEN, line);
    assert.ok(text.includes(seen), `${line}\n${text}`);
    assert.doesNotMatch(text, /unexpected failure/, line);
  }
});

test("tables fit the terminal, and a pipe gets them whole", async (t) => {
  const cwd = await evilFolder(t);
  const long = ["東京タワー".repeat(9), "👨\u200d👩\u200d👧\u200d👦 family", "x".repeat(150)];
  const records = long.map((creator, i) =>
    sampleRecord({
      foreign_identifier: `t${i}`,
      creator,
      creator_url: `https://www.flickr.com/photos/${i}/`,
      meta_data: { views: 9 },
    }),
  );
  await run(["ov-stage", "load", "--db", `${NAME}.db`], { cwd, stdin: ndjson(records) });
  const tables = ['stage runs --db "$EVIL.db"', 'stage top --db "$EVIL.db"', "fetch --list"];
  for (const columns of [80, 60]) {
    const shown = await sent(
      cwd,
      columns,
      tables.map((line) => `ov ${line}`),
    );
    for (const [i, text] of shown.entries()) {
      const lines = text.trimEnd().split("\n");
      assert.ok(lines.length > 3, text);
      for (const line of lines) assert.ok(widthOf(line) <= columns, `${tables[i]}: ${line}`);
    }
  }
  const { stdout } = await run(["ov-stage", "top", "--db", `${NAME}.db`], { cwd });
  for (const creator of long) assert.ok(stdout.includes(creator));
});

test("a message for programs is one line of JSON that every reader takes", async (t) => {
  const cwd = temporaryFolder(t);
  const name = "a\u2028\u0085b.ndjson";
  writeFileSync(join(cwd, name), '{"media_type":"\\ud800\\u2028\\u001b"}\n');
  const line = ["ov-stage", "load", "--db", "a.db", "--log-format", "json", name] as const;
  const { stderr, code } = await run(line, { cwd });
  assert.equal(code, 65);
  const [message, ...others] = linesOf(stderr);
  assert.deepEqual(others, []);
  assert.equal(message?.file, name);
  assert.match(stderr, /^[ -~]+\n$/);
  assert.doesNotMatch(stderr, /\\ud[89a-f]/);
});
