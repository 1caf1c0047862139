import type { Block } from "../../base/ndjson/index.js";
import type { Traffic } from "../../base/threads/index.js";
import type { RowsData } from "../../record/decoder/index.js";
import type { MediaType } from "../../record/index.js";
import type { Cleaning } from "./clean-line.js";
import type { EncodedRowGroup } from "./encoder/index.js";
import type { LinesRead } from "./line-reader.js";
import type { Compression, Partition } from "./options.js";

/** What a thread is started with. */
export interface ThreadSetup {
  readonly compression: Compression;
  readonly partitionBy: Partition | undefined;
  readonly cleaning: Cleaning;
  readonly withSyncTimes: boolean;
}

/** What goes between the main thread and the others. Row groups are told apart by numbers. */
export interface EncodingTraffic extends Traffic {
  readonly setup: ThreadSetup;
  readonly task: EncodingTask;
  readonly part: never;
  /** Of `read`, of `end`, and of the others. */
  readonly result: LinesRead | EncodedRowGroup | undefined;
}

export type EncodingTask =
  | { readonly kind: "read"; readonly block: Block }
  | { readonly kind: "begin"; readonly group: number; readonly media: MediaType }
  /** Put the rows from one of a batch to before another into a row group. */
  | {
      readonly kind: "encode";
      readonly group: number;
      readonly data: RowsData;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: "end"; readonly group: number };
