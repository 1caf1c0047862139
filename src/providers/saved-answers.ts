import { Failure } from "../failure.js";
import type { Input, Json, JsonObject, OnBadLine } from "../ndjson/index.js";
import { explainSyntaxError, isObject, MAX_LINE_BYTES, readLines } from "../ndjson/index.js";
import { refuseComplaint } from "./ask.js";
import type { Provider } from "./provider.js";

/** The largest document that is read as one, in characters. Saved answers are pages of some megabytes at most. */
const MAX_DOCUMENT = 4 * MAX_LINE_BYTES;

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
  let document: string[] | undefined;
  let size = 0;
  let first = true;
  for await (const lines of readLines(input.bytes)) {
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
        yield* itemsOf(parsed.value, provider, (error) =>
          onBadLine({ file: name, line: number, error, code: "not_an_object", input: text }),
        );
      }
    }
  }
  if (!document) return;
  const whole = document.join("\n");
  const parsed = parse(whole, provider);
  const refuse = (error: string) => onBadLine({ file: name, line: 1, error, code: "json", input: whole });
  if ("error" in parsed) await refuse(parsed.error);
  else yield* itemsOf(parsed.value, provider, refuse);
}

const TOO_LARGE = "neither one JSON value a line nor a JSON document of reasonable size";

function parse(text: string, provider: Provider): { value: Json } | { error: string } {
  try {
    return { value: (provider.parse ?? JSON.parse)(text) as Json };
  } catch (error) {
    return { error: explainSyntaxError(text, error as Error) };
  }
}

async function* itemsOf(
  value: Json,
  provider: Provider,
  refuse: (error: string) => void | Promise<void>,
): AsyncGenerator<JsonObject[]> {
  for (const one of Array.isArray(value) ? value : [value]) {
    if (isObject(one)) {
      refuseComplaint(provider, one);
      yield provider.itemsOf(one) ?? [one];
    } else if (Array.isArray(one) && one.every(isObject)) {
      // Answers that are bare lists, one after the other.
      yield one;
    } else await refuse("neither an answer of this provider nor an item");
  }
}
