import { Failure } from "../../base/failure.js";
import { type Json, type JsonObject, objectAt, textAt } from "../../base/ndjson/index.js";
import { excerpt, type Provider, refuseLongCursor } from "../engine/index.js";

/** What answers say about where they go on: https://www.mediawiki.org/wiki/API:Continue */

/**
 * One batch of files comes in many answers, because files that are used on thousands of pages, or have a very
 * large metadata, are continued. Some never end: the API gives the same files again and again. After this many rounds
 * we do without what is being continued.
 */
const MOST_ROUNDS = 100;

/** The same, for rounds in a row that bring nothing new, and for those that lead to themselves. */
const MOST_IDLE_ROUNDS = 10;
const MOST_SAME_TOKENS = 3;

/** Whether the answers of a batch come to an end. */
export class Rounds {
  #rounds = 0;
  #idle = 0;
  #same = 0;
  #size = 0;

  /** Takes the size of all that has come by now. */
  goOn(size: number, isSameToken: boolean): boolean {
    this.#idle = size > this.#size ? 0 : this.#idle + 1;
    this.#same = isSameToken ? this.#same + 1 : 0;
    this.#size = size;
    return ++this.#rounds < MOST_ROUNDS && this.#idle < MOST_IDLE_ROUNDS && this.#same < MOST_SAME_TOKENS;
  }
}

/** What to ask the next page with. Its members are parameters of requests, so only those that continue may be there. */
export function tokenOf({ title }: Provider, answer: Json): JsonObject | undefined {
  const token = objectAt(answer, "continue");
  refuseLongCursor(title, token);
  const names = Object.keys(token);
  const other = names.find((name) => !/^[a-z]*continue$/.test(name) || textAt(token, name) === undefined);
  if (other === undefined) return names.length > 0 ? token : undefined;
  throw new Failure("bad_input", `${title} continues with ${excerpt(token)}, which is no place in a list`);
}

/** The token with which a batch of a generator (`gai`) began, made from one inside it. */
export function beginningOf(token: JsonObject, generator: string): JsonObject {
  const name = `${generator}continue`;
  const place = token[name];
  return place === undefined ? { continue: "||" } : { [name]: place, continue: `${name}||` };
}
