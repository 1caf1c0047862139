import { Failure } from "../../base/failure.js";
import { excessOfText } from "../../base/http/index.js";
import {
  type BadLine,
  explainSyntaxError,
  faultOf,
  type Input,
  isObject,
  type Json,
  type JsonObject,
  type Line,
  MAX_ANSWER_BYTES,
  type OnBadLine,
  readLines,
} from "../../base/ndjson/index.js";
import { refuseComplaint } from "./ask.js";
import { repaired, takeItemsFrom } from "./item-texts.js";
import { itemsOf } from "./page-shape.js";
import type { Provider } from "./provider.js";
import { givesRecords, isRecord, mayBeItem, otherProvider, otherSyntax } from "./recognise.js";

/** The largest document that is read as one, in characters. Saved answers are pages of some megabytes at most. */
const MAX_DOCUMENT = 4 * MAX_ANSWER_BYTES;

/** Whether a file is a table of a dump, by its name. */
export function isTableFile(path: string): boolean {
  return /\.csv(?:\.gz)?$/.test(path);
}

/**
 * The items of saved API answers, about one line's or one document's worth at a time. An input holds either one
 * JSON document over any number of lines, or one JSON value a line; a value is a whole answer, an item, or a list of
 * either. What cannot be read goes to `onBadLine`; where an answer is one of another provider of `others`, that is said.
 */
export async function* savedItems(
  input: Input,
  provider: Provider,
  onBadLine: OnBadLine,
  others: readonly Provider[],
): AsyncGenerator<JsonObject[]> {
  const reader = new Reader(provider, input.name, onBadLine, others);
  /** Lines that may be one document; collected where the first line is not a value by itself. */
  let held: Line[] | undefined;
  let size = 0;
  let first = true;
  for await (const lines of readLines(input.bytes, MAX_ANSWER_BYTES)) {
    for (const line of lines) {
      const parsed = held ? undefined : reader.parse(line);
      // A first line that is wrong as bytes is a bad line by itself.
      if (first && line.fault === undefined && parsed && "error" in parsed) held = [];
      first = false;
      if (!held) {
        yield* reader.line(line, parsed);
        continue;
      }
      size += line.text.length;
      held.push(line);
      if (size <= MAX_DOCUMENT && !isPlainlyLines(held)) continue;
      if (!held.slice(1).some(isWhole)) {
        throw new Failure("bad_input", TOO_LARGE, { place: { file: input.name } });
      }
      for (const one of held.splice(0)) yield* reader.line(one);
      held = undefined;
    }
  }
  if (held) yield* reader.document(held);
}

const TOO_LARGE = "neither one JSON value a line nor a JSON document of reasonable size";

/** Whether the first of two lines can begin no document, and the second is a value by itself: only the first is bad. */
function isPlainlyLines([first, second, third]: readonly Line[]): boolean {
  return (
    first !== undefined && second !== undefined && !third && !/^\s*[[{]/.test(first.text) && isWhole(second)
  );
}

/** Whether a line is a list or an object by itself, as lines within a document are not. */
function isWhole({ text, fault }: Line): boolean {
  return fault === undefined && /^[[{]/.test(text) && "value" in parse(text, {});
}

function parse(written: string, provider: Pick<Provider, "repair">): Parsed | { error: string } {
  const excess = excessOfText(written);
  if (excess) return { error: excess };
  try {
    const text = repaired(provider, written);
    return { text, value: JSON.parse(text) as Json };
  } catch (error) {
    return { error: explainSyntaxError(written, error as Error) };
  }
}

/** A value, and the JSON that it was made of. */
interface Parsed {
  readonly value: Json;
  readonly text: string;
}

/** Why a value cannot be used, and the reject code where it is not the usual one. */
interface Refused {
  readonly error: string;
  readonly code?: string;
}

/** How many values of an input are examined until one of them gives a record. */
const MOST_TRIED = 20;

/** Finds the items in the lines or the document of one input. */
class Reader {
  readonly #provider: Provider;
  readonly #file: string;
  readonly #others: readonly Provider[];
  readonly #onBadLine: OnBadLine;
  /** How many more values are tried out. */
  #toTry = MOST_TRIED;

  constructor(provider: Provider, file: string, onBadLine: OnBadLine, others: readonly Provider[]) {
    this.#provider = provider;
    this.#file = file;
    this.#others = others.filter((other) => other !== provider);
    this.#onBadLine = onBadLine;
  }

  /** The value of a line, or what is wrong with it. */
  parse({ text, fault }: Line): Parsed | Refused {
    return fault === undefined ? parse(text, this.#provider) : faultOf(fault);
  }

  /** The items of a value that stands on a line. No generator of its own: each costs lines of single items some percent. */
  line(line: Line, parsed = this.parse(line)): AsyncGenerator<JsonObject[]> {
    const place = { file: this.#file, line: line.number, input: line.text };
    if (!("value" in parsed)) return this.#refuse({ ...place, code: "json", ...parsed });
    return this.itemsOf(parsed, ({ error, code = "not_an_object" }) =>
      this.#onBadLine({ ...place, error, code }),
    );
  }

  // biome-ignore lint/correctness/useYield: there are no items on a bad line
  async *#refuse(bad: BadLine): AsyncGenerator<JsonObject[]> {
    await this.#onBadLine(bad);
  }

  /** The items of lines that are one document; or those of each line, where they are not one after all. */
  async *document(lines: readonly Line[]): AsyncGenerator<JsonObject[]> {
    const [first, ...others] = lines;
    const text = lines.map((line) => line.text).join("\n");
    const refuse = ({ error, code = "json", line = first?.number ?? 1 }: Refused & { line?: number }) =>
      this.#onBadLine({ file: this.#file, line, error, code, input: text });
    const faulty = lines.find(({ fault }) => fault !== undefined);
    const parsed = parse(text, this.#provider);
    if ("value" in parsed && !faulty) return yield* this.itemsOf(parsed, refuse);
    const other = "error" in parsed ? otherSyntax(text, this.#others) : undefined;
    if (other) await refuse(lookalike(this.#provider, other, this.#file));
    else if (others.some(isWhole)) for (const line of lines) yield* this.line(line);
    else if (faulty?.fault !== undefined) await refuse({ ...faultOf(faulty.fault), line: faulty.number });
    else if ("error" in parsed) await refuse(parsed);
  }

  async *itemsOf(
    { value, text }: Parsed,
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
      takeItemsFrom({ text, value, items });
      yield items;
      takeItemsFrom(undefined);
    }
  }

  /** Why a value is not this provider's. */
  async #strange(value: JsonObject | undefined, items: readonly JsonObject[]): Promise<Refused | undefined> {
    if (value === undefined) return undefined;
    if (isRecord(value)) return { error: A_RECORD };
    const provider = this.#provider;
    // An answer without items is one, unless another provider finds some in it.
    const isKnown = items[0] !== value || mayBeItem(provider, value);
    if (isKnown && this.#toTry === 0) return undefined;
    if (isKnown && (await givesRecords(provider, items))) {
      this.#toTry = 0;
      return undefined;
    }
    const other = await otherProvider(provider, value, this.#others);
    if (other) return lookalike(provider, other, this.#file);
    if (!isKnown) return { error: NEITHER };
    this.#toTry--;
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
