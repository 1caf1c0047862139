import { COLUMNS, type Column, type MediaType } from "../../record/index.js";
import { sameBytes } from "./byte-kinds.js";
import {
  extensionFacts,
  filetypeFacts,
  hostFacts,
  type LicenseFacts,
  licenseFacts,
  providerFacts,
  type SourceFacts,
  sourceFacts,
} from "./facts.js";
import { IdentifierWriter } from "./identifier-writer.js";
import { read, readDecimal, readInteger, readTime, skipBlanks } from "./json-bytes.js";
import { ObjectReader } from "./object-reader.js";
import { copyBytes, textIn } from "./scratch.js";
import { Spans, TagReader } from "./tag-reader.js";
import { TextReader } from "./text-reader.js";

/** What a column of a line holds. */
export const ABSENT = 0;
export const NULL = 1;
/** Bytes of the line, from `starts` to `ends`. */
export const IN_LINE = 2;
/** Bytes of the scratch. */
export const IN_SCRATCH = 3;
/** A number, a time in milliseconds since 1970, or 0 or 1; in `numbers`. */
export const NUMBER = 4;
/** A list, in `tags` or `elements`. */
export const LIST = 5;

const COLUMN_AT = Object.fromEntries(COLUMNS.map(({ name }, i) => [name, i])) as Readonly<
  Record<string, number>
>;
const at = (name: string) => COLUMN_AT[name] as number;
const PROVIDER = at("provider");
const SOURCE = at("source");
const FOREIGN_IDENTIFIER = at("foreign_identifier");
const URL_COLUMN = at("url");
const LICENSE = at("license");
const LICENSE_VERSION = at("license_version");
const META_DATA = at("meta_data");
const IDENTIFIER = at("identifier");
const INGESTION_TYPE = at("ingestion_type");
const UPDATED_ON = at("updated_on");
const CATEGORY = at("category");
const WATERMARKED = at("watermarked");
const FILETYPE = at("filetype");

/** `media_type` is a member, but no column. */
const MEDIA_TYPE = COLUMNS.length;
const MEMBERS = [...COLUMNS.map(({ name }) => name), "media_type"];
const MEMBER_KEYS = MEMBERS.map((name) => Uint8Array.from(Buffer.from(`"${name}":`)));
const MEMBER_AT = new Map(MEMBERS.map((name, i) => [name, i]));
const LONGEST_NAME = Math.max(...MEMBERS.map(({ length }) => length));

const REQUIRED = COLUMNS.flatMap(({ required }, i) => (required ? [i] : []));
const only = (media: MediaType) => COLUMNS.flatMap((column, i) => (column.media === media ? [i] : []));
const OWN: Readonly<Record<MediaType, readonly number[]>> = { image: only("image"), audio: only("audio") };

const MOST_ELEMENTS = 32;
/** Longer than every extension that is known, with its dot. */
const LONGEST_EXTENSION = 8;
const LINE_END = Uint8Array.of(0x0a);

/**
 * Reads a line into columns, as `cleanRecord` would, without making JavaScript objects of it. It reads what records
 * nearly always look like, and says so of every line that may be anything else; those have to be parsed and cleaned.
 */
export class LineWalker {
  readonly texts = new TextReader();
  readonly tags = new TagReader(this.texts);
  /** The texts of `genres`. */
  readonly elements = new Spans();
  /** By position in `COLUMNS`. */
  readonly states = new Uint8Array(MEMBERS.length);
  readonly starts = new Int32Array(MEMBERS.length);
  readonly ends = new Int32Array(MEMBERS.length);
  readonly numbers = new Float64Array(MEMBERS.length);
  /** Bytes of the line. */
  length = 0;
  media: MediaType = "image";
  /** For counting; never changed. */
  provider = "";
  source = "";
  license = "";
  /** License and version with a blank between them. */
  licensePair = "";
  readonly #objects = new ObjectReader(this.texts);
  readonly #identifiers = new IdentifierWriter();
  readonly #providers = providerFacts();
  readonly #sources = sourceFacts();
  readonly #licenses = licenseFacts();
  readonly #hosts = hostFacts();
  readonly #filetypes = { image: filetypeFacts("image"), audio: filetypeFacts("audio") };
  readonly #extensions = { image: extensionFacts("image"), audio: extensionFacts("audio") };
  readonly #licenseKey = new Uint8Array(4096);
  /** Which member came behind which one last time: members of all lines come in the same order, most often. */
  readonly #next = Uint8Array.from([...MEMBERS.keys(), 0], (_, i) => (i + 1) % MEMBERS.length);
  #hasSlash = false;
  #keyEnd = 0;
  #licenseStart = 0;
  #licenseEnd = 0;
  #hasRawLicense = false;

  /** Reads the line from `start` to `end`, behind which a line end stands. False where it is left to others. */
  walk(bytes: Uint8Array, start: number, end: number): boolean {
    this.#begin(bytes);
    this.length = end - start;
    let i = skipBlanks(bytes, start);
    if (bytes[i] !== 0x7b) return false;
    let member = MEMBERS.length;
    do {
      member = this.#member(skipBlanks(bytes, i + 1), member);
      if (member === -1 || this.states[member] !== ABSENT) return false;
      i = this.#value(member, skipBlanks(bytes, this.#keyEnd));
      if (i === -1) return false;
      i = skipBlanks(bytes, i);
    } while (bytes[i] === 0x2c);
    return bytes[i] === 0x7d && skipBlanks(bytes, i + 1) === end && this.#finish();
  }

  #begin(bytes: Uint8Array): void {
    this.texts.bytes = bytes;
    this.texts.scratch.clear();
    this.states.fill(ABSENT);
    this.#hasSlash = false;
    this.#licenseStart = 0;
    this.#licenseEnd = 0;
    this.#hasRawLicense = false;
  }

  /** Which member's name stands here; `before` is the one before it. */
  #member(at: number, before: number): number {
    const { bytes } = this.texts;
    const expected = this.#next[before] as number;
    const key = MEMBER_KEYS[expected] as Uint8Array;
    if (sameBytes(bytes, at, key, 0, key.length)) {
      this.#keyEnd = at + key.length;
      return expected;
    }
    const end = bytes.indexOf(0x22, at + 1);
    if (bytes[at] !== 0x22 || end === -1 || end > at + 1 + LONGEST_NAME) return -1;
    const found = MEMBER_AT.get(textIn(bytes, at + 1, end));
    if (found === undefined || bytes[end + 1] !== 0x3a) return -1;
    this.#next[before] = found;
    this.#keyEnd = end + 2;
    return found;
  }

  #value(member: number, at: number): number {
    if (this.texts.bytes[at] === 0x6e) return this.#word(member, at, "null", NULL, 0);
    if (member === MEDIA_TYPE) return this.#mediaType(at);
    const column = COLUMNS[member] as Column;
    switch (column.type) {
      case "text":
        return this.#text(member, at, column.limit as number);
      case "url":
        return this.#url(member, at, column.limit as number);
      case "integer":
        return this.#number(member, readInteger(this.texts.bytes, at));
      case "number":
        return this.#number(member, readDecimal(this.texts.bytes, at));
      case "timestamp":
        return this.#number(member, readTime(this.texts.bytes, at));
      case "boolean":
        return this.texts.bytes[at] === 0x74
          ? this.#word(member, at, "true", NUMBER, 1)
          : this.#word(member, at, "false", NUMBER, 0);
      case "uuid":
        // Made anew from provider and foreign identifier.
        this.states[member] = NULL;
        return this.texts.text(at);
      case "object":
        return this.texts.bytes[at] === 0x7b ? this.#object(member, at) : -1;
      case "objects":
        return this.texts.bytes[at] === 0x5b ? this.#object(member, at) : -1;
      case "tags":
        return this.#tags(member, at);
      case "texts":
        return this.#list(member, at, column.limit as number);
    }
  }

  #word(member: number, at: number, word: string, state: number, value: number): number {
    const { bytes } = this.texts;
    for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return -1;
    this.states[member] = state;
    this.numbers[member] = value;
    return at + word.length;
  }

  #mediaType(at: number): number {
    const end = this.texts.text(at);
    if (end === -1) return -1;
    const { from, start, end: last } = this.texts;
    const text = textIn(from, start, last);
    if (text !== "image" && text !== "audio") return -1;
    this.states[MEDIA_TYPE] = NUMBER;
    this.media = text;
    return end;
  }

  #text(member: number, at: number, limit: number): number {
    const end = this.texts.text(at);
    return end !== -1 && this.#setSpan(member, this.texts, limit) ? end : -1;
  }

  #url(member: number, at: number, limit: number): number {
    const end = this.texts.url(at, this.#hosts);
    if (end === -1 || !this.#setSpan(member, this.texts, limit)) return -1;
    if (this.texts.endsWithSlash) this.#hasSlash = true;
    return end;
  }

  /** An empty text is none. One of more bytes than it may have characters is left to others. */
  #setSpan(
    member: number,
    span: { readonly start: number; readonly end: number; readonly inScratch: boolean },
    limit: number,
  ): boolean {
    const { start, end } = span;
    this.states[member] = start === end ? NULL : span.inScratch ? IN_SCRATCH : IN_LINE;
    this.starts[member] = start;
    this.ends[member] = end;
    return end - start <= limit;
  }

  #number(member: number, end: number): number {
    this.states[member] = NUMBER;
    this.numbers[member] = read.value;
    return end;
  }

  #object(member: number, at: number): number {
    const end = this.#objects.read(at);
    if (end === -1) return -1;
    this.#setSpan(member, this.#objects, Number.POSITIVE_INFINITY);
    if (member === META_DATA) this.#noteLicense();
    return end;
  }

  #noteLicense(): void {
    this.#licenseStart = this.#objects.licenseStart;
    this.#licenseEnd = this.#objects.licenseEnd;
    this.#hasRawLicense = this.#objects.hasRawLicense;
  }

  #tags(member: number, at: number): number {
    if (this.texts.bytes[at] !== 0x5b) return -1;
    const end = this.tags.read(at);
    this.states[member] = this.tags.length > 0 ? LIST : NULL;
    return end;
  }

  #list(member: number, at: number, limit: number): number {
    const { texts, elements } = this;
    if (texts.bytes[at] !== 0x5b) return -1;
    elements.clear();
    let i = at;
    do {
      i = texts.text(skipBlanks(texts.bytes, i + 1));
      if (i === -1 || texts.start === texts.end || texts.end - texts.start > limit) return -1;
      elements.set(texts);
      for (let other = 0; other < elements.length; other++)
        if (elements.areSame(other, elements.length, texts)) return -1;
      if (++elements.length > MOST_ELEMENTS) return -1;
      i = skipBlanks(texts.bytes, i);
    } while (texts.bytes[i] === 0x2c);
    this.states[member] = LIST;
    return texts.bytes[i] === 0x5d ? i + 1 : -1;
  }

  /** The rules that concern several columns. False where the record is left to `cleanRecord`. */
  #finish(): boolean {
    const { states } = this;
    for (const column of REQUIRED) if ((states[column] as number) < IN_LINE) return false;
    const hasAudio = this.#hasAny(OWN.audio);
    if (states[MEDIA_TYPE] !== NUMBER) this.media = hasAudio ? "audio" : "image";
    if (this.media === "image" ? hasAudio : this.#hasAny(OWN.image)) return false;

    const provider = this.#providers.of(this.#bytesOf(PROVIDER), this.#start(PROVIDER), this.#end(PROVIDER));
    if (provider === undefined || (this.#hasSlash && !provider.keepsLastSlash)) return false;
    this.provider = provider.text;
    if (this.#isNull(SOURCE)) this.#copySpan(PROVIDER, SOURCE);
    const source = this.#sources.of(this.#bytesOf(SOURCE), this.#start(SOURCE), this.#end(SOURCE));
    const license = this.#licenseOf();
    if (source === undefined || license === undefined || !this.#checkFiletype()) return false;
    this.source = source.text;
    this.license = license.license;
    this.licensePair = license.pair;
    this.#completeMetaData(license);
    this.#fillIn(source, provider.category);
    return true;
  }

  /** `updated_on` in milliseconds since 1970. */
  get updatedOn(): number | null {
    return this.states[UPDATED_ON] === NUMBER ? (this.numbers[UPDATED_ON] as number) : null;
  }

  /** The first eight digits of the identifier, as a number. */
  get key(): number {
    const start = this.#start(IDENTIFIER);
    return Number.parseInt(textIn(this.texts.scratch.bytes, start, start + 8), 16);
  }

  #fillIn(source: SourceFacts, category: string | null): void {
    if (this.#isNull(INGESTION_TYPE)) this.#setText(INGESTION_TYPE, source.ingestionType);
    if (this.#isNull(CATEGORY) && category !== null) this.#setText(CATEGORY, category);
    if (this.#isNull(WATERMARKED)) {
      this.states[WATERMARKED] = NUMBER;
      this.numbers[WATERMARKED] = 0;
    }
    const { scratch } = this.texts;
    this.starts[IDENTIFIER] = scratch.length;
    this.#identifiers.begin();
    this.#identifiers.add(this.#bytesOf(PROVIDER), this.#start(PROVIDER), this.#end(PROVIDER));
    this.#identifiers.add(LINE_END, 0, 1);
    this.#identifiers.add(
      this.#bytesOf(FOREIGN_IDENTIFIER),
      this.#start(FOREIGN_IDENTIFIER),
      this.#end(FOREIGN_IDENTIFIER),
    );
    this.#identifiers.writeTo(scratch);
    this.ends[IDENTIFIER] = scratch.length;
    this.states[IDENTIFIER] = IN_SCRATCH;
  }

  #licenseOf(): LicenseFacts | undefined {
    const key = this.#licenseKey;
    const urlLength = this.#licenseEnd - this.#licenseStart;
    const length = this.#length(LICENSE) + this.#length(LICENSE_VERSION) + urlLength + 2;
    if (length > key.length) return undefined;
    let i = this.#copyTo(key, 0, LICENSE);
    key[i++] = 0x0a;
    i = this.#copyTo(key, i, LICENSE_VERSION);
    key[i++] = 0x0a;
    copyBytes(this.texts.bytes, this.#licenseStart, this.#licenseEnd, key, i);
    return this.#licenses.of(key, 0, length);
  }

  #completeMetaData({ urlJson }: LicenseFacts): void {
    const { scratch } = this.texts;
    const isThere = (this.states[META_DATA] as number) >= IN_LINE;
    if (isThere && this.#licenseEnd > 0 && this.#hasRawLicense) return;
    const start = scratch.length;
    if (isThere) scratch.append(this.#bytesOf(META_DATA), this.#start(META_DATA), this.#end(META_DATA) - 1);
    else scratch.appendAscii("{");
    if (!isThere || this.#licenseEnd === 0)
      scratch.appendAscii(`${isThere ? "," : ""}"license_url":${urlJson}`);
    scratch.appendAscii(isThere && this.#hasRawLicense ? "}" : ',"raw_license_url":null}');
    this.states[META_DATA] = IN_SCRATCH;
    this.starts[META_DATA] = start;
    this.ends[META_DATA] = scratch.length;
  }

  /** A filetype that has another name is left to others; one that is not given is taken from the URL. */
  #checkFiletype(): boolean {
    const { media } = this;
    if (!this.#isNull(FILETYPE)) {
      return this.#filetypes[media].of(this.#bytesOf(FILETYPE), this.#start(FILETYPE), this.#end(FILETYPE));
    }
    const url = this.#bytesOf(URL_COLUMN);
    const start = this.#start(URL_COLUMN);
    const end = this.#end(URL_COLUMN);
    let dot = end - 1;
    while (dot > start && dot >= end - LONGEST_EXTENSION && url[dot] !== 0x2e && url[dot] !== 0x2f) dot--;
    if (url[dot] !== 0x2e) return true;
    const filetype = this.#extensions[media].of(url, dot, end);
    if (filetype !== null) this.#setText(FILETYPE, filetype);
    return true;
  }

  #hasAny(columns: readonly number[]): boolean {
    for (const column of columns) if ((this.states[column] as number) >= IN_LINE) return true;
    return false;
  }

  #isNull(column: number): boolean {
    return (this.states[column] as number) <= NULL;
  }

  #bytesOf(column: number): Uint8Array {
    return this.states[column] === IN_SCRATCH ? this.texts.scratch.bytes : this.texts.bytes;
  }

  #start(column: number): number {
    return this.starts[column] as number;
  }

  #end(column: number): number {
    return this.ends[column] as number;
  }

  #length(column: number): number {
    return this.#end(column) - this.#start(column);
  }

  #copyTo(target: Uint8Array, at: number, column: number): number {
    copyBytes(this.#bytesOf(column), this.#start(column), this.#end(column), target, at);
    return at + this.#length(column);
  }

  #copySpan(from: number, to: number): void {
    this.states[to] = this.states[from] as number;
    this.starts[to] = this.#start(from);
    this.ends[to] = this.#end(from);
  }

  #setText(column: number, text: string): void {
    const { scratch } = this.texts;
    this.states[column] = IN_SCRATCH;
    this.starts[column] = scratch.length;
    scratch.appendText(text);
    this.ends[column] = scratch.length;
  }
}
