import type { RangeTraffic } from "../../base/gzip/index.js";
import type { FaultyLine } from "./reader.js";
import type { SnapshotDamage } from "./results.js";
import type { Selection } from "./selection.js";
import type { TotalsJson } from "./totals.js";

/** What goes between the workers that read ranges of a file and the thread that puts them in order. */
export interface EntityTraffic extends RangeTraffic {
  readonly setup: RangeSetup;
  readonly part: RangePart;
  readonly result: RangeEnded;
}

/** What a worker is started with. */
export interface RangeSetup {
  readonly path: string;
  readonly selection: Selection;
  readonly stopAtFault: boolean;
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
  readonly damage?: SnapshotDamage;
}
