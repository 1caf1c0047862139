import { createReadStream, readFileSync, statSync } from "node:fs";
import { cannot } from "../../base/failure.js";
import type { BadLine } from "../../base/ndjson/index.js";
import { type Send, serve } from "../../base/threads/index.js";
import { Collector, savedItems } from "../engine/index.js";
import { findProvider, PROVIDERS } from "./index.js";
import type { SavedPart, SavedSetup, SavedTraffic } from "./saved-parallel.js";

/** A thread that turns files of saved answers into records. */

/** Output is sent in pieces of about this many characters. */
const BATCH = 512 * 1024;
/** Files up to this size are read in one piece, larger ones in pieces; in bytes. */
const WHOLE = 4 * 1024 * 1024;
const CHUNK = 256 * 1024;

serve<SavedTraffic>((setup) => ({
  async do(file, send) {
    await convert(file, setup, new Output(send));
    return { result: undefined };
  },
}));

async function convert(
  file: string,
  { provider: name, ...setup }: SavedSetup,
  output: Output,
): Promise<void> {
  const provider = findProvider(name);
  const collector = new Collector({
    provider,
    ...setup,
    tools: {},
    output,
    onBadLine: (bad) => output.refuse(bad),
    limit: Number.POSITIVE_INFINITY,
  });
  let before = 0;
  try {
    const input = { name: file, bytes: bytesOf(file) };
    for await (const items of savedItems(input, provider, collector.onBadLine, PROVIDERS)) {
      await collector.take({ file, before, items });
      before += items.length;
    }
  } finally {
    await output.send([], {
      skipped: [...collector.skipped],
      keysCut: [...collector.keysCut],
      dropped: collector.dropped.counts,
    });
  }
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  let opened = false;
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    // A page is read at once: this thread has nothing else to do, and waiting for pieces takes longer than they do.
    if (found?.isFile() && found.size <= WHOLE) return yield readFileSync(file);
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) {
      opened = true;
      yield chunk as Uint8Array;
    }
  } catch (error) {
    throw cannot(opened ? "read" : "open", file, error);
  }
}

const NOTHING = { skipped: [], keysCut: [] };

/** Lines that are sent together. */
class Output {
  readonly #send: Send<SavedPart>;
  #text = "";
  #written = 0;

  constructor(send: Send<SavedPart>) {
    this.#send = send;
  }

  write(line: string): Promise<void> | undefined {
    this.#text += `${line}\n`;
    this.#written++;
    return this.#text.length >= BATCH ? this.send([], NOTHING) : undefined;
  }

  refuse(bad: BadLine): Promise<void> {
    return this.send([bad], NOTHING);
  }

  async send(bad: BadLine[], counts: Pick<SavedPart, "skipped" | "keysCut" | "dropped">): Promise<void> {
    // A buffer of its own, so that it can be handed over.
    const output = new TextEncoder().encode(this.#text);
    const part = { output, written: this.#written, bad, ...counts };
    this.#text = "";
    this.#written = 0;
    await this.#send(part, output.length, [output.buffer]);
  }
}
