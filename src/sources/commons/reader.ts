import { isUtf8 } from "node:buffer";
import {
  boundsIn,
  lineText,
  MAX_LINE_BYTES,
  type OpenLine,
  tooLong,
  ViewCutter,
} from "../../base/ndjson/index.js";
import { meetsAll } from "./conditions.js";
import { EntityLine, type LineFault } from "./entity-line.js";
import { OutputBuffer } from "./output-buffer.js";
import { type Prefilter, prefiltersFor } from "./prefilter.js";
import type { Selection } from "./selection.js";
import { Totals } from "./totals.js";
import { type Writer, writerFor } from "./writers.js";

/** A line that cannot be read. */
export interface FaultyLine extends LineFault {
  /** From 1, as an editor counts. */
  readonly line: number;
  /** The line as it was read. */
  readonly input: string;
}

/** What a reader has seen so far. */
export interface Counts {
  /** Lines of any kind. */
  lines: number;
  /** Lines that hold an entity, read or passed over. */
  entities: number;
  /** Entities of which something was written. */
  matches: number;
}

/** What a reader is told beside what to select. */
export interface ReaderOptions {
  /** Nothing after the first faulty line is read. */
  readonly stopAtFault?: boolean;
  /** The text begins in the middle of the file, so its first line may be the end of an entity. */
  readonly beginsWithin?: boolean;
}

/** Where a reader stood when all that it had read was known to be sound. */
interface Mark {
  readonly counts: Readonly<Counts>;
  readonly output: number;
  readonly faults: number;
  readonly openLine: OpenLine;
  readonly opened: boolean;
  readonly closed: boolean;
  readonly stopped: boolean;
  readonly torn: number;
}

/** How much text of a gzip member is held back until its checksum is known, in bytes; a longer member is trusted. */
export const MOST_UNSURE = 8 * 1024 * 1024;

const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Blank, tab, carriage return. */
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d]);
const SEVERAL: LineFault = {
  error: "this line holds more than one entity; pipe the array through `jq -c '.[]'`",
  code: "not_an_object",
};

/**
 * Reads the text of a snapshot: bytes in, lines of output and faults out. The framing is that of a JSON array with one
 * entity a line; NDJSON is read as well. Entities that cannot matter are only counted.
 */
export class EntityReader {
  readonly counts: Counts = { lines: 0, entities: 0, matches: 0 };
  readonly output = new OutputBuffer();
  /** Faulty lines since they were last taken away. */
  readonly faults: FaultyLine[] = [];
  readonly totals: Totals | undefined;
  /** Whether the array was opened, and closed. */
  opened = false;
  closed = false;
  /** No more is read: a line was faulty. */
  stopped = false;
  /** Lines that are the beginning or end of an entity whose other part is not there: at most two. */
  torn = 0;
  /** Nothing after the first faulty line is read. */
  readonly stopsAtFault: boolean;
  readonly #beginsWithin: boolean;
  /** Totals since the mark. */
  readonly #unsureTotals = new Totals();
  #mark: Mark;
  /** The text ended within an entity. */
  cut = false;
  /** Whether the whole block is UTF-8, which costs less to find out than line by line. */
  #isUtf8: boolean | undefined;
  readonly #lines = new ViewCutter();
  readonly #line = new EntityLine();
  readonly #prefilters: readonly Prefilter[];
  readonly #selection: Selection;
  readonly #write: Writer;

  constructor(selection: Selection, { stopAtFault = false, beginsWithin = false }: ReaderOptions = {}) {
    this.#prefilters = prefiltersFor(selection);
    this.#selection = selection;
    this.#write = writerFor(selection);
    this.totals = selection.output.kind === "count" ? new Totals() : undefined;
    this.stopsAtFault = stopAtFault;
    this.#beginsWithin = beginsWithin;
    this.#mark = this.#here();
  }

  /** Says that all that was read so far is sound, and what came of it taken away. */
  mark(): void {
    this.totals?.take(this.#unsureTotals);
    this.#mark = this.#here();
  }

  /** Forgets what was read since the mark; gives how many entities that were. */
  rollBack(): number {
    const { counts, output, faults, openLine, opened, closed, stopped, torn } = this.#mark;
    const forgotten = this.counts.entities - counts.entities;
    Object.assign(this, { opened, closed, stopped, torn });
    Object.assign(this.counts, counts);
    this.output.cutTo(output);
    this.faults.length = faults;
    this.#lines.rollBack(openLine);
    this.#unsureTotals.clear();
    return forgotten;
  }

  #here(): Mark {
    const { opened, closed, stopped, torn } = this;
    const now = { counts: { ...this.counts }, output: this.output.length, faults: this.faults.length };
    return { ...now, openLine: this.#lines.mark(), opened, closed, stopped, torn };
  }

  /** Reads a chunk; its bytes may be used for something else afterwards. */
  add(chunk: Buffer): void {
    if (!this.stopped) for (const block of this.#lines.add(chunk)) this.#readBlock(block);
  }

  /**
   * Reads the last line, where it has no line end. Half an entity there is no fault of its own if the input is known to
   * be cut off, or an array that was not closed shows it.
   */
  end(isCutOff = false): void {
    if (this.stopped) return;
    const before = this.faults.length;
    for (const block of this.#lines.end()) this.#readBlock(block);
    const code = this.faults.length > before ? this.faults.at(-1)?.code : undefined;
    if ((code === "json" || code === "utf8") && (isCutOff || (this.opened && !this.closed))) {
      this.faults.pop();
      this.counts.entities--;
      this.torn++;
      this.cut = true;
    }
    this.mark();
  }

  /** Takes away the start of the line that has not ended yet. */
  takeRest(): Buffer {
    return this.#lines.takeRest();
  }

  /** Takes away the faulty lines. */
  takeFaults(): FaultyLine[] {
    return this.faults.splice(0);
  }

  #readBlock(bytes: Buffer): void {
    for (const filter of this.#prefilters) filter.startBlock();
    this.#isUtf8 = undefined;
    const { bounds, offsets, count } = boundsIn(bytes);
    const before = this.counts.lines;
    for (let i = 0; i < offsets.length && !this.stopped; i++) {
      this.counts.lines = before + (offsets[i] as number) + 1;
      this.#readLine(bytes, bounds[2 * i] as number, bounds[2 * i + 1] as number);
    }
    if (!this.stopped) this.counts.lines = before + count;
  }

  #readLine(bytes: Buffer, lineStart: number, lineEnd: number): void {
    if (lineEnd - lineStart > MAX_LINE_BYTES) {
      this.counts.entities++;
      const advice = bytes[lineStart] === OPEN_ARRAY ? "; pipe the array through `jq -c '.[]'`" : "";
      const fault = { error: `${tooLong(MAX_LINE_BYTES)}${advice}`, code: "too_long" };
      this.#fault(fault, bytes.subarray(lineStart, lineEnd));
      return;
    }
    const wasClosed = this.closed;
    let start = lineStart;
    let end = lineEnd;
    // The usual line is `{…},` and nothing else.
    if (bytes[end - 1] === COMMA) end--;
    if (bytes[start] !== OPEN_OBJECT || bytes[end - 1] !== CLOSE_OBJECT) {
      start = this.#openingEnd(bytes, lineStart, lineEnd);
      end = this.#closingStart(bytes, start, lineEnd);
      if (start >= end) return;
    }
    const fault = this.#readEntity(bytes, start, end);
    if (fault === undefined) return;
    if (this.#beginsWithin && this.counts.lines === 1) {
      this.counts.entities--;
      this.torn++;
      return;
    }
    // Then a bracket after it was its own, too.
    this.closed = wasClosed;
    this.#fault(this.#isSeveral(fault, bytes, start, end) ? SEVERAL : fault, bytes.subarray(start, end));
  }

  #readEntity(bytes: Buffer, start: number, end: number): LineFault | undefined {
    this.counts.entities++;
    // What is no object is told, not passed over; and so is the first line, which shows what the file is.
    const mayPass =
      this.counts.entities > 1 && bytes[start] === OPEN_OBJECT && bytes[end - 1] === CLOSE_OBJECT;
    if (mayPass)
      for (const filter of this.#prefilters) if (!filter.mayMatter(bytes, start, end)) return undefined;
    this.#isUtf8 ??= isUtf8(bytes);
    const fault = this.#line.load(bytes, start, end, this.#isUtf8);
    if (fault === undefined && meetsAll(this.#line, this.#selection)) {
      if (this.totals) this.#unsureTotals.add(this.#line);
      if (this.#write(this.#line, this.output)) this.counts.matches++;
    }
    return fault;
  }

  /** Whether another one follows an entity: small tools write a whole array as one line. */
  #isSeveral({ code }: LineFault, bytes: Buffer, start: number, end: number): boolean {
    if (code !== "json" || bytes[start] !== OPEN_OBJECT) return false;
    const after = this.#line.valueEnd(bytes, start, end);
    const comma = after === -1 ? end : skipBlanks(bytes, after, end);
    return comma < end && bytes[comma] === COMMA;
  }

  /** The byte after what may stand before an entity: blanks, the array's bracket, a comma. */
  #openingEnd(bytes: Buffer, lineStart: number, lineEnd: number): number {
    let i = skipBlanks(bytes, lineStart, lineEnd);
    if (bytes[i] === OPEN_ARRAY && i < lineEnd) {
      this.opened = true;
      i = skipBlanks(bytes, i + 1, lineEnd);
    } else if (bytes[i] === COMMA && i < lineEnd) i = skipBlanks(bytes, i + 1, lineEnd);
    return i;
  }

  /** The first byte of what may stand after an entity: a comma, blanks, the array's other bracket. */
  #closingStart(bytes: Buffer, start: number, lineEnd: number): number {
    let i = dropBlanks(bytes, start, lineEnd);
    if (i > start && bytes[i - 1] === CLOSE_ARRAY) {
      this.closed = true;
      i = dropBlanks(bytes, start, i - 1);
    } else if (i > start && bytes[i - 1] === COMMA) i = dropBlanks(bytes, start, i - 1);
    return i;
  }

  #fault(fault: LineFault, input: Buffer): void {
    this.faults.push({ line: this.counts.lines, ...fault, input: lineText(input) });
    this.stopped = this.stopsAtFault;
  }
}

function skipBlanks(bytes: Buffer, start: number, end: number): number {
  let i = start;
  while (i < end && BLANKS.has(bytes[i] as number)) i++;
  return i;
}

function dropBlanks(bytes: Buffer, start: number, end: number): number {
  let i = end;
  while (i > start && BLANKS.has(bytes[i - 1] as number)) i--;
  return i;
}
