import { isUtf8 } from "node:buffer";
import type { Block } from "./blocks.js";
import { boundsIn } from "./bounds.js";
import { cut, ViewCutter } from "./cutter.js";
import { type Decoded, decodeLine } from "./decode.js";
import { MAX_LINE_BYTES } from "./limits.js";
import { type BadLine, faultOf, type Input, type OnBadLine, type TextEntry } from "./records.js";

/**
 * One line as it lies among others in `bytes`, from `start` to `end`; its line end is not part of it, but always
 * comes after it. The bytes are valid UTF-8.
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
  { file, bytes }: Pick<Block, "file"> & { readonly bytes: Uint8Array },
  before = 0,
  maxBytes = MAX_LINE_BYTES,
): LinesIn {
  const { buffer, byteOffset, length } = bytes;
  const block = Buffer.from(buffer, byteOffset, length);
  const view = new Uint8Array(buffer, byteOffset, length);
  const lines: ByteLine[] = [];
  const bad: (BadLine & { line: number })[] = [];
  const isText = isUtf8(block);
  const { bounds, offsets, count } = boundsIn(block, maxBytes);
  for (let i = 0; i < offsets.length; i++) {
    const [start, end] = [bounds[2 * i] as number, bounds[2 * i + 1] as number];
    const line = before + 1 + (offsets[i] as number);
    const isGood = isText && end - start <= maxBytes;
    const { text, fault } = isGood ? GOOD : decodeLine(block.subarray(start, end), maxBytes);
    if (fault !== undefined) bad.push({ file, line, input: text, ...faultOf(fault) });
    else lines.push(new ByteLine(file, line, view, start, end));
  }
  return { lines, bad, count };
}

const GOOD: Decoded = { text: "" };

/**
 * Reads the lines of inputs like `readTexts`, but leaves them where they lie: for readers that look at bytes. Hands
 * out the lines of about one chunk at a time.
 */
export async function* readByteLines(
  inputs: AsyncIterable<Input>,
  onBadLine: OnBadLine,
  maxBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<readonly ByteLine[]> {
  for await (const { name: file, bytes: chunks } of inputs) {
    let number = 0;
    for await (const bytes of cut(chunks, new ViewCutter(maxBytes))) {
      const { lines, bad, count } = linesIn({ file, bytes }, number, maxBytes);
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
