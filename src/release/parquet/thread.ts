import { serve } from "../../base/threads/index.js";
import { compressorOf } from "./encoder/index.js";
import { freeBuffer } from "./free-buffer.js";
import { LineReader } from "./line-reader.js";
import { RecordRowGroup } from "./record-row-group.js";
import type { EncodingTraffic } from "./threads.js";

/** A thread that reads lines and encodes row groups, several at a time. */
serve<EncodingTraffic>(async ({ compression, partitionBy, cleaning, sort, withSyncTimes }) => {
  const compress = await compressorOf(compression);
  const reader = new LineReader(partitionBy, cleaning);
  const sorting = sort && new LineReader(partitionBy, cleaning, sort);
  const groups = new Map<number, RecordRowGroup>();
  return {
    do(task) {
      if (task.kind === "read") {
        const result = ((task.sorts && sorting) || reader).read(task.block);
        const buffers = [
          result.bytes,
          ...result.rows.flatMap(({ data, sizes, keys }) => [data.body, data.layout, sizes, keys]),
          ...result.identified.flatMap(({ identifiers, lines }) => [identifiers, lines]),
          ...(result.keyed ? [result.keyed.keys, result.keyed.keyEnds, result.keyed.bounds] : []),
        ];
        return { result, transfer: buffers.map(({ buffer }) => buffer) };
      }
      const { group } = task;
      if (task.kind === "begin") {
        groups.set(group, new RecordRowGroup({ media: task.media, withSyncTimes }, compress));
        return { result: undefined };
      }
      const encoder = groups.get(group) as RecordRowGroup;
      if (task.kind === "encode") {
        encoder.add(task.data, task.from, task.to);
        freeBuffer(task.data.body.buffer);
        return { result: undefined };
      }
      groups.delete(group);
      const result = encoder.end();
      return { result, transfer: [result.bytes.buffer] };
    },
  };
});
