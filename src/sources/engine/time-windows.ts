import { Failure } from "../../base/failure.js";
import type { TimeWindow } from "./days.js";

/**
 * Some APIs serve a limited number of results of a query, so a day is cut into windows of time that have fewer.
 * A day is cut into hours, an hour with too many into parts of some minutes.
 */

/** What is asked for: a page of a window. */
export interface Asked {
  readonly window: TimeWindow;
  readonly page: number;
  readonly part: string | undefined;
  readonly split: string | undefined;
}

/** When a window is cut, and into how many parts. */
export interface WindowRules {
  /** A window with fewer results is asked for as it is. */
  readonly mostResults: number;
  /** An hour with fewer results is cut into `fewParts`, any other one into `manyParts`. */
  readonly threshold: number;
  readonly fewParts: number;
  readonly manyParts: number;
}

const HOUR = 3600;

/** The windows that take the place of one that has `total` results; itself where it stays, none where it is empty. */
export function divide(window: TimeWindow, total: number, rules: WindowRules): readonly TimeWindow[] {
  const [start, end] = window;
  if (total === 0) return [];
  if (total < rules.mostResults || end - start < HOUR) return [window];
  if (end - start > HOUR) return cut(window, Math.ceil((end - start) / HOUR));
  return cut(window, total < rules.threshold ? rules.fewParts : rules.manyParts);
}

/** A window in equal parts of whole minutes. Throws a `RangeError` where there are none. */
export function cut([start, end]: TimeWindow, parts: number): TimeWindow[] {
  const length = (end - start) / parts;
  if (length % 60 !== 0)
    throw new RangeError(`${(end - start) / 60} minutes do not divide evenly by ${parts}`);
  return Array.from({ length: parts }, (_, i) => [start + i * length, start + (i + 1) * length]);
}

/** Whether a place that was read from a file holds windows. */
export function isWindows(value: readonly unknown[]): value is readonly TimeWindow[] {
  return (
    value.length > 0 &&
    value.every(
      (one) => Array.isArray(one) && one.length === 2 && one.every((time) => Number.isSafeInteger(time)),
    )
  );
}

/** Parts may have more than their whole had: works come in while they are counted. */
const MORE = { times: 2, works: 1000 };

/**
 * Whether the parts of windows have about as many results as the whole: a server that says of every part that it has
 * as many as the whole would have days cut without end.
 */
export class Totals {
  readonly #title: string;
  /** The windows that were cut around the one that is asked for, and what is left of their results. */
  readonly #cuts: { readonly window: TimeWindow; left: number }[] = [];

  constructor({ title }: { readonly title: string }) {
    this.#title = title;
  }

  /** Says that a window is asked for in parts. */
  cut(window: TimeWindow, total: number): void {
    this.#cuts.push({ window, left: total * MORE.times + MORE.works });
  }

  /** Takes the results of a part. Throws a `Failure` (`refused`) when parts have more than the whole. */
  check(asked: Asked, total: number): void {
    // Narrower queries of one window need not share its results.
    if (asked.page !== 1 || asked.split !== undefined) return;
    let whole = this.#cuts.at(-1);
    while (whole && !isPartOf(asked, whole.window)) {
      this.#cuts.pop();
      whole = this.#cuts.at(-1);
    }
    if (!whole) return;
    whole.left -= total;
    if (whole.left >= 0) return;
    throw new Failure("refused", `${this.#title} says that parts of a day have more works than the day`);
  }
}

function isPartOf({ window: [start, end] }: Asked, [from, to]: TimeWindow): boolean {
  return start >= from && end <= to && end - start < to - from;
}
