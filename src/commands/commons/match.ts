import {
  type ByteLine,
  type JsonObject,
  type LineWriter,
  memberSetter,
  parseObject,
} from "../../base/ndjson/index.js";
import type { Refusal } from "../../record/index.js";
import { OutputBuffer, Scanner } from "../../sources/commons/index.js";
import { parseFlickrUrl } from "../../sources/flickr/index.js";
import { type CommonsLinks, PHOTO_MEMBERS, photoOf } from "../../store/links/index.js";

const NOT_A_PHOTO: Refusal = {
  error: "this is no photo id, no URL of a Flickr photo and no record",
  code: "not_a_photo",
};
/** Output is handed over in pieces of about this size. */
const BATCH = 64 * 1024;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const setCommons = memberSetter("commons");

/** Adds to lines the files that Commons has of the photo they are about. */
export class Matcher {
  /** How many lines are about a photo that is on Commons. */
  found = 0;
  readonly #links: CommonsLinks;
  readonly #output: LineWriter;
  readonly #lines = new OutputBuffer();
  readonly #scanner = new Scanner("");

  constructor(links: CommonsLinks, output: LineWriter) {
    this.#links = links;
    this.#output = output;
  }

  /** Writes one line with its files; says why when it cannot. */
  match(line: ByteLine): Refusal | Promise<void> | undefined {
    const bytes = Buffer.from(line.bytes.buffer, line.bytes.byteOffset, line.bytes.length);
    const refusal =
      bytes[line.start] === OPEN_OBJECT && this.#matchBytes(bytes, line)
        ? undefined
        : this.#matchText(line.text);
    return refusal ?? (this.#lines.length >= BATCH ? this.#handOver() : undefined);
  }

  /** Lets go of the database and of what is written, while the input pauses. */
  pause(): Promise<void> | undefined {
    this.#links.commit();
    return this.#handOver();
  }

  async end(): Promise<void> {
    await this.#handOver();
    await this.#output.end();
  }

  #handOver(): Promise<void> | undefined {
    return this.#output.writeLines(this.#lines.take());
  }

  /**
   * Matches a record without making an object of it, which takes a fifth of the time; false where that cannot be done:
   * it is no JSON, has names with escapes, or has the member already.
   */
  #matchBytes(bytes: Buffer, { start, end }: ByteLine): boolean {
    const { members } = this.#scanner;
    if (this.#scanner.scan(bytes, start, end) !== "object" || members.find(bytes, "commons") !== -1)
      return false;
    const record: JsonObject = {};
    for (const name of PHOTO_MEMBERS) {
      const member = members.find(bytes, name);
      if (member === -1) continue;
      record[name] = JSON.parse(bytes.toString("utf8", members.start(member), members.end(member)));
    }
    const photo = photoOf(record);
    if (photo === undefined) this.#lines.addBytes(bytes, start, end);
    else {
      const close = bytes.lastIndexOf(CLOSE_OBJECT, end - 1);
      this.#lines.addBytes(bytes, start, close);
      this.#lines.addText(`,"commons":${this.#filesOf(photo)}`);
      this.#lines.addBytes(bytes, close, end);
    }
    this.#lines.endLine();
    return true;
  }

  #matchText(line: string): Refusal | undefined {
    const text = line.trim();
    if (text.startsWith("{")) return this.#matchRecord(text);
    if (/^\d+$/.test(text)) this.#write(`{"flickr_photo_id":"${text}","commons":${this.#filesOf(text)}}`);
    else {
      const page = parseFlickrUrl(text);
      if (!("type" in page) || page.type !== "single_photo") return NOT_A_PHOTO;
      const id = page.photo_id;
      this.#write(`{"url":${JSON.stringify(text)},"flickr_photo_id":"${id}","commons":${this.#filesOf(id)}}`);
    }
    return undefined;
  }

  #matchRecord(text: string): Refusal | undefined {
    const parsed = parseObject(text);
    if (!("record" in parsed)) return parsed;
    const photo = photoOf(parsed.record);
    this.#write(photo === undefined ? text : setCommons(text, parsed.record, this.#filesOf(photo)));
    return undefined;
  }

  #filesOf(photo: string): string {
    const files = this.#links.filesOf(photo);
    if (files.length > 0) this.found++;
    return JSON.stringify(files);
  }

  #write(line: string): void {
    this.#lines.addText(line);
    this.#lines.endLine();
  }
}
