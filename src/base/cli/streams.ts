import { createReadStream, write } from "node:fs";
import { Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { cannot, errorCode } from "../failure.js";
import { type Input, LineWriter } from "../ndjson/index.js";
import { visibleJson } from "../visible.js";
import { type Contents, contentsOf } from "./contents.js";
import { endProgress } from "./progress.js";

const CHUNK = 256 * 1024;

/** How inputs are read. */
interface InputOptions {
  /** How many bytes of a file are read at a time. */
  readonly chunk?: number;
  /** What they should hold. */
  readonly contents?: Contents;
}

/** The inputs that a command line names, opened one after the other: files in order, stdin where there is none. */
export async function* openInputs(
  files: readonly string[],
  signal: AbortSignal,
  options?: InputOptions,
): AsyncGenerator<Input> {
  for (const file of files.length > 0 ? files : ["-"]) yield openInput(file, signal, options);
}

/**
 * One of them, `-` for stdin. Ends with the signal's reason as soon as it is aborted. What is packed with gzip or zstd is
 * unpacked, unless it may be anything.
 */
export function openInput(
  file: string,
  signal: AbortSignal,
  { chunk = CHUNK, contents = "json" }: InputOptions = {},
): Input {
  signal.throwIfAborted();
  const name = file === "-" ? "stdin" : file;
  const stream = file === "-" ? process.stdin : createReadStream(file, { highWaterMark: chunk });
  const bytes = readStream(stream, name, signal);
  return { name, bytes: contents === "anything" ? bytes : contentsOf(bytes, name, contents) };
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
    throw cannot(opened ? "read" : "open", name, error);
  } finally {
    signal.removeEventListener("abort", stop);
    stream.destroy();
  }
  // Ctrl-C goes to every command of a pipe, and an input that ends because of it must not pass for a whole one: its
  // end may be seen before our own signal is.
  if (name === "stdin") await setTimeout(SIGNAL_MS);
  signal.throwIfAborted();
}

/** This long after the end of a pipe, a signal that ended its writer has reached us, too. */
const SIGNAL_MS = 10;

/** Data output. */
export function openOutput(): LineWriter {
  return outputTo(process.stdout);
}

/** Writes a short result: lines as they are, objects as JSON. It has left the process when this is done. */
export async function printLines(lines: Iterable<string | object>): Promise<void> {
  const output = openOutput();
  for (const line of lines) await output.write(typeof line === "string" ? line : JSON.stringify(line));
  await output.end();
}

/**
 * The same for a command whose own work leaves the event loop little time: `process.stdout` writes to a pipe while
 * everything else waits, this one on a thread of the pool. A fifth off the time of a long dump.
 */
export function openOutputAside(): LineWriter {
  return outputTo(new StdoutAside({ highWaterMark: 4 * CHUNK }));
}

/**
 * What goes to a terminal shows by itself how far a command is. A person reads it there, and no program: so it is the same
 * JSON, with its own escapes for what the terminal would obey.
 */
function outputTo(stream: Writable): LineWriter {
  if (!process.stdout.isTTY) return new LineWriter(stream, "stdout");
  endProgress();
  return new LineWriter(stream, "stdout", visibleJson);
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
      else if (isRefused) globalThis.setTimeout(() => this._write(bytes, encoding, done), RETRY_MS);
      else if (written < bytes.length) this._write(bytes.subarray(written), encoding, done);
      else done();
    });
  }
}
