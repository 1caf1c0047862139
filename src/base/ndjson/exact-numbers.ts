import type { Json } from "./json.js";
import { replaceTokens } from "./json-text.js";

/**
 * JSON with all digits of its numbers. `JSON.parse` makes 9007199254740992 of 9007199254740993, `Infinity` of 1e400 and 0
 * of 1e-400, and nobody can tell afterwards. Here a number that JavaScript does not hold exactly is the text that it is
 * written as, so that two identifiers stay two. All others are numbers: 1.10 is 1.1, 12.0 is 12.
 */

/** Whether numbers with many digits or with an exponent stand in a list or object; some more texts pass. */
const MAY_BE_INEXACT = /[[:,][ \t\r\n]*-?\d(?:[\d.]{15}|[\d.]*[eE])/;
/** Outside strings. */
const NUMBERS = /-?\d[\d.eE+-]*/g;
/** A number with no more digits than these loses none of them. */
const SAFE_DIGITS = 15;

/** Parses a list or object as `JSON.parse` does, but for numbers that are not exact: these are texts. Throws its `SyntaxError`. */
export function parseExact(text: string): Json {
  const value = JSON.parse(text) as Json;
  if (!MAY_BE_INEXACT.test(text)) return value;
  const exact = replaceTokens(text, (token, kind) =>
    kind === "between"
      ? token.replace(NUMBERS, (number) => (isExact(number) ? number : `"${number}"`))
      : token,
  );
  return exact === text ? value : (JSON.parse(exact) as Json);
}

/** Whether a number, written as JSON, is the same once JavaScript has read it. Whole ones are below 2^53 then. */
function isExact(written: string): boolean {
  const number = Number(written);
  if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number))) return false;
  if (written.length <= SAFE_DIGITS && !/e/i.test(written)) return true;
  return plainForm(written) === plainForm(String(number));
}

/** Digits without zeros at their ends and the power of ten that they are multiplied by: the same text for equal numbers. */
function plainForm(number: string): string {
  const [, sign, whole, fraction = "", exponent = "0"] = NUMBER.exec(number) as RegExpExecArray;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  if (digits === "") return "0";
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - end);
  return `${sign}${digits.slice(0, end)}e${power}`;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/;
