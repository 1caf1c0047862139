import { MAX_LINE_BYTES } from "./limits.js";

const LF = 0x0a;
const CR = 0x0d;
const OPEN_OBJECT = 0x7b;

/** Where the lines of a block lie in it; blank ones are left out. */
interface LineBounds {
  /** Where each line begins and where it ends, in turn; its line end, LF or CRLF, is no part of it. */
  readonly bounds: number[];
  /** How many lines of the block stand before each, blank ones too. */
  readonly offsets: number[];
  /** How many lines there are, blank ones too. */
  readonly count: number;
}

/** How many bytes of some are whole lines: up to the last line end. */
export function wholeLines(bytes: Buffer): number {
  return bytes.lastIndexOf(LF) + 1;
}

/** How many bytes of some are their first line with its line end; 0 where it has none. */
export function firstLine(bytes: Uint8Array): number {
  return bytes.indexOf(LF) + 1;
}

/** Finds the lines of a block as the cutter gives it; the last one may lack its line end. */
export function boundsIn(block: Buffer, maxBytes: number = MAX_LINE_BYTES): LineBounds {
  const bounds: number[] = [];
  const offsets: number[] = [];
  let count = 0;
  for (let start = 0; start < block.length; count++) {
    const next = block.indexOf(LF, start);
    const lineEnd = next === -1 ? block.length : next;
    const end = lineEnd > start && block[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (!isBlank(block, start, end, maxBytes)) {
      bounds.push(start, end);
      offsets.push(count);
    }
    start = lineEnd + 1;
  }
  return { bounds, offsets, count };
}

/**
 * Whether a line holds nothing but white space, of which there are many kinds; a line that is too long is never blank.
 * Nearly all lines begin with a brace, and are not looked at further.
 */
function isBlank(block: Buffer, start: number, end: number, maxBytes: number): boolean {
  if (block[start] === OPEN_OBJECT || end - start > maxBytes) return false;
  return block.toString("utf8", start, end).trim() === "";
}
