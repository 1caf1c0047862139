import {
  type Command,
  type Invocation,
  openInputs,
  openOutput,
  REPLACE_OPTION,
} from "../command-line/index.js";
import { readRecords, stopAtBadLine } from "../ndjson/index.js";

export const publish: Command = {
  name: "ov-publish",
  summary: "Publishes shards as a dataset people can load, cite and trust.",
  description:
    "Reads the manifest of ov-to-parquet, checks every shard against its sha256, writes the dataset card " +
    "(README.md), the licence page (LICENSES.md) and manifest.json, and puts everything in place in one step. A " +
    "folder that holds the same dataset already is left as it is. One line about what was published goes to stdout.",
  operands: {
    usage: "folder:DIR [FILE]",
    description: "where to publish, and the manifest; `-` or none is stdin",
    min: 1,
    max: 2,
  },
  options: [
    {
      flags: "--title <text>",
      description: "the dataset's name on its card",
      default: "Openly licensed media",
    },
    REPLACE_OPTION,
  ],
  examples: [
    {
      line: "ov-to-parquet --out shards records.ndjson | ov-publish folder:dataset",
      what: "make a dataset folder of some records",
    },
  ],
  readsStdin: (operands) => operands.length === 1,
  run,
};

async function run({ operands, options, messages, signal }: Invocation): Promise<void> {
  const { parseTarget, publishToFolder } = await import("../publishing/index.js");
  const { readManifest } = await import("../parquet/index.js");
  const [target = "", ...files] = operands;
  const { folder } = parseTarget(target);
  const manifest = await readManifest(readRecords(openInputs(files, signal), stopAtBadLine));
  const published = await publishToFolder({
    manifest,
    folder,
    replace: options.replace === true,
    title: options.title as string,
  });
  const output = openOutput();
  await output.write(JSON.stringify(published));
  await output.end();
  messages.info(
    published.unchanged
      ? `${folder} holds this dataset already`
      : `${folder}: ${published.rows} records, ${published.files} files, ${published.bytes} bytes`,
  );
}
