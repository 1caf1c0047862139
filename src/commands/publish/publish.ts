import {
  type Command,
  contactOf,
  type Messages,
  nowOf,
  packageVersion,
  printLines,
  startProgress,
} from "../../base/cli/index.js";
import { counted, thousands } from "../../base/counted.js";
import { heldSecrets } from "../../base/secrets/index.js";
import type { Published, Watch } from "../../release/publishing/index.js";
import { parseTarget, TARGETS } from "../../release/publishing/targets/index.js";
import { readGiven, Scratch } from "./given.js";
import { OPTIONS, type Publishing } from "./options.js";

/** `ov-publish`: from a manifest and its shards to a published dataset. */
export const publish: Command<typeof OPTIONS> = {
  name: "ov-publish",
  summary: "Publishes shards as a dataset people can load, cite and trust.",
  description:
    "Reads the manifest of ov-to-parquet, checks every shard against it, writes the dataset card (README.md) with its " +
    "charts, the licence page, manifest.json, croissant.json, datapackage.json and CITATION.cff, and publishes everything as a release: what a reader sees changes " +
    "in one step, at the end. A target that holds the same dataset already is left as it is. Removed records, records " +
    "without licence or landing URL, those that an opt-out list names, an empty set, and a set that lost a fifth of " +
    "its records or a column are refused. One line about what was published goes to stdout.",
  operands: {
    usage: "TARGET [FILE]",
    description:
      `where to publish (${TARGETS.map(({ form }) => form).join(", ")}), and the manifest; ` +
      "`-` or none is stdin",
    min: 1,
    max: 2,
  },
  options: OPTIONS,
  examples: [
    {
      line: "ov-publish folder:dataset manifest.ndjson",
      what: "make a dataset folder of the shards that ov-to-parquet has made",
    },
  ],
  afterInterrupt: () => "no release was made; run the same command again, what has arrived is not sent twice",
  readsStdin: (operands, options) => operands.length === 1 && options.from === undefined,
  run,
};

async function run(invocation: Publishing): Promise<void> {
  const { operands, options, messages, signal } = invocation;
  const open = parseTarget(operands[0] as string, options);
  const { publish } = await import("../../release/publishing/index.js");
  const homepage = await homepageOf(options);
  const progress = await startProgress(messages, "bytes checked");
  let checked = 0;
  const watch: Watch = {
    onBytes: (bytes) => {
      checked += bytes;
      progress.update(checked);
    },
    signal,
  };
  const destination = await open({ ...options, ...(await targetContext(invocation, watch)) });
  const scratch = new Scratch();
  let published: Published;
  try {
    published = await publish({
      ...(await readGiven(invocation, scratch, watch)),
      destination,
      watch,
      scratch: () => scratch.path(),
      title: options.title,
      contact: contactOf(options.contact),
      creators: options.creator,
      homepage,
      toolVersion: packageVersion(),
      release: options.release,
      since: options.since,
      now: nowOf(options.now),
      allow: { shrink: options.allowShrink, breaking: options.allowBreaking },
      keepReleases: options.keepReleases,
      dryRun: options.dryRun,
      onWarning: (warning) => messages.warn(warning),
      onFile: ({ path, bytes }, isThere) =>
        messages.info(isThere ? `is there: ${path}` : `would send: ${path} (${bytes} bytes)`),
    });
  } finally {
    progress.stop();
    await destination.close?.();
    await scratch.remove();
  }
  // Some of it was said by a server.
  await printLines([heldSecrets().hide(JSON.stringify(published))]);
  await summarise(published, messages);
}

/** The address of the dataset's own page, to which its pages link. */
async function homepageOf({ url }: Publishing["options"]): Promise<string | undefined> {
  if (url === undefined) return undefined;
  const { webAddress } = await import("../../base/http/index.js");
  return new URL(webAddress(url, "--url")).href;
}

async function targetContext({ options, messages, signal }: Publishing, watch: Watch) {
  const { Hosts } = await import("../../base/http/index.js");
  return {
    ...watch,
    onWarning: (warning: string) => messages.warn(warning),
    sending: {
      hosts: new Hosts({ allowed: options.allowHost }),
      signal,
      onRetry: (problem: string) => messages.warn(problem),
    },
  };
}

/** The same as a message. */
async function summarise(published: Published, messages: Messages): Promise<void> {
  const { target, version, rows, sent, sent_bytes, skipped, unchanged, dry_run } = published;
  const { pruned, pruned_files = 0, pruned_bytes } = published;
  const name = target.replace(/^folder:|:$/g, "");
  if (unchanged) messages.info(`${name} holds this dataset already`);
  else {
    const files = `${counted(sent, "file")} ${dry_run ? "would be sent" : "sent"} (${sent_bytes} bytes)`;
    messages.info(
      `${name}: release ${version}, ${counted(rows, "record")}; ${files}, ${thousands(skipped)} there already`,
    );
  }
  if (!pruned) return;
  const which = pruned.length === 0 ? "no old release" : `old releases ${pruned.join(", ")}`;
  const size = `${counted(pruned_files, "file")}, ${pruned_bytes} bytes`;
  messages.info(`${name}: ${which} ${dry_run ? "would be removed" : "removed"} (${size})`);
}
