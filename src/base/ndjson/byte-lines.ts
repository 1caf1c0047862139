import { isUtf8 } from "node:buffer";
import type { Block } from "./blocks.js";
import { MAX_LINE_BYTES } from "./limits.js";
import { decodeLine } from "./lines.js";
import { type BadLine, faultOf, type Input, type OnBadLine, type TextEntry } from "./records.js";

const LF = 0x0a;
const CR = 0x0d;
const OPEN = 0x7b;
const LINE_END = Buffer.of(LF);

/**
 * One line as it lies among others in `bytes`, from `start` to `end`; its line end is not part of it, but there always
 * is one behind it. The bytes are valid UTF-8.
 */
export class ByteLine implements TextEntry {
  readonly file: string;
  readonly line: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;

  constructor(file: string, line: number, bytes: Uint8Array, start: number, end: number) {
    this.file = file;
    this.line = line;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  get text(): string {
    const { buffer, byteOffset } = this.bytes;
    return Buffer.from(buffer, byteOffset + this.start, this.end - this.start).toString();
  }
}

/** What stands in some bytes. */
export interface LinesIn {
  readonly lines: readonly ByteLine[];
  readonly bad: readonly (BadLine & { readonly line: number })[];
  /** How many lines there are, blank ones too. */
  readonly count: number;
}

/** The lines of a block of whole lines; `before` is how many lines its input has before it. */
export function linesIn(
  { file, bytes, isFirst }: Pick<Block, "file" | "isFirst"> & { readonly bytes: Uint8Array },
  before = 0,
  maxBytes = MAX_LINE_BYTES,
): LinesIn {
  const { buffer, byteOffset, length } = bytes;
  const block = Buffer.from(buffer, byteOffset, length);
  const view = new Uint8Array(buffer, byteOffset, length);
  const lines: ByteLine[] = [];
  const bad: (BadLine & { line: number })[] = [];
  const isText = isUtf8(block);
  let number = before;
  for (let start = isFirst ? markLength(block) : 0; start < block.length; ) {
    const lineEnd = block.indexOf(LF, start);
    const end = lineEnd > start && block[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    number++;
    const fault =
      isText && end - start <= maxBytes ? undefined : faultIn(block.subarray(start, end), maxBytes);
    if (fault) bad.push({ file, line: number, ...fault });
    else if (!isBlank(block, start, end)) lines.push(new ByteLine(file, number, view, start, end));
    start = lineEnd + 1;
  }
  return { lines, bad, count: number - before };
}

/**
 * Reads the lines of inputs like `readTexts`, but leaves them where they lie: for readers that look at bytes. Hands
 * out the lines of about one chunk at a time.
 */
export async function* readByteLines(
  inputs: AsyncIterable<Input>,
  onBadLine: OnBadLine,
  maxBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<readonly ByteLine[]> {
  for await (const { name, bytes } of inputs) {
    let number = 0;
    for await (const block of wholeLines(bytes, maxBytes)) {
      const isFirst = number === 0;
      const { lines, bad, count } = linesIn({ file: name, bytes: block, isFirst }, number, maxBytes);
      number += count;
      let first = 0;
      for (const badLine of bad) {
        // What stood before the bad line goes on its way first, so that output keeps the input's order.
        const after = lines.findIndex(({ line }, i) => i >= first && line > badLine.line);
        const end = after < 0 ? lines.length : after;
        if (end > first) yield lines.slice(first, end);
        first = end;
        await onBadLine(badLine);
      }
      if (first < lines.length) yield first === 0 ? lines : lines.slice(first);
    }
  }
}

/** What is wrong with the bytes of a line, if anything. */
function faultIn(
  bytes: Buffer,
  maxBytes: number,
): { error: string; code: string; input: string } | undefined {
  const { text, fault } = decodeLine(bytes, maxBytes, 0);
  return fault === undefined ? undefined : { input: text, ...faultOf(fault) };
}

/**
 * Cuts chunks into blocks of whole lines, each of which ends with a line end. Lines stay where they lie in their chunk
 * but for the one across the border of two chunks. Of a line that is too long only the start is held, a little more
 * than `maxBytes`.
 */
async function* wholeLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Buffer> {
  /** The start of a line whose end has not come yet; pieces are joined once, when it has. */
  let pieces: Buffer[] = [];
  let held = 0;
  const hold = (piece: Buffer) => {
    if (held <= maxBytes) pieces.push(piece);
    held += piece.length;
  };
  const takeHeld = () => {
    const line = Buffer.concat([...pieces, LINE_END]);
    pieces = [];
    held = 0;
    return line;
  };
  for await (const bytes of chunks) {
    let chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const last = chunk.lastIndexOf(LF) + 1;
    if (last > 0 && held > 0) {
      const first = chunk.indexOf(LF);
      hold(chunk.subarray(0, first));
      yield takeHeld();
      chunk = chunk.subarray(first + 1);
    }
    const end = chunk.lastIndexOf(LF) + 1;
    if (end > 0) yield chunk.subarray(0, end);
    if (end < chunk.length) hold(chunk.subarray(end));
  }
  if (held > 0) yield takeHeld();
}

function markLength(block: Buffer): number {
  return block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf ? 3 : 0;
}

/** Whether a line holds nothing but white space; nearly all lines begin with a brace, and are not looked at further. */
function isBlank(block: Buffer, start: number, end: number): boolean {
  return block[start] !== OPEN && block.toString("utf8", start, end).trim() === "";
}
