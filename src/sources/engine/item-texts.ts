import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { isObject, memberSetter, onOneLine, walkMarks } from "../../base/ndjson/index.js";
import type { Provider } from "./provider.js";

/**
 * The items of answers as their sources wrote them: `--raw` and rejects hand them on, and `JSON.stringify` would give
 * numbers other digits, make null of 1e400 and drop members that come twice. Nothing is looked for until it is asked for.
 */

/** Where items are found: the text of an answer, what `JSON.parse` made of it, and its items. */
interface Source {
  readonly text: string;
  readonly value: Json;
  /** All items; where absent, they are those that `sources` has of this answer. */
  readonly items?: readonly object[];
  /** The texts of the items, once the first one was asked for. */
  texts?: ReadonlyMap<object, string>;
}

/** The saved answer whose items are being converted: that is done before the next answer is read. */
let current: Source | undefined;
/**
 * The answers of servers by their items, which may be converted much later. Filled only where texts are asked for: a map
 * like this slows down every garbage collection, which costs a fetch a fifth of its time.
 */
const sources = new WeakMap<object, Source>();
/** Items that were put together from an item and an answer about it. */
const composed = new WeakMap<
  object,
  { readonly item: JsonObject; readonly name: string; readonly value: JsonObject }
>();

/** Parses an answer of a provider. Throws a `SyntaxError` where the text is not JSON. */
export function parseAnswer(provider: Pick<Provider, "repair">, text: string): Json {
  return JSON.parse(repaired(provider, text)) as Json;
}

/** The same, and remembers the text for as long as one of the items is in use. */
export function parseKept(provider: Pick<Provider, "repair">, written: string): Json {
  const text = repaired(provider, written);
  const value = JSON.parse(text) as Json;
  if (typeof value === "object" && value !== null) sources.set(value, { text, value });
  return value;
}

/** The JSON of an answer, which some providers write with mistakes. */
export function repaired({ repair }: Pick<Provider, "repair">, text: string): string {
  return repair ? repair(text) : text;
}

/** Names the items of an answer that `parseKept` has parsed. */
export function keepItems(answer: Json, items: readonly Json[]): void {
  const source = sources.get(answer as object);
  if (!source) return;
  for (const item of items) if (isObject(item) && !sources.has(item)) sources.set(item, source);
}

/** Names the saved answer whose items are converted next; undefined when they are done, so that it can be freed. */
export function takeItemsFrom(source: Required<Omit<Source, "texts">> | undefined): void {
  current = source;
}

/** An item with one more member, which is the answer about it. */
export function withMember(item: JsonObject, name: string, value: JsonObject): JsonObject {
  const whole = { ...item, [name]: value };
  composed.set(whole, { item, name, value });
  return whole;
}

/** An item on one line, as it was written; one that was put together from several answers, as they were written. */
export function itemText(item: JsonObject): string {
  const parts = composed.get(item);
  if (parts) return memberSetter(parts.name)(itemText(parts.item), parts.item, itemText(parts.value));
  const source = sources.get(item) ?? current;
  if (!source) return JSON.stringify(item);
  if (source.value === item) return onOneLine(source.text.trim());
  source.texts ??= textsIn(source);
  return source.texts.get(item) ?? JSON.stringify(item);
}

/** A list or object that the scan is inside of. */
interface Frame {
  /** What `JSON.parse` made of it; undefined within an item, and where a later member of the same name has replaced it. */
  readonly value: unknown;
  readonly start: number;
  /** Where the next value of it belongs. */
  key: string | number;
  isKey: boolean;
}

/** Finds the items of an answer by scanning its text with its values beside it. */
function textsIn(source: Source): ReadonlyMap<object, string> {
  const { text, value } = source;
  const items = source.items && new Set(source.items);
  const isItem = (one: object) => (items ? items.has(one) : sources.get(one) === source);
  const texts = new Map<object, string>();
  const frames: Frame[] = [];
  const open = (start: number, isList: boolean) => {
    const parent = frames.at(-1);
    const opened = parent ? childOf(parent) : value;
    frames.push({ value: opened, start, key: isList ? 0 : "", isKey: !isList });
  };
  const close = (end: number) => {
    const { value: closed, start } = frames.pop() as Frame;
    // Of members of one name the last one counts, and it comes last.
    if (isObject(closed) && isItem(closed)) texts.set(closed, onOneLine(text.slice(start, end)));
  };
  walkMarks(text, (mark, start, end) => {
    const frame = frames.at(-1);
    if (mark === "{" || mark === "[") open(start, mark === "[");
    else if (mark === "}" || mark === "]") close(end);
    else if (frame?.value === undefined) return;
    else if (mark === ",") {
      if (typeof frame.key === "number") frame.key++;
      else frame.isKey = true;
    } else if (frame.isKey) {
      frame.key = JSON.parse(text.slice(start, end)) as string;
      frame.isKey = false;
    }
  });
  return texts;

  function childOf({ value: parent, key }: Frame): unknown {
    if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, key)) return undefined;
    // There are no items inside of items.
    if (parent !== value && isItem(parent)) return undefined;
    return (parent as Record<string | number, unknown>)[key];
  }
}
