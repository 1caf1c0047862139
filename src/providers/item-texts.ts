import type { Json, JsonObject } from "../ndjson/index.js";
import { isObject, memberSetter, nextMark, onOneLine, stringEnd } from "../ndjson/index.js";

/**
 * The items of answers as their sources wrote them: `--raw` and rejects hand them on, and `JSON.stringify` would give
 * numbers other digits, make null of 1e400 and drop members that come twice. Nothing is looked for until it is asked for:
 * an answer is kept as text as long as one of its items is.
 */

/** An answer: its text, and, once the first one is asked for, the texts of its items. */
interface Answer {
  readonly text: string;
  readonly value: Json;
  texts?: ReadonlyMap<object, string>;
}

const answers = new WeakMap<object, Answer>();

/** Parses an answer of a provider and remembers how it was written. Throws a `SyntaxError` where it is none. */
export function parseAnswer({ repair }: { repair?(text: string): string }, written: string): Json {
  const text = repair ? repair(written) : written;
  const value = JSON.parse(text) as Json;
  if (typeof value === "object" && value !== null) answers.set(value, { text, value });
  return value;
}

/** Says that items stand somewhere in an answer. */
export function rememberItems(answer: Json, items: readonly Json[]): void {
  const from = answers.get(answer as object);
  if (!from) return;
  for (const item of items) if (isObject(item) && !answers.has(item)) answers.set(item, from);
}

/** An item with one more member, which is an answer of its own. */
export function withMember(item: JsonObject, name: string, value: JsonObject): JsonObject {
  const whole = { ...item, [name]: value };
  const text = memberSetter(name)(itemText(item), item, itemText(value));
  answers.set(whole, { text, value: whole });
  return whole;
}

/** An item on one line: as it was written, or, where it was put together of parts of several answers, written anew. */
export function itemText(item: JsonObject): string {
  const answer = answers.get(item);
  if (!answer) return JSON.stringify(item);
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
    if (isObject(ended) && answers.get(ended) === answer)
      texts.set(ended, onOneLine(text.slice(start, behind)));
  };
  for (let at = nextMark(text, 0), behind = 0; at !== -1; at = nextMark(text, behind)) {
    const mark = text[at] as string;
    behind = mark === '"' ? stringEnd(text, at) : at + 1;
    const frame = frames.at(-1);
    if (mark === "{" || mark === "[") begin(at, mark === "[");
    else if (mark === "}" || mark === "]") end(behind);
    else if (frame?.value === undefined) continue;
    else if (mark === ",") {
      if (typeof frame.key === "number") frame.key++;
      else frame.isKey = true;
    } else if (frame.isKey) {
      frame.key = JSON.parse(text.slice(at, behind)) as string;
      frame.isKey = false;
    }
  }
  return texts;

  function childOf({ value: around, key }: Frame): unknown {
    if (typeof around !== "object" || around === null || !Object.hasOwn(around, key)) return undefined;
    // What stands within an item is no item.
    if (around !== value && answers.get(around) === answer) return undefined;
    return (around as Record<string | number, unknown>)[key];
  }
}
