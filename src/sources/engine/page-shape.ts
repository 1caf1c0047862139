import { Failure } from "../../base/failure.js";
import { at, isObject, type Json, type JsonObject, numberAt } from "../../base/ndjson/index.js";
import { beginningWithout } from "../../base/secrets/index.js";

/**
 * What a page of an API must have. Whatever else a server sends — nothing, a page of HTML, `{}`, a list where an
 * object is meant — is no page, and never the last one.
 */
export interface PageShape {
  /** The members that lead to the list of items; none where the answer itself is the list. */
  readonly list: readonly string[];
  /** The items may be the members of an object, each under its id. */
  readonly byId?: true;
  /** How many items the whole query has, where an answer says so. One that says 0 may leave out the list. */
  readonly total?: (answer: JsonObject) => unknown;
  /** The items of honest answers that have no such list: a single item, or nothing. */
  readonly others?: (answer: JsonObject) => readonly Json[] | undefined;
}

/** Whose pages they are. */
interface Paged {
  readonly title: string;
  readonly page: PageShape;
}

/** The list of an answer as it came; undefined where the answer is no page. */
export function listOfPage({ page }: Pick<Paged, "page">, answer: Json): readonly Json[] | undefined {
  const { list, byId, others } = page;
  const found = list.length === 0 ? answer : at(answer, ...list);
  if (Array.isArray(found)) return found as Json[];
  if (!isObject(answer)) return undefined;
  if (byId && isObject(found)) return Object.values(found) as Json[];
  return others?.(answer) ?? (isNothing(found) && saysNone(page, answer) ? [] : undefined);
}

/** The items of one answer; undefined when the value is no answer of this API (it may be an item). */
export function itemsOf(provider: Paged, answer: Json): JsonObject[] | undefined {
  return listOfPage(provider, answer)?.filter(isObject);
}

/**
 * How many items a query has in all, as a page says it; undefined where it does not say. Throws a `Failure`
 * (`bad_input`) where it says something that cannot be such a number.
 */
export function totalOf(provider: Paged, answer: Json): number | undefined {
  return isObject(answer) ? countOf(provider, "works", provider.page.total?.(answer)) : undefined;
}

/** No collection is larger: a larger number is a mistake. */
const MOST = 1e12;

/** A number of works or pages that a server named. Throws a `Failure` (`bad_input`) where it is not a number of any. */
export function countOf({ title }: Pick<Paged, "title">, what: string, value: unknown): number | undefined {
  if (isNothing(value)) return undefined;
  const count = typeof value === "object" ? undefined : numberAt(value);
  if (count !== undefined && Number.isInteger(count) && count >= 0 && count <= MOST) return count;
  throw new Failure(
    "bad_input",
    `${title} says that there are ${excerpt(value)} ${what}: its API has changed, or this is another server`,
  );
}

/** Whether there is a page, by the number of pages that a server named; undefined where it named none. */
export function hasPage(provider: Pick<Paged, "title">, page: number, named: unknown): boolean | undefined {
  const pages = countOf(provider, "pages", named);
  return pages === undefined ? undefined : page <= pages;
}

function saysNone({ total }: PageShape, answer: JsonObject): boolean {
  return numberAt(total?.(answer)) === 0;
}

function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

const MOST_CHARACTERS = 80;
const FEW = 5;
const DEEPEST = 4;

/** How a value begins, for messages: however large or deep it is. */
export function excerpt(value: unknown): string {
  const text = beginningOf(value, 0);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function beginningOf(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(beginningWithout(value, MOST_CHARACTERS));
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "nothing";
  if (depth >= DEEPEST) return "…";
  const parts: string[] = [];
  // Not `Object.entries`: there may be millions of them.
  for (const name in value) {
    if (parts.length >= FEW) {
      parts.push("…");
      break;
    }
    const member = beginningOf((value as JsonObject)[name], depth + 1);
    parts.push(
      Array.isArray(value) ? member : `${JSON.stringify(beginningWithout(name, MOST_CHARACTERS))}:${member}`,
    );
  }
  return Array.isArray(value) ? `[${parts.join(",")}]` : `{${parts.join(",")}}`;
}
