import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { isObject, memberSetter, onOneLine, walkMarks } from "../../base/ndjson/index.js";
import type { Provider } from "./provider.js";

/**
 * The items of answers as their sources wrote them: `--raw` and rejects hand them on, and `JSON.stringify` would give
 * numbers other digits, make null of 1e400 and drop members that come twice. Nothing is looked for until it is asked for.
 */

/** An answer: its text, and, once the first one is asked for, the texts of its items. */
interface Answer {
  readonly text: string;
  readonly value: Json;
  /** Where all are known; else they are those that `kept` has of this answer. */
  readonly items?: readonly object[];
  texts?: ReadonlyMap<object, string>;
}

/** The saved answer that items come from at this moment: they are taken before the next one is read. */
let latest: Answer | undefined;
/**
 * Answers of servers, by their items, which may be taken much later. Only where texts are asked for: a map like this makes
 * every collection of garbage slower, by a fifth of a fetch.
 */
const kept = new WeakMap<object, Answer>();
/** Items that were put together of an item and an answer of its own. */
const composed = new WeakMap<
  object,
  { readonly item: JsonObject; readonly name: string; readonly value: JsonObject }
>();

/** Parses an answer of a provider. Throws a `SyntaxError` where it is none. */
export function parseAnswer(provider: Pick<Provider, "repair">, text: string): Json {
  return JSON.parse(repaired(provider, text)) as Json;
}

/** The same, and keeps how it was written, as long as one of its items is there. */
export function parseKept(provider: Pick<Provider, "repair">, written: string): Json {
  const text = repaired(provider, written);
  const value = JSON.parse(text) as Json;
  if (typeof value === "object" && value !== null) kept.set(value, { text, value });
  return value;
}

/** The JSON of an answer that is not quite that. */
export function repaired({ repair }: Pick<Provider, "repair">, text: string): string {
  return repair ? repair(text) : text;
}

/** Says which items of an answer that was kept may be asked for. */
export function keepItems(answer: Json, items: readonly Json[]): void {
  const from = kept.get(answer as object);
  if (!from) return;
  for (const item of items) if (isObject(item) && !kept.has(item)) kept.set(item, from);
}

/** Says which saved answer the items come from that are taken next; none once they are: it would outlive its use. */
export function takeItemsFrom(
  answer: { text: string; value: Json; items: readonly object[] } | undefined,
): void {
  latest = answer;
}

/** An item with one more member, which is an answer of its own. */
export function withMember(item: JsonObject, name: string, value: JsonObject): JsonObject {
  const whole = { ...item, [name]: value };
  composed.set(whole, { item, name, value });
  return whole;
}

/** An item on one line: as it was written, or, where it was put together of parts of several answers, written anew. */
export function itemText(item: JsonObject): string {
  const parts = composed.get(item);
  if (parts) return memberSetter(parts.name)(itemText(parts.item), parts.item, itemText(parts.value));
  const answer = kept.get(item) ?? latest;
  if (!answer) return JSON.stringify(item);
  if (answer.value === item) return onOneLine(answer.text.trim());
  answer.texts ??= textsIn(answer);
  return answer.texts.get(item) ?? JSON.stringify(item);
}

/** A list or object that is being walked through. */
interface Frame {
  /** What `JSON.parse` made of it; undefined within an item, and where a later member of the same name has replaced it. */
  readonly value: unknown;
  readonly start: number;
  /** Where the next value of it belongs. */
  key: string | number;
  isKey: boolean;
}

/** Finds the items of an answer by walking through its text and its values side by side. */
function textsIn(answer: Answer): ReadonlyMap<object, string> {
  const { text, value } = answer;
  const wanted = answer.items && new Set(answer.items);
  const isItem = (one: object) => (wanted ? wanted.has(one) : kept.get(one) === answer);
  const texts = new Map<object, string>();
  const frames: Frame[] = [];
  const begin = (start: number, isList: boolean) => {
    const around = frames.at(-1);
    const inside = around ? childOf(around) : value;
    frames.push({ value: inside, start, key: isList ? 0 : "", isKey: !isList });
  };
  const end = (behind: number) => {
    const { value: ended, start } = frames.pop() as Frame;
    // Of members of one name the last one counts, and it comes last.
    if (isObject(ended) && isItem(ended)) texts.set(ended, onOneLine(text.slice(start, behind)));
  };
  walkMarks(text, (mark, start, after) => {
    const frame = frames.at(-1);
    if (mark === "{" || mark === "[") begin(start, mark === "[");
    else if (mark === "}" || mark === "]") end(after);
    else if (frame?.value === undefined) return;
    else if (mark === ",") {
      if (typeof frame.key === "number") frame.key++;
      else frame.isKey = true;
    } else if (frame.isKey) {
      frame.key = JSON.parse(text.slice(start, after)) as string;
      frame.isKey = false;
    }
  });
  return texts;

  function childOf({ value: around, key }: Frame): unknown {
    if (typeof around !== "object" || around === null || !Object.hasOwn(around, key)) return undefined;
    // What stands within an item is no item.
    if (around !== value && isItem(around)) return undefined;
    return (around as Record<string | number, unknown>)[key];
  }
}
