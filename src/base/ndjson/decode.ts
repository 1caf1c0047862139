import { isAscii, isUtf8 } from "node:buffer";
import { tooLong } from "./limits.js";

/** The text of a line, or what is wrong with its bytes; `text` is then the best that could be made of them. */
export interface Decoded {
  readonly text: string;
  readonly fault?: string;
}

/** How many bytes of a line that is too long are kept, to recognise it by. */
const KEPT_OF_LONG_LINE = 1000;

/** The line in some bytes, or what is wrong with them. */
export function decodeLine(bytes: Buffer, maxBytes: number): Decoded {
  if (bytes.length > maxBytes) return { text: beginningOf(bytes, maxBytes), fault: tooLong(maxBytes) };
  // ASCII, which lines often are, is read faster as such.
  if (isAscii(bytes)) return { text: bytes.toString("latin1") };
  const text = bytes.toString("utf8");
  return isUtf8(bytes) ? { text } : { text, fault: notUtf8(bytes) };
}

/** The start of a line that is too long. */
function beginningOf(bytes: Buffer, maxBytes: number): string {
  // Never more than every line of the kind has, so that it is the same however the line came in pieces.
  const beginning = bytes.subarray(0, Math.min(maxBytes, KEPT_OF_LONG_LINE));
  // As a stream, so that a last character that is cut through is left out.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(beginning, { stream: true });
}

function notUtf8(bytes: Buffer): string {
  const at = firstBadByte(bytes);
  const around = bytes.subarray(Math.max(0, at - AROUND), at + AROUND);
  const advice = isWindows1252(around) ? `; ${WINDOWS_1252}` : "";
  return `not valid UTF-8 at byte ${at}${advice}`;
}

/** How many bytes before and after a wrong one are looked at, to tell what it is. */
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
