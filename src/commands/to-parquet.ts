import {
  type Command,
  checkFiles,
  FILES_OPERAND,
  forEachBlock,
  type Invocation,
  type OptionTable,
  openInputs,
  printLines,
  SHARED,
} from "../base/cli/index.js";
import { counted, thousands } from "../base/counted.js";
import { BLOCK_BYTES, readBlocks } from "../base/ndjson/index.js";
import type { ShardWriterOptions } from "../release/parquet/index.js";
import { tellDropped } from "./dropped.js";

const OPTIONS = [
  {
    flags: "--out <dir>",
    description: "the folder to make (needed)",
    required: "say where the shards go: --out DIR",
    use: "output",
  },
  SHARED.replace,
  {
    flags: "--shard-size <size>",
    description: "end a shard before it has more bytes than this, compressed: 300MB, 1.5GB",
    type: "size",
    default: "300MB",
  },
  { flags: "--rows-per-shard <number>", description: "the most rows of a shard", type: "count" },
  {
    flags: "--row-group-rows <number>",
    description: "the most rows of a row group; one whose lines have 96 MB ends early",
    type: "count",
    default: 50_000,
  },
  {
    flags: "--compression <codec>",
    description: "how pages are compressed",
    choices: ["zstd", "snappy", "lz4", "none"],
    default: "zstd",
  },
  {
    flags: "--partition-by <column>",
    description: "make a subset of each value of this column: DIR/image/by-sa/train-…",
    choices: ["license", "provider", "source"],
  },
  {
    flags: "--sort <columns>",
    description: "sort all records by these columns, with commas between them (default: they stay in order)",
  },
  {
    flags: "--stable",
    description:
      "find the boundaries of shards by the keys of records, so that shards in which nothing changed stay the same",
  },
  {
    flags: "--duplicates <which>",
    description: "of records with one identifier: refuse the later ones, or keep the last one",
    choices: ["refuse", "last"],
    default: "refuse",
  },
  {
    flags: "--extra <what>",
    description: "what becomes of columns that are unknown: refuse the record, or keep them in meta_data",
    choices: ["refuse", "keep"],
    default: "refuse",
  },
  {
    flags: "--with-sync-times",
    description:
      "keep the column last_synced_with_source, which makes every shard another one whenever records are seen again",
  },
  SHARED.rejects,
  SHARED.strict,
] as const satisfies OptionTable;

/** `ov-to-parquet`: from records to Parquet shards and their manifest. */
export const toParquet: Command<typeof OPTIONS> = {
  name: "ov-to-parquet",
  summary: "Writes media records as Parquet shards.",
  description:
    "Reads media records and writes Parquet shards in the layout that Hugging Face, DuckDB, Spark, pandas and " +
    "polars read without configuration: DIR/image/train-00000-of-00012.parquet, and the same under DIR/audio. The " +
    "schema comes from the record table and is never guessed from the data. The folder appears when it is whole. " +
    "The manifest goes to stdout: one line a shard, then one line with the totals.",
  operands: FILES_OPERAND,
  options: OPTIONS,
  examples: [
    {
      line: "ov-stage dump --db staging.db | ov-to-parquet --out shards > manifest.ndjson",
      what: "make shards of everything that is staged, and keep their manifest",
    },
    {
      line: "ov-to-parquet --out shards --partition-by license --stable records.ndjson > manifest.ndjson",
      what: "make a subset of each licence; next time only shards with changes differ",
    },
  ],
  afterInterrupt: ({ out }) => `${out} is as it was; run the same command again`,
  readsStdin: (operands) => operands.length === 0,
  run,
};

async function run(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { operands, options, messages, signal } = invocation;
  const { openShardWriter } = await import("../release/parquet/index.js");
  const writerSettings = await writerOptions(invocation);
  await checkFiles(operands, "json");
  const writer = await openShardWriter(writerSettings);
  try {
    const blocks = readBlocks(openInputs(operands, signal, { chunk: BLOCK_BYTES }));
    const tally = await forEachBlock(invocation, writer.write(blocks));
    const manifest = await writer.finish();
    await printLines(manifest);
    const shards = counted(manifest.length - 1, "shard");
    const { replaced } = writer;
    const left = replaced > 0 ? `, ${thousands(replaced)} left out that a later one replaces` : "";
    const dropped = writer.dropped.counts;
    messages.info(
      `${options.out}: ${counted(tally.good - replaced, "record")} in ${shards}${left}, ${thousands(tally.rejected)} rejected`,
      dropped && { dropped },
    );
    tellDropped(messages, writer.dropped);
  } finally {
    await writer.abandon();
  }
}

async function writerOptions({ options }: Invocation<typeof OPTIONS>): Promise<ShardWriterOptions> {
  const { sortColumns } = await import("../release/parquet/index.js");
  return {
    ...options,
    shardBytes: options.shardSize,
    sort: options.sort === undefined ? undefined : sortColumns(options.sort),
    keepExtra: options.extra === "keep",
  };
}
