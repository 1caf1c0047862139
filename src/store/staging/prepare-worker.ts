import { serve, type Traffic } from "../../base/threads/index.js";
import { type PreparedBlock, prepareBlock } from "./prepare-block.js";

/** What goes between the thread that loads and the one that prepares. */
export interface PrepareTraffic extends Traffic {
  readonly setup: undefined;
  readonly task: { readonly bytes: Uint8Array<ArrayBuffer>; readonly parse: boolean };
  readonly part: never;
  readonly result: { readonly bytes: Uint8Array<ArrayBuffer>; readonly prepared: PreparedBlock };
}

/** A thread that prepares the lines of blocks, while the other one loads those before. */
serve<PrepareTraffic>(() => ({
  do({ bytes, parse }) {
    const prepared = prepareBlock(bytes, parse);
    const { bounds, offsets, digests, records } = prepared;
    const transfer = [bytes, bounds, offsets, digests].map(({ buffer }) => buffer);
    if (records) transfer.push(records.starts.buffer, records.rows);
    return { result: { bytes, prepared }, transfer };
  },
}));
