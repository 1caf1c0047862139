import { MAX_INTEGER } from "./columns.js";
import type { Drops } from "./dropped.js";

/** Numbers as the record stores them. A text is a number where it can be nothing else: `1.200` may be two different numbers. */

const DIGITS = /^\d+$/;
const NEGATIVE = /^-\d+$/;
const DECIMAL = /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i;

/** A whole number from 0 on; a text has to be digits alone. */
export function integerOf(value: unknown, drops: Drops): number | null {
  if (typeof value === "string") {
    const text = value.trim();
    if (text === "") return null;
    if (DIGITS.test(text)) return withinLimit(Number(text), drops);
    if (isHuge(text)) return drops.note("too large");
    return drops.note(NEGATIVE.test(text) ? "below zero" : "not a whole number");
  }
  if (typeof value !== "number") return drops.noteType(value);
  return withinLimit(value, drops);
}

/** A number beyond 2^53 comes as the text that it was written as. */
function isHuge(text: string): boolean {
  return DECIMAL.test(text) && Number(text) > Number.MAX_SAFE_INTEGER;
}

function withinLimit(number: number, drops: Drops): number | null {
  if (number > MAX_INTEGER) return drops.note("too large");
  if (!Number.isInteger(number)) return drops.note("not a whole number");
  // A zero may have a sign.
  return number < 0 ? drops.note("below zero") : number + 0;
}

/** Any number; a text has to be a decimal one, as JSON and databases write it. */
export function numberOf(value: unknown, drops: Drops): number | null {
  const number = typeof value === "string" ? decimalOf(value) : value;
  if (number === null) return null;
  if (number === undefined) return drops.note("not a number");
  if (typeof number !== "number") return drops.noteType(value);
  if (Number.isNaN(number)) return drops.note("not a number");
  return Number.isFinite(number) ? number : drops.note("too large");
}

/** Null for a blank text, undefined for one that is no number. */
function decimalOf(value: string): number | null | undefined {
  const text = value.trim();
  if (text === "") return null;
  return DECIMAL.test(text) ? Number(text) : undefined;
}

/** How sure a machine is, from 0 to 1. What stands above is a percentage, or anything: it is not guessed at. */
export function accuracyOf(value: unknown, drops: Drops): number | null {
  if (value === undefined || value === null) return null;
  const number = numberOf(value, drops);
  if (number === null) return null;
  if (number < 0) return drops.note("below zero");
  return number > 1 ? drops.note("above 1") : number + 0;
}
