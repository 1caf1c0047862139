import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { RowGroupEncoder } from "./encoder.js";
import type { EncoderSetup, FromEncoder, ToEncoder } from "./encoder-messages.js";

/** A thread that encodes row groups, several at a time. */

const port = parentPort as MessagePort;
const { compression } = workerData as EncoderSetup;
const groups = new Map<number, RowGroupEncoder>();

let work = Promise.resolve();
port.on("message", (message: ToEncoder) => {
  work = work
    .then(() => handle(message))
    .catch((error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      send({ kind: "failed", message: text });
    });
});

async function handle(message: ToEncoder): Promise<void> {
  const { group } = message;
  if (message.kind === "begin") {
    groups.set(group, new RowGroupEncoder(message.media, compression));
    return;
  }
  const encoder = groups.get(group) as RowGroupEncoder;
  if (message.kind === "batch") {
    await encoder.add(message.batch);
    const { buffer } = message.batch.body;
    send({ kind: "taken", buffer }, [buffer]);
  } else {
    groups.delete(group);
    const bytes = await encoder.end();
    send({ kind: "encoded", group, bytes }, [bytes.buffer]);
  }
}

function send(message: FromEncoder, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
