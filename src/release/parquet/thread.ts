import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { plainFailure } from "../../base/threads/index.js";
import { compressorOf } from "./encoder/index.js";
import { LineReader } from "./line-reader.js";
import type { FromThread, ThreadSetup, ToThread } from "./messages.js";
import { RecordRowGroup } from "./record-row-group.js";
import { release } from "./release.js";

/** A thread that reads lines and encodes row groups, several at a time. */

const port = parentPort as MessagePort;
const { compression, partitionBy, cleaning, withSyncTimes } = workerData as ThreadSetup;
const compress = await compressorOf(compression);
const reader = new LineReader(partitionBy, cleaning);
const groups = new Map<number, RecordRowGroup>();

port.on("message", (message: ToThread) => {
  try {
    handle(message);
  } catch (error) {
    send({ kind: "failed", failure: plainFailure(error) });
  }
});

function handle(message: ToThread): void {
  if (message.kind === "read") {
    const read = reader.read(message.block);
    const buffers = [
      read.bytes,
      ...read.rows.flatMap(({ data, sizes, keys }) => [data.body, data.layout, sizes, keys]),
      ...read.identified.flatMap(({ identifiers, lines }) => [identifiers, lines]),
    ];
    send(
      { kind: "read", read },
      buffers.map(({ buffer }) => buffer),
    );
    return;
  }
  const { group } = message;
  if (message.kind === "begin") {
    const { media } = message;
    groups.set(group, new RecordRowGroup({ media, withSyncTimes }, compress));
    return;
  }
  const encoder = groups.get(group) as RecordRowGroup;
  if (message.kind === "encode") {
    encoder.add(message.data, message.from, message.to);
    release(message.data.body.buffer);
    send({ kind: "encoded" });
  } else {
    groups.delete(group);
    const encoded = encoder.end();
    send({ kind: "ended", encoded }, [encoded.bytes.buffer]);
  }
}

function send(message: FromThread, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
