import { Problem } from "../shared";

/** What the host is asked. */

/** Opens the next page of a leaf; false where there is none. */
// @ts-expect-error: decorator
@external("host", "nextPage")
export declare function nextPage(leaf: i32): bool;

/** Makes the next values of the open page into the table of a leaf. */
// @ts-expect-error: decorator
@external("host", "nextValues")
export declare function nextValues(leaf: i32): void;

/** Writes the JSON of a column that the host takes, by `hostRoom` and `hostWrote`. */
// @ts-expect-error: decorator
@external("host", "writeColumn")
export declare function writeColumn(column: i32): void;

/** Throws. */
// @ts-expect-error: decorator
@external("host", "fail")
export declare function fail(problem: Problem): void;
