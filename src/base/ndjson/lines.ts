import { isAscii, isUtf8 } from "node:buffer";
import { MAX_LINE_BYTES, tooLong } from "./limits.js";

/** One line of text, without its line end. */
export interface Line {
  /** Counts from 1; blank lines count too, so that the number is the one an editor shows. */
  readonly number: number;
  readonly text: string;
  /** What is wrong with the bytes themselves, if anything; `text` is then the best that could be made of them. */
  readonly fault?: string;
}

const LF = 0x0a;
const EMPTY = Buffer.alloc(0);
/** How many bytes of an over-long line are kept, to recognise it by. */
const KEPT_OF_LONG_LINE = 1000;

/**
 * Splits bytes into lines: LF or CRLF, with or without a last line end; a byte order mark at the start is
 * dropped, blank lines are skipped. Yields the lines of about one chunk at a time, because one `await` a line
 * costs more than the line. A line longer than `maxBytes` is reported and skipped without being held.
 *
 * A lone CR is not a line end, nor are U+2028 and U+2029: both may stand inside JSON text.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<Line[]> {
  let number = 0;
  /** The start of a line whose end has not come yet; pieces are joined once, when it has. */
  let pieces: Buffer[] = [];
  let held = 0;
  let first = true;

  for await (const bytes of chunks) {
    let chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = chunk.lastIndexOf(LF);
    if (end === -1) {
      // A line over the limit keeps its start only, but goes on being counted.
      if (held <= maxBytes) pieces.push(chunk);
      held += chunk.length;
      continue;
    }
    const lines: Line[] = [];
    if (held > 0) {
      const firstEnd = chunk.indexOf(LF);
      const line = completeLine(pieces, held, chunk.subarray(0, firstEnd), maxBytes, ++number);
      pieces = [];
      held = 0;
      pushLine(lines, line, first);
      first = false;
      chunk = chunk.subarray(firstEnd + 1);
    }
    const complete = chunk.subarray(0, chunk.lastIndexOf(LF) + 1);
    if (complete.length > 0) {
      number = splitComplete(complete, maxBytes, number, lines, first);
      first = false;
    }
    const rest = chunk.subarray(complete.length);
    if (rest.length > 0) {
      pieces.push(rest);
      held = rest.length;
    }
    if (lines.length > 0) yield lines;
  }
  if (held > 0) {
    const lines: Line[] = [];
    pushLine(lines, completeLine(pieces, held, EMPTY, maxBytes, number + 1), first);
    if (lines.length > 0) yield lines;
  }
}

/** Splits bytes that end with a line end, appending to `lines`; gives the number of the last line. */
function splitComplete(
  bytes: Buffer,
  maxBytes: number,
  number: number,
  lines: Line[],
  first: boolean,
): number {
  if (isUtf8(bytes)) {
    const texts = bytes.toString("utf8").split("\n");
    for (let i = 0; i < texts.length - 1; i++) {
      const text = texts[i] as string;
      number++;
      // Three bytes at most for each unit of a string: the exact count is taken only where it can matter.
      const tooLong = text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes;
      pushLine(
        lines,
        tooLong ? longLine([bytesOf(text)], maxBytes, number) : { number, text },
        first && i === 0,
      );
    }
    return number;
  }
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LF, start);
    pushLine(lines, decodeLine(bytes.subarray(start, end), maxBytes, ++number), first && start === 0);
    start = end + 1;
  }
  return number;
}

function completeLine(pieces: Buffer[], held: number, last: Buffer, maxBytes: number, number: number): Line {
  const length = held + last.length;
  if (length > maxBytes) return longLine([...pieces, last], maxBytes, number);
  const [only] = pieces;
  const isWhole = only?.length === length;
  return decodeLine(isWhole ? only : Buffer.concat([...pieces, last], length), maxBytes, number);
}

/** The line in some bytes, or what is wrong with them. */
export function decodeLine(bytes: Buffer, maxBytes: number, number: number): Line {
  if (bytes.length > maxBytes) return longLine([bytes], maxBytes, number);
  // ASCII, which lines often are, is read faster as such.
  if (isAscii(bytes)) return { number, text: bytes.toString("latin1") };
  const text = bytes.toString("utf8");
  return isUtf8(bytes) ? { number, text } : { number, text, fault: notUtf8(bytes) };
}

function notUtf8(bytes: Buffer): string {
  const at = firstBadByte(bytes);
  const around = bytes.subarray(Math.max(0, at - AROUND), at + AROUND);
  const advice = isWindows1252(around) ? `; ${WINDOWS_1252}` : "";
  return `not valid UTF-8 at byte ${at}${advice}`;
}

/** So many bytes before and behind a wrong one tell what it is. */
const AROUND = 1000;
const WINDOWS_1252 = "it looks like Windows-1252: convert the file with iconv -f WINDOWS-1252 -t UTF-8";

/** Whether bytes are likely text in Windows-1252, or Latin-1, which is a part of it: letters, and nothing in UTF-8. */
function isWindows1252(bytes: Buffer): boolean {
  const text = bytes.toString("latin1");
  const isUtf8InPart = /[\xc2-\xf4][\x80-\xbf]/.test(text);
  return (
    !isUtf8InPart &&
    !/[\0\x81\x8d\x8f\x90\x9d]/.test(text) &&
    /[a-z]{2}[\xc0-\xff]|[\xc0-\xff][a-z]{2}/i.test(text)
  );
}

function longLine(pieces: Buffer[], maxBytes: number, number: number): Line {
  // The line is longer than either, so that its start is the same however it came in pieces.
  const start = Buffer.concat(pieces, Math.min(maxBytes, KEPT_OF_LONG_LINE));
  return {
    number,
    // As a stream, so that a last character that is cut through is left out.
    text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(start, { stream: true }),
    fault: tooLong(maxBytes),
  };
}

/** The bytes that the start of an over-long line is taken from. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text.slice(0, KEPT_OF_LONG_LINE));
}

/** The position, from 1, of the first byte that does not belong to valid UTF-8. */
function firstBadByte(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8Prefix(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  // What fails is often the byte after a character that was begun (Latin-1 text): its first byte is the wrong one.
  let whole = bad - 1;
  while (!isUtf8(bytes.subarray(0, whole))) whole--;
  return whole + 1;
}

/** Whether the bytes are valid UTF-8 but for a last character that is cut off. */
function isUtf8Prefix(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function pushLine(lines: Line[], line: Line, first: boolean): void {
  let { text } = line;
  if (first && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  if (text.endsWith("\r")) text = text.slice(0, -1);
  if (line.fault === undefined && text.trim() === "") return;
  lines.push(text === line.text ? line : { ...line, text });
}
