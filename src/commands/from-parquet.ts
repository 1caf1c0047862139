import { type Command, type Invocation, openOutput, startProgress } from "../base/cli/index.js";
import { counted } from "../base/counted.js";

/** `ov-from-parquet`: from Parquet shards back to records. */
export const fromParquet: Command = {
  name: "ov-from-parquet",
  summary: "Reads Parquet shards back as media records.",
  description:
    "Writes the rows of Parquet files as media records, one a line, in the order of the files and their rows. " +
    "Shards of ov-to-parquet give the records they were made of. Files of other tools are read as well: their columns " +
    "come under their own names.",
  operands: {
    usage: "FILE...",
    description: "Parquet files, read in order",
    min: 1,
  },
  examples: [
    {
      line: "ov-from-parquet shards/image/*.parquet | jq -r .license | sort | uniq -c",
      what: "count the licences of some shards",
    },
  ],
  run,
};

async function run({ operands, messages, signal }: Invocation): Promise<void> {
  const { readParquet, Remarks } = await import("../release/parquet/index.js");
  const output = openOutput();
  const progress = await startProgress(messages, "records");
  const remarks = new Remarks();
  let records = 0;
  try {
    for (const file of operands) {
      for await (const { bytes, rows } of await readParquet(file, { remarks })) {
        signal.throwIfAborted();
        await output.writeLines(bytes);
        records += rows;
        progress.update(records);
      }
    }
    await output.end();
  } finally {
    progress.stop();
  }
  for (const remark of remarks.lines()) messages.info(remark);
  messages.info(`${counted(records, "record")} of ${counted(operands.length, "file")}`);
}
