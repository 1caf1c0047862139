import type { JsonObject } from "../../base/ndjson/index.js";
import {
  type Cleaned,
  cleanRecord,
  comparableUrl,
  type Dropped,
  type MediaRecord,
  type Refusal,
} from "../../record/index.js";
import { isOtherMedia } from "./media-endings.js";
import type { Found, ItemTools, Provider, RawRecord, Skipped } from "./provider.js";

/** What became of one item of a provider. */
export interface Conversion {
  readonly records: readonly MediaRecord[];
  /** What cleaning has dropped of each, where it has dropped something. */
  readonly dropped?: ReadonlyMap<MediaRecord, readonly Dropped[]>;
  /** Records that the record table refuses. */
  readonly refused: readonly Refusal[];
  /** Why there is no record, where that is on purpose. */
  readonly skipped?: Skipped["skipped"];
  /** Why single files of an item are left out that gives a record of others. */
  readonly leftOut?: readonly Skipped["skipped"][];
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

function clean(provider: Provider, found: Found): Conversion {
  if (isSkipped(found)) return { records: [], refused: [], skipped: found.skipped };
  const records: MediaRecord[] = [];
  const refused: Refusal[] = [];
  let dropped: Map<MediaRecord, readonly Dropped[]> | undefined;
  const leftOut: Skipped["skipped"][] = [];
  for (const raw of found) {
    const cleaned = isSkipped(raw) ? raw : cleanRaw(provider, raw);
    const again = "record" in cleaned && records.length > 0 ? repeated(cleaned.record, records) : undefined;
    if (again !== undefined) leftOut.push(again);
    else if ("record" in cleaned) {
      records.push(cleaned.record);
      if (cleaned.dropped) {
        dropped ??= new Map();
        dropped.set(cleaned.record, cleaned.dropped);
      }
    } else if ("skipped" in cleaned) leftOut.push(cleaned.skipped);
    else refused.push(cleaned);
  }
  const good = { records, refused, ...(dropped && { dropped }) };
  if (leftOut.length === 0) return good;
  // An item that gives nothing at all counts once.
  const [first] = leftOut;
  return records.length + refused.length === 0 && first !== undefined
    ? { records, refused, skipped: first }
    : { ...good, leftOut };
}

/** What a record needs one of, and the reason why there is no record without; in the order in which they are looked for. */
const NEEDED = [
  { columns: ["license", "license_url"], reason: "no open licence" },
  { columns: ["url"], reason: "no media file" },
  { columns: ["foreign_landing_url"], reason: "no landing page" },
] as const;

/** The record, or why there is none: its item lacks a licence, a file or a landing page. */
export function orLacking(record: RawRecord): RawRecord | Skipped {
  const lacking = NEEDED.find(({ columns }) => columns.every((column) => record[column] === undefined));
  return lacking ? { skipped: lacking.reason } : record;
}

function isSkipped(found: Found | RawRecord): found is Skipped {
  return "skipped" in found;
}

/** What is wrong with a record whose identifier another one of the item has: staging would lose one of the two. */
function repeated(record: MediaRecord, before: readonly MediaRecord[]): Skipped["skipped"] | undefined {
  const same = before.find(({ identifier }) => identifier === record.identifier);
  if (!same) return undefined;
  const [one, other] = [same, record].map(({ url }) => comparableUrl(String(url)));
  return one === other ? "a repeated file" : "a repeated identifier";
}

function cleanRaw(provider: Provider, raw: RawRecord): Cleaned | Refusal | Skipped {
  // A page of a document and a frame of a film are shown like images.
  if (typeof raw.url === "string" && isOtherMedia(raw.url, String(raw.media_type)))
    return { skipped: "other media" };
  const cleaned = cleanRecord(raw.provider === undefined ? { ...raw, provider: provider.name } : raw);
  // A licence that is not open is no fault of the item.
  return "code" in cleaned && cleaned.code === "bad_license" ? { skipped: "no open licence" } : cleaned;
}
