import { at, isObject, numberAt, textAt } from "../../base/ndjson/index.js";
import { itemOf, type Snak } from "./entity.js";

/** The value of a snak as people write it: one text, number or pair instead of Wikibase's objects. */
export type PlainValue = string | number | boolean | null | readonly (number | null)[];

/**
 * The plain value of a snak, by `datavalue.type` (the snaks of MediaInfo have no `datatype`):
 *
 * | type | plain |
 * | --- | --- |
 * | string | the text |
 * | wikibase-entityid | `Q42` |
 * | time | as far as its precision goes: `2019-05-04`, `2019-05`, `2019`; below a year Wikibase's own text |
 * | quantity | a number, or its text where a number would lose digits; the unit is left out |
 * | globecoordinate | `[latitude, longitude]`, degrees |
 * | monolingualtext | the text; the language is left out |
 *
 * Null where there is a value that is not known, or none.
 */
export function plainValue(snak: Snak): PlainValue {
  const value = at(snak, "datavalue", "value");
  switch (at(snak, "datavalue", "type")) {
    case "wikibase-entityid":
      return itemOf(snak) ?? null;
    case "time":
      return plainTime(textAt(value, "time"), numberAt(value, "precision"));
    case "quantity":
      return plainNumber(textAt(value, "amount"));
    case "globecoordinate":
      return [numberAt(value, "latitude") ?? null, numberAt(value, "longitude") ?? null];
    case "monolingualtext":
      return textAt(value, "text") ?? null;
    default:
      return value === undefined || isObject(value) || Array.isArray(value) ? null : (value as PlainValue);
  }
}

/** How many characters of `2019-05-04T00:00:00Z` a precision of Wikibase stands for; others are kept as they are. */
const LENGTHS: Readonly<Record<number, number>> = { 9: 4, 10: 7, 11: 10 };

function plainTime(time: string | undefined, precision: number | undefined): string | null {
  if (time === undefined) return null;
  const length = precision === undefined ? undefined : LENGTHS[precision];
  const isUsual = /^\+\d{4}-\d\d-\d\dT/.test(time);
  return length !== undefined && isUsual ? time.slice(1, 1 + length) : time;
}

function plainNumber(amount: string | undefined): string | number | null {
  if (amount === undefined) return null;
  const text = amount.replace(/^\+/, "");
  return String(Number(text)) === text ? Number(text) : text;
}
