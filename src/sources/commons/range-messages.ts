import type { PlainFailure } from "../../base/threads/index.js";
import type { DamagedAt } from "./member-range.js";
import type { FaultyLine } from "./reader.js";
import type { Selection } from "./selection.js";
import type { TotalsJson } from "./totals.js";

/** What goes between those who inflate and read ranges of a file (servers) and the one who puts them in order. */

/** What a server is started with. */
export interface RangeSetup {
  readonly path: string;
  readonly selection: Selection;
  readonly stopAtFault: boolean;
  /** The most bytes of output that may wait to be written. */
  readonly credit: number;
}

/** A part of the compressed file, in bytes. */
export interface RangeOrder {
  readonly kind: "range";
  /** Orders are numbered as they are given. */
  readonly order: number;
  /** From here on a member is looked for … */
  readonly start: number;
  /** … and up to here, unless `start` is known to be one. */
  readonly limit: number;
  readonly isMember: boolean;
}

/** Output was written: so many bytes. */
export interface Written {
  readonly kind: "written";
  readonly bytes: number;
}

export type ToServer = RangeOrder | Written;

/** Where the first member of a range begins; null where the range has none. */
export interface RangeStarted {
  readonly kind: "started";
  readonly order: number;
  readonly start: number | null;
}

/** Results of a range, a piece at a time. */
export interface RangePart {
  readonly kind: "part";
  readonly order: number;
  /** Text up to the first line end, or a piece of it: it belongs to a line that the range before began. */
  readonly head?: Uint8Array;
  /** Lines of output. */
  readonly output: Uint8Array;
  /** How many bytes of output that is: the buffer is handed over, and with it its length. */
  readonly bytes: number;
  /** Lines, entities and matches since the part before; lines of faults count from the end of the head. */
  readonly counts: { readonly lines: number; readonly entities: number; readonly matches: number };
  readonly faults: readonly FaultyLine[];
}

export interface RangeEnded {
  readonly kind: "ended";
  readonly order: number;
  /** The start of a line that the next range ends. */
  readonly rest: Uint8Array;
  readonly opened: boolean;
  readonly closed: boolean;
  readonly totals?: TotalsJson;
  /** Where the next member begins. */
  readonly end: number;
  readonly damage?: DamagedAt;
}

export interface ServerFailed {
  readonly kind: "failed";
  readonly failure: PlainFailure;
}

export type FromServer = RangeStarted | RangePart | RangeEnded | ServerFailed;
