import { EntityReader } from "./reader.js";
import { type Ending, endingOf, type ReadOptions, type Results, takeResults } from "./results.js";
import type { Selection } from "./selection.js";
import { type Meter, unpack } from "./unpack.js";

/** Reads a snapshot that comes as a stream: plain, gzip or bzip2, in whatever pieces. */
export async function* readStream(
  stream: AsyncIterable<Uint8Array>,
  selection: Selection,
  { stopAtFault = false, name }: ReadOptions = {},
): AsyncGenerator<Results, Ending> {
  const reader = new EntityReader(selection, { stopAtFault });
  const meter: Meter = { done: 0 };
  const text = unpack(stream, meter, name);
  try {
    for (;;) {
      const { value, done } = await text.next();
      if (done) {
        reader.end(value !== undefined);
        yield takeResults(reader, meter.done);
        return endingOf(reader, meter.done, value);
      }
      reader.add(value);
      yield takeResults(reader, meter.done);
      if (reader.stopped) return endingOf(reader, meter.done, undefined);
    }
  } finally {
    await text.return(undefined);
  }
}
