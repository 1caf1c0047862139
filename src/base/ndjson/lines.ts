import { isAscii } from "node:buffer";
import { boundsIn, linesOfText } from "./bounds.js";
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
    const first = before + 1;
    const lines: Line[] = [];
    // Lines cut out of one text take a fifth of the time of lines that become texts one by one.
    if (block.length <= maxBytes && isAscii(block)) {
      const texts = linesOfText(block.toString("latin1"));
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        if (text !== "") lines.push({ number: first + i, text });
      }
      before += texts.length;
    } else {
      const { bounds, offsets, count } = boundsIn(block, maxBytes);
      for (let i = 0; i < offsets.length; i++) {
        const bytes = block.subarray(bounds[2 * i], bounds[2 * i + 1]);
        const { text, fault } = decodeLine(bytes, maxBytes);
        const number = first + (offsets[i] as number);
        lines.push(fault === undefined ? { number, text } : { number, text, fault });
      }
      before += count;
    }
    if (lines.length > 0) yield lines;
  }
}
