import type { JsonObject } from "../ndjson/index.js";
import { cleanRecord, type MediaRecord, type Refusal } from "../record/index.js";
import type { ItemTools, Provider, Skipped } from "./provider.js";

/** What became of one item of a provider. */
export interface Conversion {
  readonly records: readonly MediaRecord[];
  /** Records that the record table refuses. */
  readonly refused: readonly Refusal[];
  /** Why there is no record, where that is on purpose. */
  readonly skipped?: Skipped["skipped"];
}

/** Turns an item into cleaned records. */
export async function convertItem(
  provider: Provider,
  item: JsonObject,
  tools: ItemTools,
): Promise<Conversion> {
  const found = await provider.recordsOf(item, tools);
  if (!Array.isArray(found)) return { records: [], refused: [], skipped: found.skipped };
  const records: MediaRecord[] = [];
  const refused: Refusal[] = [];
  for (const raw of found) {
    const cleaned = cleanRecord({ provider: provider.name, ...raw });
    if ("record" in cleaned) records.push(cleaned.record);
    else refused.push(cleaned);
  }
  return { records, refused };
}
