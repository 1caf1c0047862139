import type { Block } from "../../base/ndjson/index.js";
import type { PlainFailure } from "../../base/threads/index.js";
import type { MediaType } from "../../record/index.js";
import type { RowsData } from "./batch.js";
import type { Cleaning } from "./clean-line.js";
import type { EncodedRowGroup } from "./encoder/index.js";
import type { LinesRead } from "./line-reader.js";
import type { Compression, Partition } from "./options.js";

/** What goes between the main thread and the others. Row groups are told apart by numbers. */

/** What a thread is started with. */
export interface ThreadSetup {
  readonly compression: Compression;
  readonly partitionBy: Partition | undefined;
  readonly cleaning: Cleaning;
  readonly withSyncTimes: boolean;
}

/** Answered in the order that they are sent in, but for `begin`. */
export type ToThread =
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

export type FromThread =
  | { readonly kind: "read"; readonly read: LinesRead }
  | { readonly kind: "encoded" }
  | { readonly kind: "ended"; readonly encoded: EncodedRowGroup }
  | { readonly kind: "failed"; readonly failure: PlainFailure };
