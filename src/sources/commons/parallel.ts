import { closeSync, openSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Failure } from "../../base/failure.js";
import { findMember, Ranges, type SeekableFile, seesMembers } from "../../base/gzip/index.js";
import { builtFile } from "../../base/own-files.js";
import type { EntityTraffic } from "./range-messages.js";
import { EntityReader } from "./reader.js";
import {
  asBuffer,
  type Ending,
  endingOf,
  type ReadOptions,
  type Results,
  type SnapshotDamage,
  takeResults,
} from "./results.js";
import type { Selection } from "./selection.js";
import { serveRanges } from "./serve-ranges.js";

/**
 * Reads a gzip file with several threads at once: see `Ranges`. Workers send finished output; lines that begin in one range
 * and end in the next are read by the main thread.
 */

/** Compressed bytes of a range: some hundred members of a real snapshot's, some milliseconds of work. */
const RANGE = 2 * 1024 * 1024;
/** The most workers: each takes some 40 MB, and one writer cannot keep up with more. */
const MOST_WORKERS = 6;

export interface ParallelOptions extends ReadOptions {
  /** Where to begin: at the first member from this byte on. */
  readonly startAt?: number;
  /** How many workers; as many as there are processors where it is left out. */
  readonly threads?: number;
  /** For tests: compressed bytes of a range. */
  readonly range?: number;
}

/** Reads a gzip file of `size` bytes. */
export async function* readGzipFile(
  path: string,
  size: number,
  selection: Selection,
  options: ParallelOptions = {},
): AsyncGenerator<Results, Ending> {
  const { stopAtFault = false, threads = Math.min(availableParallelism(), MOST_WORKERS), signal } = options;
  const { startAt = 0, range = RANGE } = options;
  const start = startAt === 0 ? 0 : memberFrom(path, size, startAt);
  const reader = new EntityReader(selection, { stopAtFault, beginsWithin: start > 0 });
  const workers = Math.min(threads, Math.ceil((size - start) / range));
  const setup = { path, selection, stopAtFault };
  const module = builtFile("run/read-ranges.cjs");
  const ranges = new Ranges<EntityTraffic>({
    ...{ module, serve: serveRanges, setup, workers, bytes: range, size, signal },
  });
  let damage: SnapshotDamage | undefined;
  try {
    let position = start;
    while (position < size && damage === undefined && !reader.stopped) {
      const ended = yield* readRange(ranges, reader, position);
      if (ended === undefined) break;
      position = ended.end;
      damage = ended.damage;
    }
    if (position >= size || damage) reader.end(damage !== undefined && !damage.isPadding);
    yield takeResults(reader, position);
    return { ...endingOf(reader, position, damage), ...(startAt > 0 && { start }) };
  } finally {
    await ranges.close();
  }
}

/** The results of the range that begins at a member. Undefined when nothing more is to be read. */
async function* readRange(ranges: Ranges<EntityTraffic>, reader: EntityReader, position: number) {
  for await (const message of ranges.readFrom(position)) {
    if ("output" in message) {
      if (message.head) reader.add(asBuffer(message.head));
      yield takeResults(reader, position);
      if (reader.stopped) return undefined;
      const before = reader.counts.lines;
      const faults = message.faults.map((fault) => ({ ...fault, line: before + fault.line }));
      add(reader.counts, message.counts);
      yield { output: message.output, faults, done: position, counts: reader.counts };
      if (faults.length > 0 && reader.stopsAtFault) return undefined;
    } else {
      reader.add(asBuffer(message.rest));
      reader.opened ||= message.opened;
      reader.closed ||= message.closed;
      if (message.totals) reader.totals?.merge(message.totals);
      return message;
    }
  }
  return undefined;
}

function add(counts: EntityReader["counts"], more: EntityReader["counts"]): void {
  counts.lines += more.lines;
  counts.entities += more.entities;
  counts.matches += more.matches;
}

function memberFrom(path: string, size: number, startAt: number): number {
  if (!seesMembers()) {
    const why = `zlib of this Node (${process.version}) does not tell where gzip members begin`;
    throw new Failure("usage", `--resume-at: ${why}; use Node 20, 22 or 24`);
  }
  const file: SeekableFile = { fd: openSync(path, "r"), size };
  try {
    const found = findMember(file, startAt, size);
    return found === -1 ? size : found;
  } finally {
    closeSync(file.fd);
  }
}
