import { boundsIn } from "./bounds.js";
import { cut, ViewCutter } from "./cutter.js";
import { type Decoded, decodeLine } from "./decode.js";
import { MAX_LINE_BYTES } from "./limits.js";

/** One line of text, without its line end. */
export interface Line extends Decoded {
  /** Counts from 1; blank lines count too, so that the number is the one an editor shows. */
  readonly number: number;
}

/**
 * Splits bytes into lines of text: LF or CRLF, with or without a last line end; a byte order mark at the start is
 * dropped, blank lines are skipped. Yields the lines of about one chunk at a time, because one `await` a line
 * costs more than the line. A line longer than `maxBytes` is reported and skipped without being held.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<Line[]> {
  let before = 0;
  for await (const block of cut(chunks, new ViewCutter(maxBytes))) {
    const { bounds, offsets, count } = boundsIn(block, maxBytes);
    const first = before + 1;
    const lines = offsets.map((offset, i) => {
      const { text, fault } = decodeLine(block.subarray(bounds[2 * i], bounds[2 * i + 1]), maxBytes);
      const number = first + offset;
      return fault === undefined ? { number, text } : { number, text, fault };
    });
    before += count;
    if (lines.length > 0) yield lines;
  }
}
