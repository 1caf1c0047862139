import { counted } from "../../base/counted.js";

/** Values that JSON cannot express: how many of each column were written in another form. */

const WORDS = {
  base64: ["value that is no UTF-8, as base64", "values that are no UTF-8, as base64"],
  not_finite: [
    "number that JSON does not have (NaN, Infinity), as text",
    "numbers that JSON does not have (NaN, Infinity), as text",
  ],
} as const;

type Remark = keyof typeof WORDS;

export class Remarks {
  readonly #counts = new Map<string, number>();

  /** How many there were. */
  count = 0;

  add(column: string, remark: Remark): void {
    this.count++;
    const key = `${remark} ${column}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** One line for each column and kind, in the order in which they came. */
  *lines(): Generator<string> {
    for (const [key, count] of this.#counts) {
      const [remark = "", column = ""] = key.split(/ (.*)/s);
      const [one, many] = WORDS[remark as Remark];
      yield `${JSON.stringify(column)}: ${counted(count, one, many)}`;
    }
  }
}
