import { Failure } from "../failure.js";
import { excessOfText } from "../http/index.js";
import type { Input, Json, JsonObject, OnBadLine } from "../ndjson/index.js";
import { explainSyntaxError, isObject, MAX_ANSWER_BYTES, readLines } from "../ndjson/index.js";
import { refuseComplaint } from "./ask.js";
import { itemsOf } from "./page-shape.js";
import type { Provider } from "./provider.js";
import { givesRecords, isRecord, mayBeItem, otherProvider, otherSyntax } from "./recognise.js";

/** The largest document that is read as one, in characters. Saved answers are pages of some megabytes at most. */
const MAX_DOCUMENT = 4 * MAX_ANSWER_BYTES;

/**
 * The items of saved API answers, about one line's or one document's worth at a time. An input holds either one
 * JSON document over any number of lines, or one JSON value a line; a value is a whole answer, an item, or a list of
 * either. What cannot be read goes to `onBadLine`.
 */
export async function* savedItems(
  input: Input,
  provider: Provider,
  onBadLine: OnBadLine,
): AsyncGenerator<JsonObject[]> {
  const { name } = input;
  const reader = new Reader(provider, name);
  let document: string[] | undefined;
  let size = 0;
  let first = true;
  for await (const lines of readLines(input.bytes, MAX_ANSWER_BYTES)) {
    for (const { number, text, fault } of lines) {
      const parsed = fault === undefined ? parse(text, provider) : { error: fault };
      if (first && "error" in parsed && fault === undefined) document = [];
      first = false;
      if (document) {
        size += text.length;
        if (size > MAX_DOCUMENT) throw new Failure("bad_input", TOO_LARGE, { place: { file: name } });
        document.push(text);
      } else if ("error" in parsed) {
        await onBadLine({ file: name, line: number, error: parsed.error, code: "json", input: text });
      } else {
        yield* reader.itemsOf(parsed.value, ({ error, code = "not_an_object" }) =>
          onBadLine({ file: name, line: number, error, code, input: text }),
        );
      }
    }
  }
  if (!document) return;
  const whole = document.join("\n");
  const parsed = parse(whole, provider);
  const refuse = ({ error, code = "json" }: Refused) =>
    onBadLine({ file: name, line: 1, error, code, input: whole });
  const other = "error" in parsed ? otherSyntax(provider, whole) : undefined;
  if (other) await refuse(lookalike(provider, other, name));
  else if ("error" in parsed) await refuse({ error: parsed.error });
  else yield* reader.itemsOf(parsed.value, refuse);
}

const TOO_LARGE = "neither one JSON value a line nor a JSON document of reasonable size";

function parse(text: string, provider: Provider): { value: Json } | { error: string } {
  const excess = excessOfText(text);
  if (excess) return { error: excess };
  try {
    return { value: (provider.parse ?? JSON.parse)(text) as Json };
  } catch (error) {
    return { error: explainSyntaxError(text, error as Error) };
  }
}

/** Why a value is of no use, in words and, where it is another one than usual, in a word for programs. */
interface Refused {
  readonly error: string;
  readonly code?: string;
}

/** So many values of an input are looked at until one of them has given a record. */
const JUDGED = 20;

/** Finds the items in the values of one input. */
class Reader {
  readonly #provider: Provider;
  readonly #file: string;
  /** How many values are still to be judged by what becomes of them. */
  #toJudge = JUDGED;

  constructor(provider: Provider, file: string) {
    this.#provider = provider;
    this.#file = file;
  }

  async *itemsOf(
    value: Json,
    refuse: (refused: Refused) => void | Promise<void>,
  ): AsyncGenerator<JsonObject[]> {
    for (const one of Array.isArray(value) ? value : [value]) {
      // Some answers are bare lists, and may come one after the other.
      const isList = Array.isArray(one) && one.every(isObject);
      if (!isList && !isObject(one)) {
        await refuse({ error: NEITHER });
        continue;
      }
      if (!isList) refuseComplaint(this.#provider, one);
      const items = isList ? one : (itemsOf(this.#provider, one) ?? [one]);
      const refused = await this.#strange(isList ? one[0] : one, items);
      // The rest of a list will be no better, and the whole list is what is refused.
      if (refused) return refuse(refused);
      yield items;
    }
  }

  /** Why a value is none of this provider's. */
  async #strange(value: JsonObject | undefined, items: readonly JsonObject[]): Promise<Refused | undefined> {
    if (value === undefined) return undefined;
    if (isRecord(value)) return { error: A_RECORD };
    const provider = this.#provider;
    // An answer without items is one, unless another provider finds some in it.
    const isKnown = items[0] !== value || mayBeItem(provider, value);
    if (isKnown && this.#toJudge === 0) return undefined;
    if (isKnown && (await givesRecords(provider, items))) {
      this.#toJudge = 0;
      return undefined;
    }
    const other = await otherProvider(provider, value);
    if (other) return lookalike(provider, other, this.#file);
    if (!isKnown) return { error: NEITHER };
    this.#toJudge--;
    return undefined;
  }
}

const A_RECORD =
  "this is a record already, not an answer of a source or an item: ov-stage load reads records";
const NEITHER = "neither an answer of this provider nor an item";

function lookalike(provider: Provider, other: Provider, file: string): Refused {
  const line = `ov-fetch ${other.name} --input ${file === "stdin" ? "-" : file}`;
  const error = `this looks like an answer of ${other.name}, not of ${provider.name}: ${line}`;
  return { error, code: "other_provider" };
}
