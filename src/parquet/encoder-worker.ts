import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { EncoderSetup, FromEncoder, ToEncoder } from "./encoder-messages.js";
import { compressorOf, RowGroupEncoder } from "./pages/index.js";

/** A thread that encodes row groups, several at a time. */

const port = parentPort as MessagePort;
const { compression } = workerData as EncoderSetup;
const compress = await compressorOf(compression);
const groups = new Map<number, RowGroupEncoder>();

port.on("message", (message: ToEncoder) => {
  try {
    handle(message);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    send({ kind: "failed", message: text });
  }
});

function handle(message: ToEncoder): void {
  const { group } = message;
  if (message.kind === "begin") {
    groups.set(group, new RowGroupEncoder(message.media, compress));
    return;
  }
  const encoder = groups.get(group) as RowGroupEncoder;
  if (message.kind === "batch") {
    encoder.add(message.batch);
    const { buffer } = message.batch.body;
    send({ kind: "taken", buffer }, [buffer]);
  } else {
    groups.delete(group);
    const encoded = encoder.end();
    send({ kind: "encoded", group, encoded }, [encoded.bytes.buffer]);
  }
}

function send(message: FromEncoder, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
