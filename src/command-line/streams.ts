import { createReadStream } from "node:fs";
import { Failure, systemReason } from "../failure.js";
import { type Input, LineWriter } from "../ndjson/index.js";

const CHUNK = 1024 * 1024;

/**
 * The inputs a command line names, opened one after the other: files in order, `-` or no file for stdin. Ends with
 * the signal's reason as soon as it is aborted.
 */
export async function* openInputs(files: readonly string[], signal: AbortSignal): AsyncGenerator<Input> {
  for (const file of files.length > 0 ? files : ["-"]) {
    signal.throwIfAborted();
    yield file === "-"
      ? { name: "stdin", bytes: readStream(process.stdin, "stdin", signal) }
      : { name: file, bytes: readStream(createReadStream(file, { highWaterMark: CHUNK }), file, signal) };
  }
}

type ByteStream = AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown };

async function* readStream(
  stream: ByteStream,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const stop = () => stream.destroy();
  signal.addEventListener("abort", stop, { once: true });
  let opened = name === "stdin";
  try {
    for await (const chunk of stream) {
      opened = true;
      yield chunk;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new Failure("no_input", `cannot ${opened ? "read" : "open"} ${name}: ${systemReason(error)}`, {
      cause: error,
    });
  } finally {
    signal.removeEventListener("abort", stop);
    stream.destroy();
  }
  signal.throwIfAborted();
}

/** Everything an input holds, as one buffer; for inputs that are documents, not lines. */
export async function readWhole({ bytes }: Input): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Data output. */
export function openOutput(): LineWriter {
  return new LineWriter(process.stdout, "stdout");
}
