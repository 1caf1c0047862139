import { MAX_LINE_BYTES } from "./limits.js";

const LF = 0x0a;
const CR = 0x0d;

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
 * The same of a block of ASCII that is a text already, and too short for a line that is too long: its lines, of which
 * blank ones are empty.
 */
export function linesOfText(block: string): string[] {
  const lines = block.split("\n");
  // What comes after the last line end is no line.
  if (block.endsWith("\n")) lines.pop();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const text = line.charCodeAt(line.length - 1) === CR ? line.slice(0, -1) : line;
    lines[i] = isVisible(text.charCodeAt(0)) || text.trim() !== "" ? text : "";
  }
  return lines;
}

/** Whether a line holds nothing but white space, of which there are many kinds; a line that is too long is never blank. */
function isBlank(block: Buffer, start: number, end: number, maxBytes: number): boolean {
  if (isVisible(block[start] as number) || end - start > maxBytes) return false;
  return block.toString("utf8", start, end).trim() === "";
}

/** Whether a byte is a letter, digit or mark of ASCII. Nearly all lines begin with one, and are not looked at further. */
function isVisible(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f;
}
