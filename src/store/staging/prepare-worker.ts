import { type MessagePort, parentPort } from "node:worker_threads";
import { prepareBlock } from "./prepare-block.js";

/** A thread that prepares the lines of blocks, while the other one loads those before. */

/** A block to be prepared. */
export interface BlockOrder {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly parse: boolean;
}

const port = parentPort as MessagePort;
port.on("message", ({ bytes, parse }: BlockOrder) => {
  const prepared = prepareBlock(bytes, parse);
  const { bounds, offsets, digests, records } = prepared;
  const buffers = [bytes, bounds, offsets, digests].map(({ buffer }) => buffer);
  if (records) buffers.push(records.starts.buffer, records.rows);
  port.postMessage({ ...prepared, bytes }, buffers);
});
