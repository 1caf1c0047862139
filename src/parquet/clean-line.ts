import { isObject, type JsonObject, parseObject } from "../ndjson/index.js";
import { COLUMNS, cleanRecord, type MediaRecord, type Refusal } from "../record/index.js";

/** The record of a line, checked and cleaned; unknown columns are refused, or kept in `meta_data`. */
export function recordIn(line: string, keepsExtra: boolean): { record: MediaRecord } | Refusal {
  const parsed = parseObject(line);
  if ("error" in parsed) return parsed;
  const kept = keepsExtra ? keepExtra(parsed.record) : parsed;
  return "error" in kept ? kept : cleanRecord(kept.record);
}

/** Members of a record that are no unknown columns. */
const KNOWN = new Set([...COLUMNS.map(({ name }) => name), "media_type", "license_url"]);

/**
 * A record with its unknown columns put into `meta_data`, behind the members that are there. One that is there already
 * under the same name is refused: nobody can say which of the two is right.
 */
function keepExtra(record: JsonObject): { record: JsonObject } | Refusal {
  const extra = Object.entries(record).filter(([name]) => !KNOWN.has(name));
  if (extra.length === 0) return { record };
  const metaData = isObject(record.meta_data) ? record.meta_data : {};
  const twice = extra.find(([name]) => Object.hasOwn(metaData, name));
  if (twice) {
    const name = JSON.stringify(twice[0].slice(0, 100));
    return { error: `unknown column ${name} is in meta_data as well`, code: "unknown_column" };
  }
  const known = Object.entries(record).filter(([name]) => KNOWN.has(name));
  const merged = Object.fromEntries([...Object.entries(metaData), ...extra]);
  return { record: { ...Object.fromEntries(known), meta_data: merged } };
}
