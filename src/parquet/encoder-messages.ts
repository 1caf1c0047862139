import type { MediaType } from "../record/index.js";
import type { BatchData } from "./batch.js";
import type { Compression } from "./options.js";
import type { EncodedRowGroup } from "./pages/index.js";

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
  | { readonly kind: "encoded"; readonly group: number; readonly encoded: EncodedRowGroup }
  | { readonly kind: "failed"; readonly message: string };
