import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { binOf, type CommandLine, finished, run, temporaryFolder } from "../testing/run.js";
import { COMMANDS } from "./index.js";

/** Whose file is it, seen from outside: what a shell gives to commands, and what is there afterwards. */

const RECORD = `${JSON.stringify({
  provider: "my_museum",
  foreign_identifier: "1",
  foreign_landing_url: "https://museum.example.org/works/1",
  url: "https://museum.example.org/files/1.jpg",
  license: "by",
  license_version: "4.0",
})}\n`;

/** Command lines of which an output is something else as well; `{}` stands for the redirection of a shell. */
const CLASHES: readonly (readonly [line: string, message: string])[] = [
  ["ov-optout --list opt in >> in", "stdout: in is read as well, as an operand; send it to another file"],
  ["ov-optout --list opt - < in >> in", "stdout: PWD/in is read as well, as stdin; send it to another file"],
  ["ov-optout --list opt < y > y", "stdout: PWD/y is read as well, as stdin; send it to another file"],
  ["ov-subprovider --rejects y in > y", "--rejects: y is written as well, as stdout; name another file"],
  [
    "ov-optout --list opt --rejects y in 2> y",
    "--rejects: y is written as well, as stderr; name another file",
  ],
  ["ov-stage dump --db s.db >> s.db", "--db: s.db is written as well, as stdout; name another file"],
  [
    "ov-stage load --db s.db --rejects s.db-input-7 in",
    "--rejects: s.db-input-7 belongs to s.db, which is written as well, by --db; name another file",
  ],
  [
    "ov-stage load --db new.db --rejects ./new.db-wal in",
    "--rejects: ./new.db-wal belongs to new.db, which is written as well, by --db; name another file",
  ],
  [
    "ov-snapshot-stream --download latest --to x.gz --rejects x.gz.part",
    "--rejects: x.gz.part belongs to x.gz, which is written as well, by --to; name another file",
  ],
  [
    "ov-snapshot-stream --download http://127.0.0.1:9/z > z",
    "--download: z is written as well, as stdout; name another file",
  ],
  [
    "ov-fetch met --state . --rejects met-0123456789abcdef.json",
    "--rejects: met-0123456789abcdef.json belongs to ., which is read as well, by --state; name another file",
  ],
  [
    "ov-fetch flickr --input dir > dir/o",
    "stdout: PWD/dir/o lies in dir, which is read as well, by --input; send it to another file",
  ],
  [
    "ov-to-parquet --out dir --replace in > dir/m",
    "--out: dir holds PWD/dir/m, which is written as well, as stdout; name another folder",
  ],
  [
    "ov-publish folder:dir/ds man",
    "the target: dir/ds lies in dir, which is read as well, as shards of the manifest; name another folder",
  ],
  [
    "ov-publish folder:dir/ds --from dir",
    "the target: dir/ds lies in dir, which is read as well, by --from; name another folder",
  ],
  ["ov-optout --list opt --rejects '' in", "--rejects: '' is the name of no file"],
  [
    "ov-optout --list opt $'x\\xff'",
    "'x\u{fffd}' is not UTF-8, so it would become another name; rename the file, or go by a link",
  ],
];

/** Runs lines of shell at the same time, at most three; gives their ends in order. */
async function inShell(lines: readonly string[], cwd: string) {
  const ends: { stderr: string; code: number | string | null }[] = [];
  const next = lines.entries();
  const work = async () => {
    for (const [i, line] of next) {
      const [name = "", ...rest] = line.split(" ");
      const child = spawn("bash", ["-c", `exec node ${binOf(name)} ${rest.join(" ")}`], { cwd });
      child.stdin.end();
      ends[i] = await finished(child);
    }
  };
  await Promise.all([work(), work(), work()]);
  return ends;
}

test("what is written takes the place of nothing that is used elsewhere, be it by the shell", async (t) => {
  const cwd = temporaryFolder(t);
  const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);
  mkdirSync(join(cwd, "dir"));
  put("in", RECORD);
  put("opt", "example.net\n");
  put("y", RECORD);
  assert.equal((await run(["ov-stage", "load", "--quiet", "--db", "s.db", "in"], { cwd })).code, 0);
  const { stdout } = await run(["ov-to-parquet", "--quiet", "--out", "dir/sh", "in"], { cwd });
  put("man", stdout.replaceAll('"root":"dir/sh"', '"root":"dir"'));
  const before = readFileSync(join(cwd, "s.db"));
  const lines = CLASHES.map(([line]) => line);
  const ends = await inShell(lines, cwd);
  for (const [i, [line, message]] of CLASHES.entries()) {
    const { stderr, code } = ends[i] as (typeof ends)[0];
    // One of them sends its own messages to the file.
    const told = line.includes("2> y") ? "" : stderr.split("\n")[0]?.replace(/^[\w-]+: /, "");
    assert.equal(told, line.includes("2> y") ? "" : message.replace("PWD", cwd), line);
    assert.equal(code, 2, line);
  }
  assert.equal(readFileSync(join(cwd, "in"), "utf8"), RECORD);
  assert.deepEqual(readFileSync(join(cwd, "s.db")), before);
  assert.deepEqual(readdirSync(cwd).sort(), ["dir", "in", "man", "opt", "s.db", "y", "z"]);
});

test("stdin that is a folder is told by every command that would read it, and nothing is made", async (t) => {
  const cwd = temporaryFolder(t);
  const lines = COMMANDS.flatMap((command) =>
    [command, ...(command.subcommands ?? [])]
      .filter(({ readsStdin }) => readsStdin)
      .map((one) => {
        const words = one.operands?.usage ?? "";
        const more = /^TARGET/.test(words)
          ? " folder:ds"
          : /^PROVIDER/.test(words)
            ? " flickr --input -"
            : "";
        return `${command.name}${one === command ? "" : ` ${one.name}`}${more} < .`;
      }),
  );
  assert.ok(lines.length > 9);
  for (const [i, { stderr, code }] of (await inShell(lines, cwd)).entries()) {
    assert.match(stderr, /^[\w-]+: cannot read stdin: it is a folder\n$/, lines[i]);
    assert.equal(code, 66, lines[i]);
  }
  assert.deepEqual(readdirSync(cwd), []);
});

test("one device or one pipe for several things is no clash, and stays what it is", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "in"), RECORD);
  writeFileSync(join(cwd, "opt"), "example.net\n");
  symlinkSync("/dev/null", join(cwd, "null"));
  spawnSync("mkfifo", ["pipe"], { cwd });
  const lines = [
    // As long as nobody reads it; the others go on meanwhile.
    ["ov-subprovider --rejects pipe in", 73],
    ["ov-optout --list opt --rejects null --unused null in > /dev/null 2>> null < /dev/null", 0],
    ["ov-optout --list opt --rejects null - < /dev/null > log 2>&1", 0],
    ["ov-subprovider --rejects >(cat >&2) in 2>&1 | cat", 0],
  ] as const;
  const ends = await inShell(
    lines.map(([line]) => line),
    cwd,
  );
  for (const [i, [line, code]] of lines.entries())
    assert.equal(ends[i]?.code, code, `${line}: ${ends[i]?.stderr}`);
  assert.equal(
    ends[0]?.stderr,
    "ov-subprovider: cannot write pipe: nobody has read this pipe for 5 s; start what reads it first\n",
  );
  assert.ok(lstatSync(join(cwd, "null")).isSymbolicLink() && lstatSync(join(cwd, "pipe")).isFIFO());
});

test("folders with pictures of somebody's are no shards, and names that are no UTF-8 are told", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "in"), RECORD);
  for (const folder of ["mine/image", "answers", "shards/image"])
    mkdirSync(join(cwd, folder), { recursive: true });
  writeFileSync(join(cwd, "mine/image/cat.jpg"), "cat");
  for (const path of ["answers/a\xff", "shards/image/a\xff"])
    writeFileSync(Buffer.from(`${cwd}/${path}`, "latin1"), "");
  const ends: [CommandLine, message: string, code: number][] = [
    [
      ["ov-to-parquet", "--out", "mine", "--replace", "in"],
      "mine holds other files; name a new or an empty folder",
      73,
    ],
    [
      ["ov-fetch", "flickr", "--input", "answers"],
      "cannot open answers/a\u{fffd}: its name is not UTF-8; rename it",
      66,
    ],
    [
      ["ov-publish", "folder:ds", "--from", "shards"],
      "cannot open shards/image/a\u{fffd}: its name is not UTF-8; rename it",
      66,
    ],
  ];
  for (const [line, message, code] of ends) {
    const ended = await run(line, { cwd });
    assert.equal(ended.stderr, `${line[0]}: ${message}\n`);
    assert.equal(ended.code, code);
  }
  assert.equal(readFileSync(join(cwd, "mine/image/cat.jpg"), "utf8"), "cat");
});
