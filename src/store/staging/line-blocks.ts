import { MAX_LINE_BYTES } from "../../base/ndjson/index.js";

/** Bytes of an input, cut into blocks of whole lines that can be handed to another thread. */

/** Some lines of an input, in a buffer of their own. Lines end with LF, the last one of an input maybe with nothing. */
export type LineBlock = Uint8Array<ArrayBuffer>;

const LF = 0x0a;

/**
 * Cuts an input into blocks. A line that is longer than can be read is kept only so far that it shows to be too long.
 * A byte order mark is left out.
 */
export async function* lineBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LineBlock> {
  let pieces: Uint8Array[] = [];
  let held = 0;
  let isFirst = true;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LF) + 1;
    if (end > 0) {
      const block = blockOf([...pieces, chunk.subarray(0, end)], isFirst);
      isFirst = false;
      pieces = [];
      held = 0;
      yield block;
    }
    if (end === chunk.length) continue;
    // What is over the limit already is dropped: it needs no more to be refused.
    if (held <= MAX_LINE_BYTES) pieces.push(chunk.slice(end));
    held += chunk.length - end;
  }
  if (held > 0) yield blockOf(pieces, isFirst);
}

function blockOf(pieces: readonly Uint8Array[], isFirst: boolean): LineBlock {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return isFirst && hasMark(bytes) ? bytes.slice(3) : bytes;
}

function hasMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
