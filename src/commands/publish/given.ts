import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { type Messages, openInputs } from "../../base/cli/index.js";
import { counted } from "../../base/counted.js";
import { Failure, orFail } from "../../base/failure.js";
import { makeScratch } from "../../base/files/index.js";
import { type Entry, readRecords, stopAtBadLine } from "../../base/ndjson/index.js";
import type { Manifest } from "../../release/parquet/index.js";
import type { OptOutList, PublishOptions, Watch } from "../../release/publishing/index.js";
import { readOptOutList } from "../optout/lists.js";
import type { Publishing } from "./options.js";

/** What is to be published, and what is known about records that are not. */
type Given = Pick<PublishOptions, "manifest" | "tombstones" | "optOuts" | "leftOut" | "notes">;

/** A folder for shards that are written again, made when it is first used and removed at the end of the run. */
export class Scratch {
  #path: string | undefined;

  async path(): Promise<string> {
    this.#path ??= await orFail("create", tmpdir(), async () => makeScratch("ov-publish"));
    return this.#path;
  }

  async remove(): Promise<void> {
    if (this.#path !== undefined) await rm(this.#path, { recursive: true, force: true });
  }
}

/** Reads the manifest and the lists that the command line names. */
export async function readGiven(invocation: Publishing, scratch: Scratch, watch: Watch): Promise<Given> {
  const { options, messages } = invocation;
  const { excludeLicenses, parseExclusion, readNotes, readTombstones } = await import(
    "../../release/publishing/index.js"
  );
  const leftOut = options.excludeLicense;
  // Options and lists are checked before shards, which take long.
  const isExcluded = leftOut === undefined ? undefined : parseExclusion(leftOut);
  const optOuts = options.optOuts === undefined ? undefined : await optOutList(options.optOuts, messages);
  const notes = options.notes === undefined ? undefined : await readNotes(options.notes);
  const list = options.tombstones;
  if (list !== undefined && options.since === undefined) {
    throw new Failure("usage", "--tombstones belongs to a delta: say with --since which release it changes");
  }
  if (list === undefined && options.since !== undefined) messages.warn(NO_TOMBSTONES);
  const tombstones = list === undefined ? undefined : await readTombstones(list, watch);
  const all = await manifestFor(invocation, scratch, watch);
  // They are copied to the target, where older files are removed.
  for (const at of new Set(all.shards.map(({ root }) => root))) {
    invocation.uses.add({ by: "shards of the manifest", at, does: "reads", isFolder: true });
  }
  const manifest = isExcluded ? await excludeLicenses(all, isExcluded, await scratch.path(), watch) : all;
  const left = all.totals.totals.rows - manifest.totals.totals.rows;
  if (left > 0 && options.since !== undefined) messages.warn(leftOutOfDelta(left));
  return { manifest, tombstones, optOuts, leftOut, notes };
}

const NO_TOMBSTONES =
  "this delta has no tombstones: copies of the dataset will keep every record that was deleted; write them with " +
  "ov-stage dump --deletions-since TIME > FILE and name them with --tombstones FILE (an empty file says that there are none)";

/** A delta brings nothing of a record that it leaves out, so copies keep what they have. */
function leftOutOfDelta(rows: number): string {
  const [by, one] = rows === 1 ? ["its licence", "it"] : ["their licences", "one of them"];
  return (
    `${counted(rows, "changed record is", "changed records are")} left out of this delta by ${by}: a copy that has ${one} ` +
    "under another licence keeps it so; a whole release takes it out"
  );
}

async function optOutList(path: string, messages: Messages): Promise<OptOutList> {
  const list = await readOptOutList(path, messages);
  return {
    path,
    list: basename(path),
    rules: list.count(),
    ruleFor: (record) => {
      const rule = list.ruleFor(record);
      return rule && `${rule.line} (${rule.kind} ${rule.value})`;
    },
  };
}

/** The manifest of what is to be published. */
async function manifestFor(
  { operands: [, ...files], options, messages, signal }: Publishing,
  scratch: Scratch,
  watch: Watch,
): Promise<Manifest> {
  if (options.from === undefined) return readManifestLines(files, messages, signal);
  if (files.length > 0) throw new Failure("usage", "--from takes the place of a manifest; name one of them");
  const { manifestOfFolder } = await import("../../release/publishing/index.js");
  return manifestOfFolder(options.from, () => scratch.path(), watch);
}

async function readManifestLines(
  files: readonly string[],
  messages: Messages,
  signal: AbortSignal,
): Promise<Manifest> {
  const { EMPTY_MANIFEST, readManifest } = await import("../../release/parquet/index.js");
  const lines: Entry[][] = [];
  for await (const batch of readRecords(openInputs(files, signal), stopAtBadLine)) lines.push(batch);
  if (lines.length > 0) {
    const { checkSets } = await import("../../release/publishing/index.js");
    const manifest = await readManifest(Readable.from(lines));
    checkSets(manifest.shards);
    return manifest;
  }
  messages.warn("the manifest is empty: did ov-to-parquet fail?");
  return EMPTY_MANIFEST;
}
