import {
  type Command,
  type Invocation,
  openInputs,
  openOutput,
  REPLACE_OPTION,
  startProgress,
} from "../command-line/index.js";
import { type Entry, readRecords, stopAtBadLine } from "../ndjson/index.js";

/** `ov-publish`: from a manifest and its shards to a published dataset. */
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
      description: "the dataset's name on its card (default: after its media types)",
    },
    {
      flags: "--contact <address>",
      description: "whom the card tells people to ask for removals (default: OV_CONTACT)",
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
  const { EMPTY_MANIFEST, readManifest } = await import("../parquet/index.js");
  const [target = "", ...files] = operands;
  const { folder } = parseTarget(target);
  const lines: Entry[][] = [];
  for await (const batch of readRecords(openInputs(files, signal), stopAtBadLine)) lines.push(batch);
  if (lines.length === 0) messages.warn("the manifest is empty: did ov-to-parquet fail?");

  const progress = await startProgress(messages, "bytes checked");
  let checked = 0;
  const published = await publishToFolder({
    manifest: lines.length === 0 ? EMPTY_MANIFEST : await readManifest(batches(lines)),
    folder,
    // An empty manifest never replaces a dataset: most likely the command before us died.
    replace: options.replace === true && lines.length > 0,
    title: options.title as string | undefined,
    contact: (options.contact as string | undefined) ?? process.env.OV_CONTACT,
    onBytes: (bytes) => {
      checked += bytes;
      progress.update(checked);
    },
    signal,
  }).finally(() => progress.stop());

  const output = openOutput();
  await output.write(JSON.stringify(published));
  await output.end();
  messages.info(
    published.unchanged
      ? `${folder} holds this dataset already`
      : `${folder}: ${published.rows} records, ${published.files} files, ${published.bytes} bytes`,
  );
}

async function* batches(lines: readonly Entry[][]): AsyncGenerator<Entry[]> {
  yield* lines;
}
