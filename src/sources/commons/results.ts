import type { DamagedAt } from "../../base/gzip/index.js";
import type { Counts, EntityReader, FaultyLine } from "./reader.js";
import type { TotalsJson } from "./totals.js";

/** What is damaged in a snapshot, and where. */
export interface SnapshotDamage extends DamagedAt {
  /** Entities that were read in the damaged member and not given: its checksum says that they may be others. */
  readonly withheld?: number;
}

/** A piece of what a snapshot gives, in the order of the file. */
export interface Results {
  /** Whole lines of output, perhaps none. */
  readonly output: Uint8Array;
  readonly faults: readonly FaultyLine[];
  /** Bytes of the input that are done, as it lies on the disk or came through the pipe. */
  readonly done: number;
  /** So far. */
  readonly counts: Readonly<Counts>;
}

/** How a snapshot ended. */
export interface Ending {
  readonly counts: Readonly<Counts>;
  readonly totals?: TotalsJson;
  /** The array was opened but not closed: the rest may be missing. */
  readonly isUnclosed: boolean;
  /** There was nothing at all, not even an empty array. */
  readonly isEmpty: boolean;
  /** Lines at the beginning and the end that are a part of an entity only, whose other part was not read. */
  readonly torn: number;
  /** Where reading began: at a member in the middle of the file. */
  readonly start?: number;
  readonly damage?: SnapshotDamage;
}

/** What readers of a snapshot may be told. */
export interface ReadOptions {
  /** Nothing after the first faulty line is given. */
  readonly stopAtFault?: boolean;
  /** What messages call it; "stdin" where it is left out. */
  readonly name?: string;
  /** Ends everything at once; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** The ending of what a reader has read. */
export function endingOf(
  { counts, totals, opened, closed, cut, torn }: EntityReader,
  done: number,
  damage: SnapshotDamage | undefined,
): Ending {
  const cutOff = cut
    ? { reason: "it ends within an entity", isCut: true, offset: done, member: 0 }
    : undefined;
  // Padding is no damage where the array was closed, or where none was opened and nobody knows its end.
  const found = damage?.isPadding && !(opened && !closed) ? undefined : (damage ?? cutOff);
  return {
    counts,
    ...(totals && { totals: totals.toJSON() }),
    isUnclosed: opened && !closed,
    isEmpty: !opened && counts.entities === 0,
    torn,
    ...(found && { damage: found }),
  };
}

/** The results of a reader since they were last taken. */
export function takeResults(reader: EntityReader, done: number): Results {
  return { output: reader.output.take(), faults: reader.takeFaults(), done, counts: reader.counts };
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
