import { type Invocation, type OptionTable, SHARED } from "../../base/cli/index.js";
import { TARGET_OPTIONS } from "../../release/publishing/targets/index.js";

/** The options of `ov-publish`: those of every release, and those of the targets. */
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
  ...TARGET_OPTIONS,
  SHARED.allowHost,
  SHARED.now,
] as const satisfies OptionTable;

/** One run of `ov-publish`. */
export type Publishing = Invocation<typeof OPTIONS>;
