import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { Failure } from "../../base/failure.js";
import { type Format, formatOf } from "../../base/files/index.js";
import { type DamagedAt, damageWords, gunzip, paddingAt, type Text } from "../../base/gzip/index.js";
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

/** A block of bzip2 has at most 900,000 bytes, and as much text where that has no long repetitions. */
const BLOCK = 1024 * 1024;

/**
 * Text of a program that gives a block while it unpacks it, and compares its checksum only afterwards: it counts as sound
 * once more than a block of text follows it. Returns the latest text, which is sound if the program ends well.
 */
async function* soundWhenOld(texts: AsyncIterable<Buffer>): AsyncGenerator<Text, Buffer[]> {
  const latest: Buffer[] = [];
  let length = 0;
  for await (const text of texts) {
    latest.push(text);
    length += text.length;
    for (let oldest = latest[0]; oldest && length - oldest.length >= BLOCK; oldest = latest[0]) {
      latest.shift();
      length -= oldest.length;
      yield { text: oldest, isSound: true };
    }
  }
  return latest;
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

/**
 * Programs that unpack bzip2, the fastest first. All of them read every stream of a file, and say so where something else
 * stands between two of them. lbzip2 does not: it ends there with 0 and without a word, and half of the file is lost.
 */
const UNPACKERS = ["pbzip2", "bzip2"];

/** What unpacks bzip2: its text, and what is wrong once that has ended, in the words of the program; "" for nothing. */
interface Bunzip2 {
  readonly texts: AsyncIterable<Buffer>;
  readonly problem: () => Promise<string>;
}

/** How programs and the library say that something other than bzip2 follows the last stream. They go on to the end. */
const GARBAGE = /trailing garbage|no magic number found/i;
/** How they say that the end is missing. */
const CUT = /unexpected end|ends unexpectedly|premature|truncat/i;

/** Through a program, which has a core of its own; only where there is none, and several times as slow, in this process. */
async function* bunzip2(chunks: Chunks, meter: Meter): Unpacked {
  const program = await startUnpacker();
  try {
    const { texts, problem } = program ? bunzip2Outside(program, chunks) : await bunzip2Here(chunks);
    const latest = yield* soundWhenOld(texts);
    const said = await problem();
    const isGarbage = GARBAGE.test(said);
    // Of a block that is cut off nothing is given, and those before it were checked.
    const isCut = !isGarbage && CUT.test(said);
    for (const text of latest) yield { text, isSound: said === "" || isGarbage || isCut };
    if (said === "") return undefined;
    const words = isCut ? "it ends too early" : damageWords(said);
    const reason = isGarbage ? "bytes after the end that are not bzip2" : words;
    return { reason, isCut, offset: meter.done, member: 0 };
  } finally {
    program?.kill();
  }
}

function bunzip2Outside(program: ChildProcessWithoutNullStreams, chunks: Chunks): Bunzip2 {
  const feeding = feed(chunks, program.stdin);
  let said = "";
  program.stderr.on("data", (data: Buffer) => {
    said = `${said}${data}`.slice(0, 1000);
  });
  const ended = once(program, "close");
  const problem = async () => {
    await feeding;
    const [code] = await ended;
    return code !== 0 || GARBAGE.test(said) ? said || `exit code ${code}` : "";
  };
  return { texts: program.stdout, problem };
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

async function bunzip2Here(chunks: Chunks): Promise<Bunzip2> {
  const { default: unbzip2 } = await import("unbzip2-stream");
  const unpacker = unbzip2();
  let problem = "";
  /** It gives what it has within the call that feeds it. */
  async function* texts(): AsyncGenerator<Buffer> {
    const given: Buffer[] = [];
    unpacker.on("data", (text: Buffer) => given.push(text));
    unpacker.on("error", (error: Error) => {
      // At the end of what it has, it reads on into nothing, which the engine reports.
      problem = error instanceof TypeError ? "unexpected end" : error.message;
    });
    for await (const chunk of chunks) {
      // It keeps what it has not unpacked yet, while the chunk lasts only until the next one.
      unpacker.write(Buffer.from(chunk));
      yield* given.splice(0);
      if (problem) return;
    }
    unpacker.end();
    yield* given.splice(0);
  }
  return { texts: texts(), problem: async () => problem };
}
