import { Failure } from "../../base/failure.js";
import { textAt } from "../../base/ndjson/index.js";
import { didYouMean } from "../../base/nearest.js";
import { mainSnakOf, qualifiersOf, type Snak, type Statement } from "./entity.js";
import type { EntityLine } from "./entity-line.js";
import { type Condition, KEEPABLE, type Parts, type Selection } from "./selection.js";
import { plainValue } from "./values.js";

const PROPERTY = "P[1-9]\\d*";
const CONDITION = new RegExp(`^(${PROPERTY})(?:/(${PROPERTY}))?(?:=(.+))?$`, "s");

/**
 * Reads `P180`, `P180=Q5,Q146`, `P7482/P973` or `P7482/P137=Q103204`. A comma inside a value is written `\,`. A text of
 * another form is a `Failure` (`usage`) that names the option.
 */
export function parseCondition(text: string, option: string): Condition {
  const [, property, qualifier, values] = CONDITION.exec(text) ?? [];
  if (property === undefined) {
    throw new Failure(
      "usage",
      `${option}: '${text}' is not valid: it must be a property (P180), a property and values (P180=Q5,Q146) or a qualifier (P7482/P973)`,
    );
  }
  const given = values === undefined ? undefined : splitValues(values);
  if (given?.includes("")) {
    throw new Failure("usage", `${option}: '${text}' is not valid: nothing stands between two commas`);
  }
  const wrong = given?.find((value) => !canBeValue(qualifier ?? property, value));
  if (wrong !== undefined) {
    throw new Failure(
      "usage",
      `${option}: '${wrong}' is no value of ${qualifier ?? property}, whose values are items (Q146); look the item up on wikidata.org`,
    );
  }
  return {
    property,
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(given && { values: given }),
  };
}

/**
 * Properties whose values are items, those that files on Commons have most (the data model of Commons:Structured data):
 * depicts, creator, copyright status and licence, source of file and its operator, collection, captured with, …
 */
const ITEM_PROPERTIES: ReadonlySet<string> = new Set(
  (
    "P17 P27 P31 P50 P110 P127 P131 P135 P136 P137 P162 P170 P180 P186 P195 P196 P275 P276 P279 P407 P495 P518 P608 P676 P750 " +
    "P793 P921 P1071 P1552 P1640 P2079 P3831 P4082 P5008 P6216 P6243 P7482 P9149"
  ).split(" "),
);

/** Whether a value can be met at all: `cat` is no item. */
function canBeValue(property: string, value: string): boolean {
  return !ITEM_PROPERTIES.has(property) || /^(?:Q[1-9]\d*|somevalue|novalue)$/.test(value);
}

function splitValues(text: string): string[] {
  return text.split(/(?<!\\),/s).map((value) => value.replaceAll("\\,", ","));
}

/**
 * Reads what to keep of an entity: `P12120,P7482,labels`. A part that there is not is a `Failure` (`usage`) that names
 * the option and those that there are.
 */
export function parseParts(text: string, option: string): Parts {
  const names = [...new Set(text.split(",").map((name) => name.trim()))];
  const properties = names.filter((name) => /^P[1-9]\d*$/.test(name));
  const members = names.filter((name) => !properties.includes(name));
  const unknown = members.find((name) => !(KEEPABLE as readonly string[]).includes(name));
  if (unknown !== undefined) {
    const help = didYouMean(unknown, KEEPABLE);
    throw new Failure(
      "usage",
      `${option}: '${unknown}' is not valid: parts are properties (P180) and ${KEEPABLE.join(", ")}${help}`,
    );
  }
  // All statements are more than some.
  return { members, properties: members.includes("statements") ? [] : properties };
}

/** Whether an entity meets all conditions of a selection, and none of those that it must not. */
export function meetsAll(line: EntityLine, { has, not }: Selection): boolean {
  const isMet = (condition: Condition) => meets(condition, line.statements(condition.property));
  return has.every(isMet) && !not.some(isMet);
}

/** Whether the statements about a condition's property meet it. */
export function meets({ qualifier, values }: Condition, statements: readonly Statement[]): boolean {
  return statements.some((statement) => {
    const snaks = qualifier === undefined ? [mainSnakOf(statement)] : qualifiersOf(statement, qualifier);
    return values === undefined ? snaks.length > 0 : snaks.some((snak) => isOneOf(snak, values));
  });
}

/** Whether a snak's value can be written as one of the texts. */
function isOneOf(snak: Snak, values: readonly string[]): boolean {
  const { snaktype } = snak;
  if (snaktype === "somevalue" || snaktype === "novalue") return values.includes(snaktype);
  return writingsOf(snak).some((writing) => values.includes(writing));
}

/** The ways to write a value in a condition: the plain one, and the one in Wikibase's own words. */
function writingsOf(snak: Snak): string[] {
  const own = textAt(snak, "datavalue", "value", "time") ?? textAt(snak, "datavalue", "value", "amount");
  const plain = plainValue(snak);
  return [Array.isArray(plain) ? plain.join("/") : String(plain), ...(own === undefined ? [] : [own])];
}
