import type { MediaType } from "../record/index.js";
import type { BatchData } from "./batch.js";
import type { Compression } from "./options.js";

/** What goes between the main thread and the threads that encode. Row groups are told apart by numbers. */

/** What a thread is started with. */
export interface EncoderSetup {
  readonly compression: Compression;
}

export type ToEncoder =
  | { readonly kind: "begin"; readonly group: number; readonly media: MediaType }
  | { readonly kind: "batch"; readonly group: number; readonly batch: BatchData }
  | { readonly kind: "end"; readonly group: number };

export type FromEncoder =
  /** A batch has been encoded; its memory comes back. */
  | { readonly kind: "taken"; readonly buffer: ArrayBuffer }
  /** A whole row group, as a Parquet file. */
  | { readonly kind: "encoded"; readonly group: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "failed"; readonly message: string };
