import type { JsonObject } from "../ndjson/index.js";
import { cleanRecord, type Dropped, type MediaRecord, type Refusal } from "../record/index.js";
import type { ItemTools, Provider, RawRecord, Skipped } from "./provider.js";

/** What became of one item of a provider. */
export interface Conversion {
  readonly records: readonly MediaRecord[];
  /** What cleaning has dropped of each, where it has dropped something. */
  readonly dropped?: ReadonlyMap<MediaRecord, readonly Dropped[]>;
  /** Records that the record table refuses. */
  readonly refused: readonly Refusal[];
  /** Why there is no record, where that is on purpose. */
  readonly skipped?: Skipped["skipped"];
}

/** Turns an item into cleaned records; at once, unless it has to ask for something. */
export function convertItem(
  provider: Provider,
  item: JsonObject,
  tools: ItemTools,
): Conversion | Promise<Conversion> {
  const found = provider.recordsOf(item, tools);
  // Most items ask for nothing, and waiting for nothing takes a quarter of the time.
  return found instanceof Promise ? found.then((one) => clean(provider, one)) : clean(provider, found);
}

function clean(provider: Provider, found: RawRecord[] | Skipped): Conversion {
  if (!Array.isArray(found)) return { records: [], refused: [], skipped: found.skipped };
  const records: MediaRecord[] = [];
  const refused: Refusal[] = [];
  let dropped: Map<MediaRecord, readonly Dropped[]> | undefined;
  for (const raw of found) {
    const cleaned = cleanRecord(raw.provider === undefined ? { ...raw, provider: provider.name } : raw);
    if ("record" in cleaned) {
      records.push(cleaned.record);
      if (cleaned.dropped) {
        dropped ??= new Map();
        dropped.set(cleaned.record, cleaned.dropped);
      }
    } else if (cleaned.code !== "bad_license") refused.push(cleaned);
  }
  // A licence that is none of ours is no fault of the item.
  const isOpen = records.length > 0 || refused.length > 0 || found.length === 0;
  return { records, refused, ...(dropped && { dropped }), ...(!isOpen && { skipped: "no open licence" }) };
}
