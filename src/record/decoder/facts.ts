import {
  cleanColumn,
  cleanRecord,
  cleanUrl,
  fillDefaults,
  keepTag,
  type MediaRecord,
  type MediaType,
} from "../index.js";
import { MOST_ANSWERS, Question } from "./shared.js";

/**
 * What the record rules make of values that repeat from line to line. Nothing is decided here: `cleanRecord` is asked
 * once for each value, in a record that is otherwise clean, and the module remembers its answer.
 */

/** What is known of a value: a number, and a text that follows from it. */
export interface Fact {
  /** -1, or 0 where it is a yes or no, when the value is not taken as it is. */
  readonly value: number;
  readonly text?: string | undefined;
}

const NO: Fact = { value: 0 };
const NOT_TAKEN: Fact = { value: -1 };

/** A clean record with these members instead of its own. */
function cleaned(members: Readonly<Record<string, unknown>>): MediaRecord | undefined {
  const result = cleanRecord({
    provider: "example",
    foreign_identifier: "1",
    foreign_landing_url: "https://example.org/1",
    url: "https://example.org/1.jpg",
    license: "by",
    license_version: "4.0",
    ...members,
  });
  return "record" in result ? result.record : undefined;
}

/** A record of these members alone, with its defaults. (A whole record would get an identifier.) */
function withDefaults(members: Readonly<Record<string, string>>): MediaRecord {
  const record = { media_type: "image", provider: "example", foreign_identifier: "1" } as const;
  return fillDefaults({ ...record, url: "https://example.org/1.jpg", ...members });
}

/**
 * Texts by numbers. A number is of use until this many others have come: longer than the module remembers one, which it
 * does of `MOST_ANSWERS` at most.
 */
const MOST_NUMBERS = 2 * MOST_ANSWERS;

class Numbered {
  readonly #texts: string[] = [];
  #next = 0;

  add(text: string): number {
    const number = this.#next;
    this.#next = (number + 1) % MOST_NUMBERS;
    this.#texts[number] = text;
    return number;
  }

  at(number: number): string {
    return this.#texts[number] as string;
  }
}

/** Answers questions about values; and the texts of the providers, sources and licences that it gave numbers to. */
export class Facts {
  readonly providers = new Numbered();
  readonly sources = new Numbered();
  /** Licence and version with a blank between them. */
  readonly licenses = new Numbered();
  readonly of: Readonly<Record<Question, (text: string) => Fact>> = {
    [Question.provider]: (text) => this.#provider(text),
    [Question.source]: (text) => this.#source(text),
    [Question.host]: host,
    [Question.license]: (text) => this.#license(text),
    [Question.image_filetype]: filetypeOf("image"),
    [Question.audio_filetype]: filetypeOf("audio"),
    [Question.image_extension]: extensionOf("image"),
    [Question.audio_extension]: extensionOf("audio"),
    [Question.tag]: (name) => ({ value: keepTag(name) ? 1 : 0 }),
  };

  /** Its lowest bit says whether URLs keep a slash at their end; its text is the category that follows from it. */
  #provider(provider: string): Fact {
    if (cleanColumn("provider", provider, provider) !== provider) return NOT_TAKEN;
    const url = "https://example.org/1/";
    const keepsSlash = cleanColumn("url", url, provider) === url;
    const value = 2 * this.providers.add(provider) + Number(keepsSlash);
    return { value, text: (withDefaults({ provider }).category as string | null) ?? undefined };
  }

  /** Its text is how the record was collected, where it does not say. */
  #source(source: string): Fact {
    if (cleanColumn("source", source, "example") !== source) return NOT_TAKEN;
    return { value: this.sources.add(source), text: withDefaults({ source }).ingestion_type as string };
  }

  /**
   * The licence of `license`, `license_version` and `meta_data.license_url` with a line end between them; the URL is
   * empty where it is missing. Its text is the licence's own page, as JSON.
   */
  #license(given: string): Fact {
    const [license, license_version, url = ""] = given.split("\n");
    const record = cleaned({ license, license_version, meta_data: url === "" ? null : { license_url: url } });
    if (!record || record.license !== license || record.license_version !== license_version) return NOT_TAKEN;
    const page = (record.meta_data as { license_url: string }).license_url;
    if (url !== "" && url !== page) return NOT_TAKEN;
    return { value: this.licenses.add(`${license} ${license_version}`), text: JSON.stringify(page) };
  }
}

/** Whether a host is allowed in a URL, with `https://` before it and anything after it. */
function host(host: string): Fact {
  const url = `https://${host}/1`;
  const result = cleanUrl(url, 1000);
  return { value: Number("url" in result && result.url === url) };
}

/** Whether a filetype of one media type is taken as it is. */
function filetypeOf(media_type: MediaType) {
  return (filetype: string): Fact => ({
    value: Number(cleaned({ media_type, filetype })?.filetype === filetype),
  });
}

/** The filetype that the end of a URL shows, from its last dot on. */
function extensionOf(media_type: MediaType) {
  return (extension: string): Fact => {
    const filetype = cleaned({ media_type, url: `https://example.org/1${extension}` })?.filetype;
    return typeof filetype === "string" ? { value: 1, text: filetype } : NO;
  };
}
