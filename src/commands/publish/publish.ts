import {
  ALLOW_HOST_OPTION,
  type Command,
  contactOf,
  type Invocation,
  type Messages,
  NOW_OPTION,
  nowOf,
  type Options,
  openOutput,
  packageVersion,
  REPLACE_OPTION,
  startProgress,
} from "../../base/cli/index.js";
import { counted, thousands } from "../../base/counted.js";
import { Failure } from "../../base/failure.js";
import { heldSecrets } from "../../base/secrets/index.js";
import type { Published, TargetOptions } from "../../release/publishing/index.js";
import { readGiven, Scratch, type Watch } from "./given.js";

/** `ov-publish`: from a manifest and its shards to a published dataset. */
export const publish: Command = {
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
      "where to publish (folder:DIR, s3://BUCKET/PREFIX, hf:ORG/NAME or zenodo:), and the manifest; `-` or none is stdin",
    min: 1,
    max: 2,
  },
  options: [
    {
      flags: "--from <dir>",
      description:
        "publish the shards in this folder, without their manifest: it is made again, which takes longer",
    },
    { flags: "--dry-run", description: "check everything and say what would be sent, but send nothing" },
    {
      flags: "--release <name>",
      description: "the name of this release (default: the date of its latest change, else that of --now)",
    },
    {
      flags: "--since <release>",
      description: "these records are a delta: what has changed since that release, removed records included",
    },
    {
      flags: "--tombstones <file>",
      description:
        "of a delta: the records that were deleted, as ov-stage dump --deletions-since writes them",
    },
    {
      flags: "--opt-outs <file>",
      description: "refuse records that this opt-out list names (see ov-optout)",
    },
    {
      flags: "--exclude-license <licenses>",
      description:
        "leave out records of these licences: conditions (nd,nc), licences (by-nc-sa), or groups of the catalogue " +
        "(all, all-cc, commercial, modification)",
    },
    { flags: "--allow-shrink", description: "publish although a fifth of the records is gone" },
    { flags: "--allow-breaking", description: "publish although a column is gone or has another type" },
    {
      flags: "--title <text>",
      description: "the dataset's name on its card (default: after its media types)",
    },
    {
      flags: "--contact <address>",
      description: "whom the card tells people to ask for removals (default: OV_CONTACT)",
    },
    {
      flags: "--creator <name>",
      description: "whom to cite: 'Family, Given', or an organisation; repeatable",
      isRepeatable: true,
    },
    {
      flags: "--notes <file>",
      description:
        "text of your own for the card, in Markdown; without it text that is not ours stops the publish",
    },
    { flags: "--url <address>", description: "the dataset's own page (default: where it is published)" },
    REPLACE_OPTION,
    {
      flags: "--endpoint <address>",
      description:
        "the S3 server (default: AWS_ENDPOINT_URL_S3, else Amazon's), or the address of another Zenodo",
    },
    {
      flags: "--virtual-host",
      description: "name the bucket in the host, not in the path, also with --endpoint",
    },
    {
      flags: "--part-size <mib>",
      description: "send larger files to S3 in parts of so many MiB, four at a time; at least 5",
      type: "count",
      default: 16,
    },
    {
      flags: "--keep-releases <number>",
      description:
        "on S3, remove old releases once this one stands, so that so many are left; deltas and what they name stay",
      type: "count",
    },
    {
      flags: "--requester-pays",
      description: "set up the bucket so that whoever reads from it pays for that",
    },
    { flags: "--acl <name>", description: "a canned ACL for every object in S3, such as public-read" },
    {
      flags: "--take-over",
      description: "give up the publish that is at work there, or has died, for this one",
    },
    {
      flags: "--strict-server",
      description:
        "refuse an S3 server without conditional writes or checksum headers, which else is warned of",
    },
    {
      flags: "--token-file <file>",
      description: "a file with the token for Zenodo (default: ZENODO_TOKEN, ZENODO_SANDBOX_TOKEN)",
    },
    {
      flags: "--publish-doi",
      description: "publish the draft at Zenodo: its DOI is registered, and it can never be taken back",
    },
    ALLOW_HOST_OPTION,
    NOW_OPTION,
  ],
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

async function run(invocation: Invocation): Promise<void> {
  const { operands, options, messages, signal } = invocation;
  const { checkKeepReleases, openDestination, parseTarget, publish } = await import(
    "../../release/publishing/index.js"
  );
  const target = parseTarget(operands[0] as string);
  const keepReleases = options.keepReleases as number | undefined;
  if (keepReleases !== undefined) checkKeepReleases(target);
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
  const destination = await openDestination(target, await targetOptions(invocation, watch));
  const scratch = new Scratch();
  let published: Published;
  try {
    published = await publish({
      ...(await readGiven(invocation, scratch, watch)),
      destination,
      watch,
      scratch: () => scratch.path(),
      title: options.title as string | undefined,
      contact: contactOf(options),
      creators: options.creator as readonly string[] | undefined,
      homepage,
      toolVersion: packageVersion(),
      release: options.release as string | undefined,
      since: options.since as string | undefined,
      now: nowOf(options),
      allow: { shrink: options.allowShrink === true, breaking: options.allowBreaking === true },
      keepReleases,
      dryRun: options.dryRun === true,
      onWarning: (warning) => messages.warn(warning),
      onFile: ({ path, bytes }, isThere) =>
        messages.info(isThere ? `is there: ${path}` : `would send: ${path} (${bytes} bytes)`),
    });
  } finally {
    progress.stop();
    await destination.close?.();
    await scratch.remove();
  }
  const output = openOutput();
  // Some of it was said by a server.
  await output.write(heldSecrets().hide(JSON.stringify(published)));
  await output.end();
  await summarise(published, messages);
}

/** The dataset's own page, as an address of the web: it becomes a link in its pages. */
async function homepageOf({ url }: Options): Promise<string | undefined> {
  if (typeof url !== "string") return undefined;
  const { webAddress } = await import("../../base/http/index.js");
  return new URL(webAddress(url, "--url")).href;
}

async function targetOptions(
  { options, messages, signal }: Invocation,
  watch: Watch,
): Promise<TargetOptions> {
  const { Hosts } = await import("../../base/http/index.js");
  const partSize = options.partSize as number;
  if (partSize < 5) throw new Failure("usage", "--part-size: S3 takes no parts below 5 MiB");
  return {
    ...watch,
    replace: options.replace === true,
    endpoint: options.endpoint as string | undefined,
    virtualHost: options.virtualHost === true,
    partBytes: partSize * 1024 * 1024,
    requesterPays: options.requesterPays === true,
    acl: options.acl as string | undefined,
    takeOver: options.takeOver === true,
    strictServer: options.strictServer === true,
    onWarning: (warning) => messages.warn(warning),
    tokenFile: options.tokenFile as string | undefined,
    publishDoi: options.publishDoi === true,
    patience: {
      hosts: new Hosts({ allowed: options.allowHost as readonly string[] | undefined }),
      signal,
      onRetry: (problem, seconds) => messages.warn(`${problem}; trying again in ${seconds.toFixed(1)} s`),
    },
  };
}

/** The same in words. */
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
