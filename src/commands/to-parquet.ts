import {
  type Command,
  FILES_OPERAND,
  forEachRecord,
  type Invocation,
  openOutput,
  REJECTS_OPTION,
  REPLACE_OPTION,
} from "../command-line/index.js";
import { Failure } from "../failure.js";

/** `ov-to-parquet`: from records to Parquet shards and their manifest. */
export const toParquet: Command = {
  name: "ov-to-parquet",
  summary: "Writes media records as Parquet shards.",
  description:
    "Reads media records and writes Parquet shards in the layout that Hugging Face, DuckDB, Spark, pandas and " +
    "polars read without configuration: DIR/image/train-00000-of-00012.parquet, and the same under DIR/audio. The " +
    "schema comes from the record table and is never guessed from the data. The folder appears when it is whole. " +
    "The manifest goes to stdout: one line a shard, then one line with the totals.",
  operands: FILES_OPERAND,
  options: [
    { flags: "--out <dir>", description: "the folder to make (needed)" },
    REPLACE_OPTION,
    {
      flags: "--rows-per-shard <number>",
      description: "the most rows of a shard",
      type: "count",
      default: 1_000_000,
    },
    REJECTS_OPTION,
  ],
  examples: [
    {
      line: "ov-stage dump --db staging.db | ov-to-parquet --out shards > manifest.ndjson",
      what: "make shards of everything that is staged, and keep their manifest",
    },
  ],
  readsStdin: (operands) => operands.length === 0,
  run,
};

async function run(invocation: Invocation): Promise<void> {
  const { options, messages } = invocation;
  if (typeof options.out !== "string") throw new Failure("usage", "say where the shards go: --out DIR");
  const { openShardWriter } = await import("../parquet/index.js");
  const { cleanRecord } = await import("../record/index.js");
  const writer = await openShardWriter({
    out: options.out,
    replace: options.replace === true,
    rowsPerShard: options.rowsPerShard as number,
  });
  try {
    const tally = await forEachRecord(invocation, ({ record }) => {
      const cleaned = cleanRecord(record);
      return "record" in cleaned ? writer.write(cleaned.record) : cleaned;
    });
    const manifest = await writer.finish();
    const output = openOutput();
    for (const line of manifest) await output.write(JSON.stringify(line));
    await output.end();
    const shards = manifest.length === 2 ? "1 shard" : `${manifest.length - 1} shards`;
    messages.info(`${options.out}: ${tally.good} records in ${shards}, ${tally.rejected} rejected`);
  } finally {
    await writer.abandon();
  }
}
