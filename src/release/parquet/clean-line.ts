import { type JsonObject, parseExact, parseObject } from "../../base/ndjson/index.js";
import {
  type Cleaned,
  COLUMNS,
  cleanRecord,
  type Refusal,
  readMetaData,
  refusalOf,
  withoutNulls,
} from "../../record/index.js";

/** How lines are made into records. */
export interface Cleaning {
  /** Whether unknown columns are kept in `meta_data`; they are refused otherwise. */
  readonly keepExtra: boolean;
  /** Whether records that lose something by it are refused. */
  readonly strict: boolean;
}

/** The record of a line, checked and cleaned. */
export function recordIn(line: string, { keepExtra: keepsExtra, strict }: Cleaning): Cleaned | Refusal {
  const parsed = parseObject(line, parseExact);
  if ("error" in parsed) return parsed;
  const kept = keepsExtra ? keepExtra(withoutNulls(parsed.record)) : parsed;
  if ("error" in kept) return kept;
  const cleaned = cleanRecord(kept.record);
  return strict && "record" in cleaned && cleaned.dropped ? refusalOf(cleaned.dropped) : cleaned;
}

/** Members of a record that are no unknown columns. */
const KNOWN = new Set([...COLUMNS.map(({ name }) => name), "media_type", "license_url"]);

/**
 * A record with its unknown columns put into `meta_data`, after the members that are there. One that is there already
 * under the same name is refused: which of the two is right cannot be known.
 */
function keepExtra(record: JsonObject): { record: JsonObject } | Refusal {
  const extra = Object.entries(record).filter(([name]) => !KNOWN.has(name));
  if (extra.length === 0) return { record };
  const read = readMetaData(record.meta_data);
  if ("error" in read) return read;
  const metaData = read.metaData ?? {};
  const twice = extra.find(([name]) => Object.hasOwn(metaData, name));
  if (twice) {
    const name = JSON.stringify(twice[0].slice(0, 100));
    return { error: `unknown column ${name} is in meta_data as well`, code: "unknown_column" };
  }
  const known = Object.entries(record).filter(([name]) => KNOWN.has(name));
  const merged = Object.fromEntries([...Object.entries(metaData), ...extra]);
  return { record: { ...Object.fromEntries(known), meta_data: merged } };
}
