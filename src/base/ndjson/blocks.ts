import { cut, SizedCutter } from "./cutter.js";
import { MAX_LINE_BYTES } from "./limits.js";
import type { Input } from "./records.js";

/** Large enough that a block costs little beside its lines. */
export const BLOCK_BYTES = 1024 * 1024;

/** Whole lines, each of which ends with a line end, in memory of their own that may be handed over to a thread. */
export interface Block {
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether it begins its input. */
  readonly isFirst: boolean;
}

/** Cuts inputs into blocks of lines for several threads: the same input gives the same blocks. */
export async function* readBlocks(
  inputs: AsyncIterable<Input>,
  size: number = BLOCK_BYTES,
  maxBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<Block> {
  for await (const { name: file, bytes: chunks } of inputs) {
    let isFirst = true;
    for await (const bytes of cut(chunks, new SizedCutter(size, maxBytes))) {
      yield { file, bytes, isFirst };
      isFirst = false;
    }
  }
}

/** Lines as blocks, as if they had been read from a file: texts without their line ends, or bytes of whole lines. */
export async function* blocksOf(
  lines: Iterable<string> | AsyncIterable<string | Uint8Array>,
): AsyncGenerator<Block> {
  async function* inputs(): AsyncGenerator<Input> {
    yield { name: "stdin", bytes: bytesOf(lines) };
  }
  yield* readBlocks(inputs());
}

async function* bytesOf(
  lines: Iterable<string> | AsyncIterable<string | Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield typeof line === "string" ? Buffer.from(`${line}\n`) : line;
}
