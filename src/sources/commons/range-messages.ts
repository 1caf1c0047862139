import type { Traffic } from "../../base/threads/index.js";
import type { DamagedAt } from "./member-range.js";
import type { FaultyLine } from "./reader.js";
import type { Selection } from "./selection.js";
import type { TotalsJson } from "./totals.js";

/** What goes between those who inflate and read ranges of a file and the one who puts them in order. */
export interface RangeTraffic extends Traffic {
  readonly setup: RangeSetup;
  readonly task: RangeTask;
  readonly part: RangePart;
  readonly result: RangeEnded;
}

/** What a worker is started with. */
export interface RangeSetup {
  readonly path: string;
  readonly selection: Selection;
  readonly stopAtFault: boolean;
}

/** A part of the compressed file, in bytes. */
export interface RangeTask {
  /** Ranges are numbered in the order of the file. */
  readonly range: number;
  /** From here on a member is looked for … */
  readonly start: number;
  /** … and up to here, unless `start` is known to be one. */
  readonly limit: number;
  readonly isMember: boolean;
}

/** Results of a range, a piece at a time. */
export interface RangePart {
  /** Where the first member of the range begins. */
  readonly start: number;
  /** Text up to the first line end, or a piece of it: it belongs to a line that the range before began. */
  readonly head?: Uint8Array;
  /** Lines of output. */
  readonly output: Uint8Array;
  /** Lines, entities and matches since the part before; lines of faults count from the end of the head. */
  readonly counts: { readonly lines: number; readonly entities: number; readonly matches: number };
  readonly faults: readonly FaultyLine[];
}

export interface RangeEnded {
  /** Where the first member of the range begins; -1 where the range has none, and gives nothing. */
  readonly start: number;
  /** The start of a line that the next range ends. */
  readonly rest: Uint8Array;
  readonly opened: boolean;
  readonly closed: boolean;
  readonly totals?: TotalsJson;
  /** Where the next member begins. */
  readonly end: number;
  readonly damage?: DamagedAt;
}
