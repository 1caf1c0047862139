import { EntityReader, MOST_UNSURE } from "./reader.js";
import { type Ending, endingOf, type ReadOptions, type Results, takeResults } from "./results.js";
import type { Selection } from "./selection.js";
import { type Meter, unpack } from "./unpack.js";

/**
 * Reads a snapshot that comes as a stream: plain, gzip or bzip2, in whatever pieces. What comes of a gzip member is given
 * when its checksum is known to be right, or when it is too much to be held.
 */
export async function* readStream(
  stream: AsyncIterable<Uint8Array>,
  selection: Selection,
  { stopAtFault = false, name }: ReadOptions = {},
): AsyncGenerator<Results, Ending> {
  const reader = new EntityReader(selection, { stopAtFault });
  const meter: Meter = { done: 0 };
  const unpacked = unpack(stream, meter, name);
  let unsure = 0;
  try {
    for (;;) {
      const { value, done } = await unpacked.next();
      if (done) {
        const withheld = value === undefined || value.isCut ? 0 : reader.rollBack();
        reader.end(value !== undefined && !value.isPadding);
        yield takeResults(reader, meter.done);
        return endingOf(reader, meter.done, value && { ...value, ...(withheld > 0 && { withheld }) });
      }
      const { text, isSound } = value;
      reader.add(text);
      unsure += text.length;
      if (!isSound && unsure < MOST_UNSURE) continue;
      unsure = 0;
      yield takeResults(reader, meter.done);
      reader.mark();
      if (reader.stopped) return endingOf(reader, meter.done, undefined);
    }
  } finally {
    await unpacked.return(undefined);
  }
}
