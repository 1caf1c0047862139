import { openInputs, type Source } from "../../base/cli/index.js";
import {
  at,
  type Entry,
  memberSetter,
  readRecords,
  readTexts,
  type TextEntry,
} from "../../base/ndjson/index.js";
import type { Followed } from "../../sources/flickr/index.js";
import type { Parsing } from "./options.js";

/** Where URLs come from, and what the line of a result is. */
export interface Mode {
  readonly source: Source<TextEntry>;
  /** Undefined where an entry has no URL. */
  readonly urlOf: (entry: TextEntry) => string | undefined;
  /** The result is null where there was no URL. */
  readonly lineOf: (entry: TextEntry, url: string | undefined, result: Followed | null) => string;
}

type Flickr = typeof import("../../sources/flickr/index.js");

/** The mode that a command line asks for: operands, lines, members of records, or running text. */
export function modeOf({ operands, options, signal }: Parsing, flickr: Flickr): Mode {
  const contents = options.field === undefined ? "text" : "json";
  const inputs = () => openInputs(operands, signal, { contents });
  // A result that was followed comes from another URL than the one that was given.
  const sourceOf: SourceOf = options.follow ? () => undefined : (url) => url;
  if (options.field !== undefined) {
    return recordsMode(inputs, options.field.split("."), sourceOf, flickr);
  }
  if (options.extract) return textMode(inputs, operands.length > 1, sourceOf, flickr);
  const source: Source<TextEntry> =
    operands.length > 0 ? () => given(operands) : (onBadLine) => readTexts(inputs(), onBadLine);
  return linesMode(source, sourceOf, flickr);
}

/** The URL that the result of a URL is made of; undefined where that may be another one. */
type SourceOf = (url: string) => string | undefined;

type Inputs = () => ReturnType<typeof openInputs>;

/** One URL a line. */
function linesMode(source: Source<TextEntry>, sourceOf: SourceOf, { resultLine }: Flickr): Mode {
  return {
    source,
    urlOf: ({ text }) => text,
    lineOf: ({ text }, _, result) => resultLine(text, result as Followed, "", sourceOf(text)),
  };
}

async function* given(operands: readonly string[]): AsyncGenerator<TextEntry[]> {
  yield operands.map((text, i) => ({ file: "operand", line: i + 1, text }));
}

/** A member of each record; the result becomes a member `flickr`, which is null where there is no text. */
function recordsMode(
  inputs: Inputs,
  path: readonly string[],
  sourceOf: SourceOf,
  { resultJson }: Flickr,
): Mode {
  const source: Source<Entry> = (onBadLine) => readRecords(inputs(), onBadLine);
  const withFlickr = memberSetter("flickr");
  return {
    source,
    urlOf: (entry) => {
      const found = at((entry as Entry).record, ...path);
      return typeof found === "string" ? found : undefined;
    },
    lineOf: (entry, url, result) => {
      const json = result === null ? "null" : resultJson(result, url && sourceOf(url));
      return withFlickr(entry.text, (entry as Entry).record, json);
    },
  };
}

interface FoundEntry extends TextEntry {
  readonly url: string;
  readonly index: number;
}

/** URLs inside of text, each with its place: lines and columns count from 1, columns in characters. */
function textMode(
  inputs: Inputs,
  isNamed: boolean,
  sourceOf: SourceOf,
  { findFlickrUrls, resultLine }: Flickr,
): Mode {
  const source: Source<FoundEntry> = async function* (onBadLine) {
    for await (const entries of readTexts(inputs(), onBadLine)) {
      yield entries.flatMap((entry) => findFlickrUrls(entry.text).map((found) => ({ ...entry, ...found })));
    }
  };
  return {
    source,
    urlOf: (entry) => (entry as FoundEntry).url,
    lineOf: (entry, _, result) => {
      const { url, index, file, line, text } = entry as FoundEntry;
      const place = `,"line":${line},"column":${columnOf(text, index)}`;
      const where = isNamed ? `,"file":${JSON.stringify(file)}${place}` : place;
      return resultLine(url, result as Followed, where, sourceOf(url));
    },
  };
}

/** The column of a position in UTF-16 code units: a character outside of the basic plane is one, not two. */
function columnOf(text: string, index: number): number {
  let column = 1;
  for (let i = 0; i < index; i++) {
    const code = text.charCodeAt(i);
    if (code < 0xdc00 || code > 0xdfff) column++;
  }
  return column;
}
