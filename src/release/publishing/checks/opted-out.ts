import { counted } from "../../../base/counted.js";
import { Failure } from "../../../base/failure.js";
import { NAMED_COLUMNS } from "../../../sources/opt-outs/index.js";
import type { Manifest } from "../../parquet/index.js";
import type { OptOutNote } from "../release-manifest.js";
import { locateFile, nameOf, type Watch } from "./shard-files.js";
import { type Row, ShardReader } from "./shard-reader.js";

/** An opt-out list that records are checked against. */
export interface OptOutList extends OptOutNote {
  /** Its file, as it was named. */
  readonly path: string;
  /** The rule that names a record, with its line: `3 (flickr_photo 5324)`; undefined where none does. */
  readonly ruleFor: (record: Row) => string | undefined;
}

/**
 * Throws a `Failure` ("bad_input") where a shard holds a record that the list names. It says which is the first and how
 * many there are, and how to take them out.
 */
export async function checkOptOuts(
  { shards }: Manifest,
  { path, ruleFor }: OptOutList,
  { onBytes, signal }: Watch = {},
): Promise<void> {
  let found = 0;
  let first: string | undefined;
  for (const shard of shards) {
    const reader = await ShardReader.open(await locateFile(shard));
    let row = 0;
    for await (const rows of reader.rowsOf(NAMED_COLUMNS)) {
      signal?.throwIfAborted();
      for (const record of rows) {
        row++;
        const rule = ruleFor(record);
        if (rule === undefined) continue;
        found++;
        const { provider, foreign_identifier } = record;
        first ??= `${nameOf(shard)}: row ${row} (${provider} ${foreign_identifier}) is named by ${path}:${rule}`;
      }
    }
    onBytes?.(shard.bytes);
  }
  if (first === undefined) return;
  const others = found > 1 ? `, and ${counted(found - 1, "record")} more by this list` : "";
  const advice = `take them out with ov-stage remove --list ${path}, then dump and make the shards again`;
  throw new Failure("bad_input", `${first}${others}; ${advice}`);
}
