import assert from "node:assert/strict";
import { closeSync, linkSync, mkdirSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { allOptions, type Command, nameOf, type Options } from "../base/cli/index.js";
import { usesOf } from "../base/cli/named-paths.js";
import type { Failure } from "../base/failure.js";
import { temporaryFolder } from "../testing/run.js";
import { COMMANDS } from "./index.js";

/** Whose file is it: for every command and every two of its options and operands that name files, by the tables. */

/** Something on a command line that names a file or folder. */
interface Slot {
  readonly flag: string;
  readonly writes: boolean;
  readonly isFolder: boolean;
  /** The command line with a path in it. */
  readonly fill: (path: string, options: Options, operands: readonly string[]) => Filled;
}
interface Filled {
  readonly options: Options;
  readonly operands: readonly string[];
}

const RUNNING = COMMANDS.flatMap((command) => [command, ...(command.subcommands ?? [])]).filter(
  ({ run }) => run,
);

function slotsOf(command: Command): Slot[] {
  const slots: Slot[] = [];
  for (const option of allOptions(command)) {
    const [flag = "", word] = option.flags.split(" ");
    if ((word !== "<file>" && word !== "<dir>") || option.use === "places") continue;
    slots.push({
      flag,
      writes: option.use !== undefined && option.use !== "files",
      isFolder: word === "<dir>",
      fill: (path, options, operands) => ({ options: { ...options, [nameOf(option)]: path }, operands }),
    });
  }
  const words = command.operands?.usage.match(/[A-Z]+/g) ?? [];
  for (const [i, word] of words.entries()) {
    if (word === "PROVIDER") continue;
    const isTarget = word === "TARGET";
    const given = Object.fromEntries(
      (command.operands?.filesWith ?? []).map((flags) => [nameOf({ flags }), "-"]),
    );
    slots.push({
      flag: isTarget ? "the target" : "an operand",
      writes: isTarget,
      isFolder: isTarget,
      fill: (path, options, operands) => {
        const all = words.slice(0, Math.max(operands.length, i + 1)).map((_, at) => operands[at] ?? "none");
        all[i] = isTarget ? `folder:${path}` : path;
        return { options: { ...given, ...options }, operands: all };
      },
    });
  }
  return slots;
}

/** Every two things of a command that name files. */
function pairsOf(command: Command): [Slot, Slot][] {
  const slots = slotsOf(command);
  return slots.flatMap((one, i) => slots.slice(i + 1).map((two): [Slot, Slot] => [one, two]));
}

/** Looks at a command line with two paths in it. */
function look(command: Command, [one, two]: readonly [Slot, Slot], paths: readonly [string, string]): void {
  const first = one.fill(paths[0], {}, []);
  const { options, operands } = two.fill(paths[1], first.options, first.operands);
  usesOf(command, operands, options);
}

test("of all commands no two options or operands may name one file, if one of them writes it", (t) => {
  const folder = temporaryFolder(t);
  const [file, other, dir] = [join(folder, "a"), join(folder, "other"), join(folder, "dir")];
  mkdirSync(dir);
  for (const path of [file, other, join(dir, "inside")]) writeFileSync(path, "x\n");
  const tried = new Set<string>();
  for (const command of RUNNING) {
    for (const pair of pairsOf(command)) {
      const hasFolder = pair.some(({ isFolder }) => isFolder);
      // A file and a folder: the file in it.
      const [one, two] = pair.map(({ isFolder }) =>
        isFolder ? dir : hasFolder ? join(dir, "inside") : file,
      );
      const same = [one as string, two as string] as const;
      look(command, pair, [file, other]);
      // Files in a folder that is only read are written to as any other.
      const isClash = pair.some(({ writes, isFolder }) => writes && isFolder === hasFolder);
      if (!isClash) {
        look(command, pair, same);
        continue;
      }
      const flags = pair.map(({ flag }) => flag);
      const isTold = ({ outcome, message }: Failure) =>
        outcome === "usage" &&
        flags.every((flag) => message.includes(flag)) &&
        /; name another/.test(message);
      assert.throws(() => look(command, pair, same), isTold, `${command.name}: ${flags.join(" and ")}`);
      tried.add(command.name);
    }
  }
  for (const name of ["load", "remove", "ov-optout", "ov-fetch", "ov-publish", "ov-to-parquet"]) {
    assert.ok(tried.has(name), name);
  }
});

test("a file is the same by whatever name: links of both kinds, other spellings, and before it is there", (t) => {
  const folder = temporaryFolder(t);
  const at = (name: string) => join(folder, name);
  const optout = COMMANDS.find(({ name }) => name === "ov-optout") as Command;
  mkdirSync(at("dir"));
  writeFileSync(at("a"), "x\n");
  linkSync(at("a"), at("hard"));
  symlinkSync("a", at("sym"));
  symlinkSync("dir", at("way"));
  symlinkSync("dir/new", at("dangling"));
  const fd = openSync(at("a"), "r");
  t.after(() => closeSync(fd));
  const same: [string, string][] = [
    [at("a"), `${folder}/./dir/../a`],
    [at("a"), at("hard")],
    [at("sym"), at("hard")],
    [at("a"), `/dev/fd/${fd}`],
    [at("a"), `/proc/self/fd/${fd}`],
    [at("dir/new"), at("way/new")],
    [at("dir/new"), `${folder}/dir/./new`],
    [at("dir/new"), at("dangling")],
    [at("none/new"), at("none/./new")],
  ];
  for (const [rejects, unused] of same) {
    const isUsage = ({ outcome }: Failure) => outcome === "usage";
    assert.throws(() => usesOf(optout, [], { rejects, unused }), isUsage, `${rejects} ${unused}`);
    assert.throws(() => usesOf(optout, [unused], { rejects }), isUsage, `${rejects} ${unused}`);
    usesOf(optout, [unused, rejects], {});
  }
  for (const shared of ["/dev/null", "/dev/zero"]) {
    usesOf(optout, [shared], { list: shared, rejects: shared, unused: shared });
  }
  usesOf(optout, [], { rejects: at("new"), unused: at("dir/new") });
});
