import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { Failure } from "../failure.js";
import { type Format, formatOf, gunzip, type Text } from "../files/index.js";
import { type DamagedAt, paddingAt } from "./member-range.js";
import { asBuffer } from "./results.js";

/** Unpacks a stream by what its first bytes say it is: gzip, bzip2 or plain text. */

/** How much of the stream was taken, in bytes as they came. */
export interface Meter {
  done: number;
}

/** Text in pieces; then what was wrong with the packed data, if anything. */
export type Unpacked = AsyncGenerator<Text, DamagedAt | undefined>;

/** Bytes that tell what a stream is; there are more in all but the first moments of a slow pipe. */
const SHORTEST_BEGINNING = 16;

type Chunks = AsyncGenerator<Buffer, void>;

/** Unpacks a stream; counts what it takes. What is packed in another way, or no text, is a `Failure` (`bad_input`). */
export async function* unpack(stream: AsyncIterable<Uint8Array>, meter: Meter, name = "stdin"): Unpacked {
  const chunks = metered(stream, meter);
  const beginning = await takeBeginning(chunks);
  const whole = prepended(beginning, chunks);
  const format = formatOf(beginning);
  switch (format?.kind) {
    case "gzip":
      return yield* gunzipped(whole);
    case "bzip2":
      return yield* bunzip2(whole, meter);
    case undefined:
      yield* sound(whole);
      return undefined;
    default:
      throw notReadable(format as Format, name);
  }
}

function notReadable({ words, unpack }: Format, file: string): Failure {
  const cure = unpack
    ? `: unpack it first, as with \`${unpack} FILE | ov-snapshot-stream\``
    : ", and no snapshot";
  return new Failure("bad_input", `this is ${words}${cure}`, { place: { file } });
}

async function* metered(stream: AsyncIterable<Uint8Array>, meter: Meter): Chunks {
  for await (const chunk of stream) {
    meter.done += chunk.length;
    yield asBuffer(chunk);
  }
}

/** Text that nothing is known against: plain, or of blocks whose checksums were compared. */
async function* sound(texts: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Text, void> {
  for await (const text of texts) yield { text, isSound: true };
}

/** As many chunks as it takes to tell the format; fewer bytes only where there are no more. */
async function takeBeginning(chunks: Chunks): Promise<Buffer> {
  let beginning = Buffer.alloc(0);
  while (beginning.length < SHORTEST_BEGINNING) {
    const { value, done } = await chunks.next();
    if (done) break;
    beginning = Buffer.concat([beginning, value]);
  }
  return beginning;
}

async function* prepended(beginning: Buffer, chunks: Chunks): Chunks {
  if (beginning.length > 0) yield beginning;
  yield* chunks;
}

async function* gunzipped(chunks: Chunks): Unpacked {
  const { damage, member, position, isPadded, trailing } = yield* gunzip(chunks);
  if (damage === undefined) return isPadded ? paddingAt(member) : undefined;
  return { ...damage, offset: position, member, ...(trailing !== undefined && { trailing }) };
}

/** The most text of a bzip2 block, in bytes, but for runs of one byte, which snapshots do not have. */
const BLOCK = 900_000;

/**
 * The last text out of bzip2. Programs give a block before they compare its checksum, so as much as one may have waits: of
 * one that is damaged, the text is another.
 */
class LastBlock {
  #texts: Buffer[] = [];
  #bytes = 0;

  /** What was given in front of it. */
  *add(text: Buffer): Generator<Buffer> {
    this.#texts.push(text);
    this.#bytes += text.length;
    for (;;) {
      const [first] = this.#texts;
      if (first === undefined || this.#bytes - first.length < BLOCK) return;
      this.#bytes -= first.length;
      this.#texts.shift();
      yield first;
    }
  }

  /** All of it, where no checksum was wrong. */
  rest(): Buffer[] {
    return this.#texts.splice(0);
  }
}

/**
 * Programs that unpack bzip2, the fastest first. All of them read every stream of a file, and say so where something else
 * stands between two of them. lbzip2 does not: it ends there with 0 and without a word, and half of the file is lost.
 */
const UNPACKERS = ["pbzip2", "bzip2"];

/** Through a program, which has a core of its own; only where there is none, and several times as slow, in this process. */
async function* bunzip2(chunks: Chunks, meter: Meter): Unpacked {
  const program = await startUnpacker();
  return yield* program ? bunzip2Outside(program, chunks, meter) : bunzip2Here(chunks, meter);
}

async function* bunzip2Outside(
  unpacker: ChildProcessWithoutNullStreams,
  chunks: Chunks,
  meter: Meter,
): Unpacked {
  const feeding = feed(chunks, unpacker.stdin);
  let said = "";
  unpacker.stderr.on("data", (data: Buffer) => {
    said = `${said}${data}`.slice(0, 1000);
  });
  const ended = once(unpacker, "close");
  const last = new LastBlock();
  try {
    for await (const text of unpacker.stdout as AsyncIterable<Buffer>) yield* sound(last.add(text));
    await feeding;
    const [code] = await ended;
    const reason = said.trim().split("\n")[0] || `it ended with ${code}`;
    // They go on to the end, and only say so.
    const isTrailing = /trailing garbage/i.test(said);
    const isCut = !isTrailing && code !== 0 && /unexpected|premature|truncat|end/i.test(reason);
    if (isTrailing || code === 0 || isCut) yield* sound(last.rest());
    if (isTrailing) return behindTheEnd(meter);
    return code === 0 ? undefined : { reason, isCut, offset: meter.done, member: 0 };
  } finally {
    unpacker.kill();
  }
}

/** The first program there is. */
async function startUnpacker(): Promise<ChildProcessWithoutNullStreams | undefined> {
  for (const program of UNPACKERS) {
    const child = spawn(program, ["-dc"], { stdio: "pipe" });
    const started = await Promise.race([
      once(child, "spawn").then(() => true),
      once(child, "error").then(() => false),
    ]).catch(() => false);
    if (started) return child;
  }
  return undefined;
}

/** Feeds a program no faster than it takes it. One that ends early is told by its exit code. */
async function feed(chunks: Chunks, stdin: NodeJS.WritableStream): Promise<void> {
  let isOpen = true;
  let goOn = () => {};
  const stop = () => {
    isOpen = false;
    goOn();
  };
  stdin
    .on("error", stop)
    .on("close", stop)
    .on("drain", () => goOn());
  for await (const chunk of chunks) {
    if (!isOpen) return;
    if (stdin.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
  }
  stdin.end();
}

async function* bunzip2Here(chunks: Chunks, meter: Meter): Unpacked {
  const { default: unbzip2 } = await import("unbzip2-stream");
  const unpacker = unbzip2();
  const texts: Buffer[] = [];
  const last = new LastBlock();
  let problem: Error | undefined;
  // It gives what it has within the call that feeds it.
  unpacker.on("data", (text: Buffer) => texts.push(text));
  unpacker.on("error", (error: Error) => {
    problem = error;
  });
  for await (const chunk of chunks) {
    // It keeps what it has not unpacked yet, while the chunk lasts only until the next one.
    unpacker.write(Buffer.from(chunk));
    for (const text of texts.splice(0)) yield* sound(last.add(text));
    if (problem) break;
  }
  if (!problem) unpacker.end();
  for (const text of texts.splice(0)) yield* sound(last.add(text));
  const isTrailing = problem?.message === "No magic number found";
  // At the end of what it has, it reads on into nothing, and says so in the words of the engine.
  const isCut = problem instanceof TypeError || /prematurely/.test(problem?.message ?? "");
  if (!problem || isTrailing || isCut) yield* sound(last.rest());
  if (!problem) return undefined;
  if (isTrailing) return behindTheEnd(meter);
  const reason = isCut ? "unexpected end of file" : problem.message.replace(/^Error in bzip2: /, "");
  return { reason, isCut, offset: meter.done, member: 0 };
}

/** Something follows the last stream: how much of it is not told. */
function behindTheEnd({ done }: Meter): DamagedAt {
  return { reason: "bytes behind the end that are no bzip2", isCut: false, offset: done, member: 0 };
}
