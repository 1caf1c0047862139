import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import type { Command } from "../base/cli/index.js";
import { atOnce } from "../testing/at-once.js";
import { WITHOUT_SMALL_DISK } from "../testing/limits.js";
import { temporaryFolder } from "../testing/run.js";
import {
  ELSEWHERE,
  NAMES,
  ROWS,
  type Row,
  STREAM_FAULTS,
  type Word,
  WRITTEN,
} from "./file-faults.test.util.js";
import { type FileFault, INPUT_FAULTS } from "./file-faults-read.test.util.js";
import {
  argvOf,
  cleanUp,
  fileOf,
  forAll,
  home,
  judge,
  nameOf,
  prepare,
  runIn,
  stateOf,
  whole,
  wordsOf,
} from "./file-faults-run.test.util.js";
import { OUTPUT_FAULTS } from "./file-faults-written.test.util.js";
import { COMMANDS } from "./index.js";

/** Every command, run with every fault of files, lines and streams that means something to it. */

/** Of faults of one sort, each is tried with every eighth file or command; with all of them where OV_EVERY is 1. */
const EVERY = Number(process.env.OV_EVERY ?? 8);

before(prepare);
after(cleanUp);

test("every command stands in the table, with every option that names a file", () => {
  const work = (command: Command): readonly (readonly [string, Command])[] =>
    command.subcommands?.map((sub) => [`${command.name} ${sub.name}`, sub] as const) ?? [
      [command.name, command],
    ];
  for (const [name, { options = [] }] of COMMANDS.flatMap(work)) {
    const lines = ROWS.map(nameOf).filter((line) => `${line} `.startsWith(`${name} `));
    assert.ok(lines.length > 0, `${name} has no row`);
    const files = options
      .filter(({ flags }) => / <(?:file|dir)>$/.test(flags))
      .map(({ flags }) => flags.split(" ")[0] as string);
    for (const flag of files.filter((flag) => !ELSEWHERE.includes(flag)))
      assert.ok(
        lines.some((line) => line.includes(` ${flag} `)),
        `${name}: no row has ${flag}`,
      );
  }
});

/** Tries all cases, so that one run shows everything that is not right. */
async function tryAll<T>(cases: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const failed: string[] = [];
  await atOnce(cases, (one) => work(one).catch((error: Error) => void failed.push(error.message)), 4);
  assert.deepEqual(failed, [], failed.join("\n\n"));
}

test("where nothing is wrong, every command ends with 0", async (t) => {
  await tryAll(ROWS, async (row) => {
    const folder = await home(t, row);
    const was = stateOf(folder);
    const result = await runIn(folder, argvOf(row, folder));
    whole.set(row, { ...result, stdout: result.stdout.replaceAll(folder, "HOME") });
    judge(
      nameOf(row),
      row,
      { ...result, stdout: whole.get(row)?.stdout ?? "" },
      { codes: [0] },
      was,
      stateOf(folder),
    );
    if (row.reads?.INPUT && wordsOf(row).includes("REJECTS"))
      assert.notEqual(readFileSync(join(folder, "rejects"), "utf8"), "", nameOf(row));
  });
});

const canMakeDevices = (() => {
  const path = join(temporaryFolder(forAll), "null");
  return (
    spawnSync("mknod", [path, "c", "1", "3"]).status === 0 &&
    spawnSync("sh", ["-c", 'echo > "$0"', path]).status === 0
  );
})();
const SKIP = { devices: canMakeDevices ? false : "only root can make devices", disk: WITHOUT_SMALL_DISK };

for (const [side, faults] of [
  ["read", INPUT_FAULTS],
  ["written", OUTPUT_FAULTS],
] as const) {
  for (const [number, fault] of faults.entries()) {
    test(`a file that is ${side}: ${fault.name}`, { skip: fault.needs && SKIP[fault.needs] }, async (t) => {
      const cases = ROWS.flatMap((row) =>
        wordsOf(row)
          .filter((word) => fault.on.includes(word) && (!fault.with || wordsOf(row).includes(fault.with)))
          .map((word) => ({ row, word })),
      );
      const some = cases.filter((_, i) => !fault.isVariety || (i + number) % EVERY === 0);
      await tryAll(some, ({ row, word }) => tryFault(t, fault, row, word));
    });
  }
}

async function tryFault(t: TestContext, fault: FileFault, row: Row, word: Word): Promise<void> {
  const folder = await home(t, row);
  const file = fileOf(word, folder);
  const path = fault.path?.(file, folder) ?? file;
  fault.make(file, folder);
  const was = stateOf(folder);
  const other = fault.beside && spawn("bash", ["-c", fault.beside, "bash", file], { stdio: "ignore" });
  const result = await runIn(folder, argvOf(row, folder, { [word]: path }));
  if (other) other.kill();
  const stdout = result.stdout.replaceAll(folder, "HOME");
  const command = row.argv[0] as string;
  const end = fault.ends?.[row.reads?.[word] ?? ""] ?? fault.ends?.[command] ?? fault.end;
  judge(`${nameOf(row)} with ${word}`, row, { ...result, stdout }, end, was, stateOf(folder), word);
}

for (const [number, fault] of STREAM_FAULTS.entries()) {
  const { name, redirect, before: first = "", only, isVariety, end } = fault;
  test(name, async (t) => {
    const rows = ROWS.filter(
      (row, i) =>
        (!isVariety || (i + number) % EVERY === 0) &&
        (only === "reads" ? row.takesStdin : only === "writes" ? whole.get(row)?.stdout !== "" : true),
    );
    await tryAll(rows, async (row) => {
      const folder = await home(t, row);
      const argv = argvOf(row, folder);
      if (only === "reads" && row.reads?.INPUT) {
        writeFileSync(join(folder, "stdin"), readFileSync(join(folder, "input")));
        argv.splice(argv.indexOf(join(folder, "input")), 1, "-");
      }
      const stdin = redirect.includes("<") ? "" : `< '${join(folder, "stdin")}'`;
      const was = stateOf(folder);
      const exec = redirect.startsWith("|") ? '"$0" "$@"' : 'exec "$0" "$@"';
      const line = redirect.startsWith("|")
        ? `${exec} ${stdin} ${redirect}; exit \${PIPESTATUS[0]}`
        : `${first} ${exec} ${stdin} ${redirect}`;
      const result = await runIn(folder, argv, line);
      judge(
        nameOf(row),
        row,
        { ...result, stdout: result.stdout.replaceAll(folder, "HOME") },
        end,
        was,
        stateOf(folder),
      );
    });
  });
}

for (const [number, [what, printf]] of NAMES.entries()) {
  test(`a name with ${what}`, async (t) => {
    const cases = ROWS.flatMap((row) =>
      wordsOf(row)
        .filter((word) => word !== "DB" && word !== "FROM")
        .map((word) => ({ row, word })),
    );
    const some = cases.filter((_, i) => (i + number) % EVERY === 0);
    await tryAll(some, async ({ row, word }) => {
      const folder = await home(t, row);
      const argv = argvOf(row, folder, { [word]: "NAME" });
      const at = argv.findIndex((text) => text.endsWith("NAME"));
      const was = stateOf(folder);
      const set = `name=$(printf 'x${printf}'); args=("$@"); args[${at}]=\${args[${at}]/NAME/$name}`;
      const result = await runIn(folder, argv, `${set}; exec "$0" "\${args[@]}" < stdin`);
      const is = stateOf(folder);
      const isWritten = WRITTEN.includes(word) || word === "OUT";
      const bytes = spawnSync("printf", [`x${printf}`]).stdout.toString("latin1");
      // What is written under that name, to the byte, is its own.
      for (const name of [...is.keys()])
        if (isWritten && result.code === 0 && (name === bytes || name.startsWith(`${bytes}/`)))
          is.delete(name);
      judge(
        `${nameOf(row)} with ${word}`,
        row,
        result,
        { codes: isWritten ? [0, 2, 66, 73] : [2, 66] },
        was,
        is,
      );
    });
  });
}
