import type { MediaRecord, Refusal } from "../../record/index.js";
import type { Loader } from "./load.js";
import type { Digest } from "./load-options.js";
import { prepareRecord } from "./prepare.js";

/** Loads one cleaned record; `digest` is that of the line that it would stand in. Says why it is refused. */
export function loadRecord(loader: Loader, record: MediaRecord, digest: Digest = null): Refusal | undefined {
  return loader.loadPrepared(prepareRecord(record), digest);
}
