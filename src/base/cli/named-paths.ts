import { basename, dirname } from "node:path";
import { Failure } from "../failure.js";
import { identityOf } from "../files/index.js";
import { nameOf, type Options, type PathUse } from "../option.js";
import { allOptions, type Command } from "./command.js";
import { stateFolder } from "./environment.js";
import { type Use, Uses } from "./uses.js";

/** Which files and folders a command line names, by the option tables: a new option or command needs nothing more. */

/**
 * The uses of a command line, before anything is opened. Throws a `Failure`: "usage" for two that do not go together,
 * "no_input" where stdin is to be read and is a folder.
 */
export function usesOf(command: Command, operands: readonly string[], options: Options): Uses {
  const named = [...optionUses(command, options), ...operandUses(command, operands, options)];
  for (const { by, at } of named) {
    if (at === "") throw new Failure("usage", `${by}: '' is the name of no file`);
  }
  if (options.db === MEMORY) throw new Failure("usage", NO_MEMORY);
  const isStdin = ({ at, does }: Use) => at === "-" && does === "reads";
  const uses = new Uses();
  uses.add({ by: "stderr", at: 2, does: "writes" });
  uses.add({ by: "stdout", at: 1, does: "writes" });
  if (named.some(isStdin) || command.readsStdin?.(operands, options)) {
    if (identityOf(0)?.isFolder) throw new Failure("no_input", "cannot read stdin: it is a folder");
    uses.add({ by: "stdin", at: 0, does: "reads" });
  }
  // Outputs last: they are easier to change than what there is to be read.
  const others = named.filter((use) => !isStdin(use));
  for (const does of ["reads", "writes"]) {
    for (const use of others) if (use.does === does) uses.add(use);
  }
  return uses;
}

/** SQLite's name for a database that is gone when the command ends (https://www.sqlite.org/inmemorydb.html). */
const MEMORY = ":memory:";
const NO_MEMORY = `--db: '${MEMORY}' keeps nothing, and another command does not see it; name a file (./${MEMORY} for one that is called so)`;

function optionUses(command: Command, options: Options): Use[] {
  return allOptions(command).flatMap((option) => {
    const [by = "", word] = option.flags.split(" ");
    if (word !== "<file>" && word !== "<dir>") return [];
    const given = options[nameOf(option)];
    const value = option.use === "places" ? stateFolder(given as string | undefined) : given;
    const paths = [value].flat().filter((path) => typeof path === "string");
    return paths.map((at): Use => ({ by, at, isFolder: word === "<dir>", ...HOW[option.use ?? "input"] }));
  });
}

/** What is done with paths, and which files belong to them. */
const HOW: Readonly<Record<PathUse | "input", Omit<Use, "by" | "at">>> = {
  input: { does: "reads" },
  files: { does: "reads", isForFiles: true },
  // The beginning of a download, and the note beside it (src/base/http/download.ts).
  output: { does: "writes", ownerOf: (path) => without(path, /\.part(?:\.json)?$/) },
  // SQLite's files, and ours (src/store/staging/spool.ts, src/commands/stage/leftovers.ts).
  database: {
    does: "writes",
    ownerOf: (path) => without(path, /-(?:wal|shm|journal|input-\d+|rejects-\d+(?:-\d+)?\.ndjson)$/),
  },
  // Places, locks and counts of requests (src/base/http/checkpoint.ts, budget.ts); files of others may lie beside them.
  places: {
    does: "reads",
    isFolder: false,
    ownerOf: (path) =>
      /^[a-z-]+-(?:[0-9a-f]{16}\.|[0-9a-f]{8}-requests-)/.test(basename(path)) ? dirname(path) : undefined,
  },
};

function without(path: string, ending: RegExp): string | undefined {
  const bare = path.replace(ending, "");
  return bare === path ? undefined : bare;
}

/** What operands name, by the words of the usage line, and by the option that makes files of them. */
function operandUses(command: Command, operands: readonly string[], options: Options): Use[] {
  const { usage = "", filesWith = [] } = command.operands ?? {};
  const words = usage.match(/[A-Z]+/g) ?? [];
  const given = filesWith.filter((flags) => (options[nameOf({ flags })] ?? false) !== false);
  const option = command.options?.find(({ flags }) => given.includes(flags.replace(/ .*/, "")));
  return operands.flatMap((at, i): Use[] => {
    const word = words[Math.min(i, words.length - 1)];
    const folder = word === "TARGET" ? /^folder:(.+)$/s.exec(at)?.[1] : undefined;
    if (folder !== undefined) return [{ by: "the target", at: folder, does: "writes", isFolder: true }];
    if (word !== "FILE" && (word === "PROVIDER" || !option)) return [];
    return [{ by: "an operand", at, ...HOW[option?.use === "files" ? "files" : "input"] }];
  });
}
