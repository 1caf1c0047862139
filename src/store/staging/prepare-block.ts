import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { boundsIn, MAX_LINE_BYTES, parseLine } from "../../base/ndjson/index.js";
import { LineDecoder } from "../../record/decoder/index.js";
import { cleanGiven, type Dropped, type Refusal } from "../../record/index.js";
import { type Prepared, prepareRecord } from "./prepare.js";

/** What a line is made into where it has to be loaded: a record, or why it holds no record. */
export type PreparedLine = Prepared | Refusal;

/** The lines of a block, as they go from one thread to another. */
export interface PreparedBlock {
  /** How many line ends there are in it. */
  readonly lineEnds: number;
  /** Where each line begins and ends in the block, in turn. */
  readonly bounds: Uint32Array<ArrayBuffer>;
  /** How many lines of the block stand before each. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** The SHA-1 of each, one after the other. */
  readonly digests: Uint8Array<ArrayBuffer>;
  /** The records, where they were asked for. */
  readonly records: PreparedRecords | undefined;
}

/** The records of a block. */
export interface PreparedRecords {
  /** Where the row of each line begins in `rows`; -1 for a line that is in `others`. */
  readonly starts: Int32Array<ArrayBuffer>;
  readonly rows: ArrayBuffer;
  /** What lines with a row have lost, by their place: few have lost anything. */
  readonly dropped: ReadonlyMap<number, readonly Dropped[]>;
  /** The few that had to be parsed, and those that are no records, by their place among the lines. */
  readonly others: ReadonlyMap<number, PreparedLine>;
}

export const DIGEST_BYTES = 20;

/** Reads the lines of a block, each with its line end; `parse` says whether records are made of them. Blank lines are left out. */
export function prepareBlock(block: Uint8Array, parse: boolean): PreparedBlock {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  const { bounds, offsets, count } = boundsIn(bytes);
  const digests = Buffer.alloc(offsets.length * DIGEST_BYTES);
  for (let i = 0; i < offsets.length; i++) {
    const line = bytes.subarray(bounds[2 * i], bounds[2 * i + 1]);
    digests.set(hash("sha1", line, "buffer"), i * DIGEST_BYTES);
  }
  return {
    lineEnds: count,
    bounds: Uint32Array.from(bounds),
    offsets: Uint32Array.from(offsets),
    digests: new Uint8Array(digests),
    records: parse ? prepareRecords(bytes, bounds) : undefined,
  };
}

let decoder: LineDecoder | undefined;

/** The records of lines, each with the byte after it. Nearly all are read as they lie there; the others are parsed. */
export function prepareRecords(bytes: Buffer, bounds: readonly number[]): PreparedRecords {
  decoder ??= new LineDecoder();
  const starts = new Int32Array(bounds.length / 2).fill(-1);
  const others = new Map<number, PreparedLine>();
  const dropped = new Map<number, readonly Dropped[]>();
  const isText = isUtf8(bytes);
  for (let i = 0; i < starts.length; i++) {
    const [start, end] = [bounds[2 * i] as number, bounds[2 * i + 1] as number];
    const isDecodable = isText && end - start <= MAX_LINE_BYTES;
    if (isDecodable && decoder.decode(bytes, start, end)) {
      starts[i] = decoder.addRow();
      const lost = decoder.dropped;
      if (lost) dropped.set(i, lost);
    }
    if (starts[i] === -1) others.set(i, prepareLine(bytes.subarray(start, end)));
  }
  return { starts, rows: decoder.takeRows(), dropped, others };
}

/** Makes a line into a record that can be loaded. */
export function prepareLine(bytes: Buffer): PreparedLine {
  const parsed = parseLine(bytes);
  if ("error" in parsed) return parsed;
  const cleaned = cleanGiven(parsed.record);
  return "record" in cleaned ? prepareRecord(cleaned.record, cleaned.dropped) : cleaned;
}
