import { bitsAt } from "./hybrid-reader.js";
import { type Cursor, readVarint, readZigzag } from "./varint.js";

/**
 * Reads DELTA_BINARY_PACKED: the first number, then blocks of deltas, each with its minimum and what every delta has above
 * that: https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-encoding-delta_binary_packed--5
 */

/** As little-endian machines have 64-bit numbers, so that adding takes no `BigInt`. */
const WORDS_OF_LONG = 2;
const TWO_32 = 2 ** 32;

/** Numbers as 32-bit words, two for each where they are long, and where they end. Throws where there are more than `most`. */
export function readDeltas(
  bytes: Uint8Array,
  most: number,
  isLong: boolean,
): { words: Int32Array; at: number } {
  const cursor = { bytes, at: 0 };
  const next = () => Number(readVarint(cursor));
  const [blockSize, miniblocks, count] = [next(), next(), next()];
  const perMiniblock = blockSize / miniblocks;
  if (!(perMiniblock > 0 && perMiniblock % 8 === 0 && count <= most))
    throw new RangeError("a page cannot have these deltas");
  const words = new Int32Array(isLong ? WORDS_OF_LONG * count : count);
  let [low, high] = wordsAt(cursor);
  let index = 0;
  const put = () => {
    if (isLong) words[WORDS_OF_LONG * index + 1] = high;
    words[isLong ? WORDS_OF_LONG * index : index] = low;
    index++;
  };
  if (count > 0) put();
  while (index < count) {
    const [minDeltaLow, minDeltaHigh] = wordsAt(cursor);
    const widths = cursor.at;
    cursor.at += miniblocks;
    for (let i = 0; i < miniblocks && index < count; i++) {
      const width = bytes[widths + i] as number;
      const end = Math.min(count, index + perMiniblock);
      let bit = cursor.at * 8;
      if (!(width <= 64 && bit + (end - index) * width <= bytes.length * 8))
        throw new RangeError("the page has fewer values than it says");
      for (; index < end; bit += width) {
        const sum = low + minDeltaLow + bitsAt(bytes, bit, Math.min(width, 32));
        high +=
          minDeltaHigh + Math.floor(sum / TWO_32) + (width > 32 ? bitsAt(bytes, bit + 32, width - 32) : 0);
        [low, high] = [sum >>> 0, high | 0];
        put();
      }
      cursor.at += (perMiniblock * width) / 8;
    }
  }
  return { words, at: cursor.at };
}

/** The low word of a number, without a sign, and its high word. */
function wordsAt(cursor: Cursor): [low: number, high: number] {
  const number = readZigzag(cursor);
  return [Number(BigInt.asUintN(32, number)), Number(BigInt.asIntN(32, number >> 32n))];
}
