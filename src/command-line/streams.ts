import { createReadStream, write } from "node:fs";
import { Writable } from "node:stream";
import { errorCode, Failure, systemReason } from "../failure.js";
import { type Input, LineWriter } from "../ndjson/index.js";
import { endProgress } from "./progress.js";

const CHUNK = 256 * 1024;

/**
 * The inputs a command line names, opened one after the other: files in order, `-` or no file for stdin. Ends with
 * the signal's reason as soon as it is aborted. Files are read so many bytes at a time.
 */
export async function* openInputs(
  files: readonly string[],
  signal: AbortSignal,
  chunk = CHUNK,
): AsyncGenerator<Input> {
  for (const file of files.length > 0 ? files : ["-"]) {
    signal.throwIfAborted();
    yield file === "-"
      ? { name: "stdin", bytes: readStream(process.stdin, "stdin", signal) }
      : { name: file, bytes: readStream(createReadStream(file, { highWaterMark: chunk }), file, signal) };
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

/** Data output. What goes to a terminal shows by itself how far a command is. */
export function openOutput(): LineWriter {
  if (process.stdout.isTTY) endProgress();
  return new LineWriter(process.stdout, "stdout");
}

/**
 * The same for a command whose own work leaves the event loop little time: `process.stdout` writes to a pipe while
 * everything else waits, this one on a thread of the pool. A fifth off the time of a long dump.
 */
export function openOutputAside(): LineWriter {
  if (process.stdout.isTTY) endProgress();
  return new LineWriter(new StdoutAside({ highWaterMark: 4 * CHUNK }), "stdout");
}

/** Not `process.stdout.fd`: to ask for that makes a pipe one that refuses bytes instead of waiting. */
const STDOUT = 1;
/** How long to wait before writing again where somebody else has made it such a one. */
const RETRY_MS = 5;

class StdoutAside extends Writable {
  override _write(bytes: Buffer, encoding: string, done: (error?: Error | null) => void): void {
    write(STDOUT, bytes, (error, written) => {
      const isRefused = errorCode(error) === "EAGAIN";
      if (error && !isRefused) done(error);
      else if (isRefused) setTimeout(() => this._write(bytes, encoding, done), RETRY_MS);
      else if (written < bytes.length) this._write(bytes.subarray(written), encoding, done);
      else done();
    });
  }
}
