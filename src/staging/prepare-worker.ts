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
  const buffers = [bytes, prepared.bounds, prepared.offsets, prepared.digests].map(({ buffer }) => buffer);
  port.postMessage({ ...prepared, bytes }, buffers);
});
