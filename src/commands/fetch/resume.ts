import { fstatSync } from "node:fs";
import { counted } from "../../base/counted.js";
import { Failure } from "../../base/failure.js";
import type { OutputFile, Position, Provider, WalkContext } from "../../sources/engine/index.js";
import type { Fetching } from "./options.js";

/** Going on with a walk: what a person is told, and when it is refused. */

/** The file of a descriptor; undefined where it is a pipe, or closed. */
export function fileOf(descriptor: number): OutputFile | undefined {
  try {
    const status = fstatSync(descriptor, { bigint: true });
    return status.isFile() ? { inode: String(status.ino), bytes: Number(status.size) } : undefined;
  } catch {
    // Closed: nothing will be written.
    return undefined;
  }
}

/** Says that the walk goes on, and after what. */
export function sayWhereFrom(
  { messages }: Fetching,
  { name }: Provider,
  from: Position,
  where: WalkContext,
): void {
  const { since, until } = where.query;
  const days = since === undefined ? "" : since === until ? ` of ${since}` : ` of ${since} to ${until}`;
  const items = from.items === undefined ? "what an earlier run wrote" : counted(from.items, "item");
  messages.info(`going on after ${items} of ${name}${days}; --restart starts again from the first page`);
}

/** Refuses to go on in a file that had the beginning of the walk and has lost it. */
export function refuseEmptied({ file, items }: Position): void {
  const now = fileOf(1);
  if (!file || now?.inode !== file.inode || now.bytes >= file.bytes) return;
  throw new Failure(
    "no_output",
    `the first ${counted(items ?? 0, "item")} of this walk were written to this file and are there no more, for \`>\` ` +
      "empties a file: start again with --restart, and go on with `>>` next time",
  );
}
