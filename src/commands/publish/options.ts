import { type Invocation, type OptionTable, SHARED } from "../../base/cli/index.js";

/** The options of `ov-publish`. */
export const OPTIONS = [
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
    description: "of a delta: the records that were deleted, as ov-stage dump --deletions-since writes them",
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
  SHARED.replace,
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
  SHARED.allowHost,
  SHARED.now,
] as const satisfies OptionTable;

/** One run of `ov-publish`. */
export type Publishing = Invocation<typeof OPTIONS>;
