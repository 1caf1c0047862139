import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { Inflater } from "../files/index.js";
import { looksLikeGzip } from "./gzip-members.js";
import type { DamagedAt } from "./member-range.js";
import { asBuffer } from "./results.js";

/** Unpacks a stream by what its first bytes say it is: gzip, bzip2 or plain text. */

/** How much of the stream was taken, in bytes as they came. */
export interface Meter {
  done: number;
}

/** Text in pieces, each of which lasts until the next is taken; then what was wrong with the packed data, if anything. */
export type Unpacked = AsyncGenerator<Buffer, DamagedAt | undefined>;

type Chunks = AsyncGenerator<Buffer, void>;

/** Unpacks a stream; counts what it takes. */
export async function* unpack(stream: AsyncIterable<Uint8Array>, meter: Meter): Unpacked {
  const chunks = metered(stream, meter);
  const beginning = await takeBeginning(chunks);
  const whole = prepended(beginning, chunks);
  if (looksLikeGzip(beginning)) return yield* gunzip(whole, meter);
  if (looksLikeBzip2(beginning)) return yield* bunzip2(whole, meter);
  yield* whole;
  return undefined;
}

async function* metered(stream: AsyncIterable<Uint8Array>, meter: Meter): Chunks {
  for await (const chunk of stream) {
    meter.done += chunk.length;
    yield asBuffer(chunk);
  }
}

/** As many chunks as it takes to tell the format; fewer bytes only where there are no more. */
async function takeBeginning(chunks: Chunks): Promise<Buffer> {
  let beginning = Buffer.alloc(0);
  while (beginning.length < 4) {
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

async function* gunzip(chunks: Chunks, meter: Meter): Unpacked {
  const inflater = new Inflater();
  try {
    for await (const chunk of chunks) {
      yield* inflater.add(chunk);
      if (inflater.damage) break;
    }
    yield* inflater.end();
    const { damage } = inflater;
    // Nothing can be read a second time here, so members are not looked for.
    return damage && { ...damage, offset: meter.done, member: 0 };
  } finally {
    inflater.close();
  }
}

function looksLikeBzip2(bytes: Buffer): boolean {
  return /^BZh[1-9]/.test(bytes.toString("latin1", 0, 4));
}

/** Programs that unpack bzip2, the fastest first. All of them read every stream of a file. */
const UNPACKERS = ["lbzip2", "pbzip2", "bzip2"];

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
  try {
    yield* unpacker.stdout as AsyncIterable<Buffer>;
    await feeding;
    const [code] = await ended;
    if (code === 0) return undefined;
    const reason = said.trim().split("\n")[0] || `it ended with ${code}`;
    return { reason, isCut: /unexpected|premature|truncat|end/i.test(reason), offset: meter.done, member: 0 };
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
  stdin.on("error", () => {
    isOpen = false;
  });
  for await (const chunk of chunks) {
    if (!isOpen) return;
    if (!stdin.write(chunk)) await Promise.race([once(stdin, "drain"), once(stdin, "close")]).catch(() => {});
  }
  stdin.end();
}

async function* bunzip2Here(chunks: Chunks, meter: Meter): Unpacked {
  const { default: unbzip2 } = await import("unbzip2-stream");
  const unpacker = unbzip2();
  const texts: Buffer[] = [];
  let problem: Error | undefined;
  // It gives what it has within the call that feeds it.
  unpacker.on("data", (text: Buffer) => texts.push(text));
  unpacker.on("error", (error: Error) => {
    problem = error;
  });
  for await (const chunk of chunks) {
    // It keeps what it has not unpacked yet, while the chunk lasts only until the next one.
    unpacker.write(Buffer.from(chunk));
    yield* texts.splice(0);
    if (problem) break;
  }
  if (!problem) unpacker.end();
  yield* texts.splice(0);
  if (!problem) return undefined;
  // At the end of what it has, it reads on into nothing, and says so in the words of the engine.
  const isCut = problem instanceof TypeError || /prematurely/.test(problem.message);
  const reason = isCut ? "unexpected end of file" : problem.message.replace(/^Error in bzip2: /, "");
  return { reason, isCut, offset: meter.done, member: 0 };
}
