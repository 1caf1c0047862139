import { Failure } from "../../base/failure.js";
import type { MediaType } from "../../record/index.js";
import type { Folder, Manifest, SyncTimes } from "../parquet/index.js";
import { checkCard } from "./checks/card-notes.js";
import { ClaimedTotals, checkShardClaims } from "./checks/claims.js";
import { parseReleaseManifest } from "./checks/found-release.js";
import { type Allowed, checkAgainst, checkNotEmpty } from "./checks/guards.js";
import { checkOptOuts, type OptOutList } from "./checks/opted-out.js";
import { checkRecords } from "./checks/shard-checks.js";
import { checkPlaced, locateFile, nameOf, type Watch } from "./checks/shard-files.js";
import { type Field, ShardReader } from "./checks/shard-reader.js";
import { badShards } from "./checks/subsets.js";
import type { ContentsOptions } from "./pages/contents.js";
import { asItStands, filesOf, type Release, releaseOf } from "./release.js";
import {
  bytesOf,
  notIn,
  type ReleaseFile,
  type ReleaseManifest,
  type Schemas,
  syncTimesOf,
  type Version,
} from "./release-manifest.js";
import { type Delivery, type Destination, NameTaken } from "./targets/destination.js";
import { checkNames, nameAfter, nextVersion, type VersionOptions } from "./version.js";

/** What the publisher says. Where there is no `homepage`, it is the address of the destination. */
type PageOptions = Omit<ContentsOptions, "version" | "schemas" | "optOuts" | "repository">;

/** What is published, and under which rules. */
export interface PublishOptions extends VersionOptions, PageOptions {
  readonly manifest: Manifest;
  readonly destination: Destination;
  readonly allow: Allowed;
  /** No record that it names is published. */
  readonly optOuts?: OptOutList | undefined;
  /** Hears what a person should know, in words. */
  readonly onWarning: (warning: string) => void;
  /** Is told while shards are read. */
  readonly watch?: Watch;
  /** Where what is too much for memory goes while records are counted. */
  readonly scratch: Folder;
  /** How many releases may be left, this one included; older ones are removed once it stands. Without it all stay. */
  readonly keepReleases?: number | undefined;
  /** Nothing is written; `onFile` hears what would be. */
  readonly dryRun: boolean;
  /** Hears of each file whether it is sent or there already. Only of a dry run. */
  readonly onFile?: (file: ReleaseFile, isThere: boolean) => void;
}

/** How many names of one day are tried. */
const MOST_NAMES = 100;

/** What was published, as the command prints it. */
export interface Published {
  readonly target: string;
  readonly version: string;
  /** All files, manifest.json included, and their bytes. */
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** Files that were sent, their bytes, and files that were there already. */
  readonly sent: number;
  readonly sent_bytes: number;
  readonly skipped: number;
  /** The very same dataset stood there already and was left alone. */
  readonly unchanged: boolean;
  /** Old releases that were removed, where that was asked for, all their files, and the bytes of those. */
  readonly pruned?: readonly string[];
  readonly pruned_files?: number;
  readonly pruned_bytes?: number;
  /** When each provider was last synced, tonight as well, where the release is that of another night. */
  readonly last_synced?: SyncTimes;
  readonly dry_run?: true;
  readonly url?: string;
  readonly doi?: string;
}

/**
 * Publishes shards as a release: checks the shards, compares them with the latest release at the destination, and puts
 * the new one there. The very same dataset again is left alone, under whatever version it has.
 *
 * Throws a `Failure`: "bad_input" for a manifest or shards that must not be published, "no_input" for a shard that is
 * missing, and whatever the destination throws.
 */
export async function publish(given: PublishOptions): Promise<Published> {
  const { manifest, destination } = given;
  const homepage = given.homepage ?? destination.url;
  const options = { ...given, homepage, repository: destination.repository };
  checkNames(options);
  checkNotEmpty(manifest, options.tombstones?.rows);
  // Also where the very same dataset is there already: the list may have grown since.
  if (options.optOuts) await checkOptOuts(manifest, options.optOuts, options.watch);
  const text = await destination.latest();
  const latest = text === undefined ? undefined : parseReleaseManifest(text);
  await checkCard(destination, latest, options);
  const same = latest && text !== undefined ? sameRelease(options, latest, text) : undefined;
  if (same && (await destination.holds(same))) {
    if (!options.dryRun) await destination.finish?.(same);
    return {
      ...summaryOf(options, same, []),
      unchanged: true,
      ...(await prune(options, same)),
      ...(options.dryRun && { dry_run: true }),
    };
  }
  if (options.since !== undefined && latest && latest.since === undefined && !destination.keepsReleases) {
    const problem = `${destination.name} holds a whole dataset, which a delta must not take the place of`;
    throw new Failure("no_output", `${problem}; publish the delta to a place of its own`);
  }
  const schemas = await inspect(options);
  if (latest && options.since === undefined) {
    const warnings = checkAgainst(latest, manifest, schemas, options.allow);
    for (const warning of warnings) options.onWarning(warning);
  }
  const made = (version: Version) => releaseOf(manifest, { ...options, version, schemas });
  // The same release that is not whole there is put there again, under its own version.
  const wanted = same ?? made(nextVersion(manifest, latest, options));
  for (const { file, isCut } of wanted.texts) {
    if (isCut) options.onWarning(`a key or token that this run holds was cut out of ${file.path}`);
  }
  if (options.dryRun) {
    const files = filesOf(wanted);
    const toSend = notIn(latest, files);
    const isSent = new Set(toSend);
    for (const file of files) options.onFile?.(file, !isSent.has(file));
    const planned = { ...summaryOf(options, wanted, toSend), unchanged: false };
    return { ...planned, ...(await prune(options, wanted)), dry_run: true };
  }

  const isNamed = same !== undefined || options.release !== undefined;
  const { release, delivery } = await put(wanted, latest, destination, isNamed ? undefined : made);
  const { sent, url, doi, unchanged = false } = delivery;
  return {
    ...summaryOf(options, release, sent),
    unchanged,
    ...(await prune(options, release)),
    ...(url === undefined ? {} : { url }),
    ...(doi === undefined ? {} : { doi }),
  };
}

/** Puts a release in place. `made` gives it another name where its own is taken, by a delta of that day, say. */
async function put(
  wanted: Release,
  latest: ReleaseManifest | undefined,
  destination: Destination,
  made: ((version: Version) => Release) | undefined,
): Promise<{ release: Release; delivery: Delivery }> {
  let release = wanted;
  for (let names = 1; ; names++) {
    try {
      return { release, delivery: await destination.put(release, latest) };
    } catch (error) {
      if (!(error instanceof NameTaken) || !made || names === MOST_NAMES) throw error;
      release = made({ ...release.version, version: nameAfter(release.version.version) });
    }
  }
}

/**
 * The latest release, if it is this very dataset. It is made again with what belongs to the night it was made on (version,
 * schema, times of syncs, how long the opt-out list was): the same records are the same dataset, whichever night it is and
 * whichever tool made it.
 */
function sameRelease(options: PublishOptions, latest: ReleaseManifest, text: string): Release | undefined {
  const { manifest, release: name, since } = options;
  if ((name ?? latest.version) !== latest.version || since !== latest.since) return undefined;
  const optOuts = latest.opt_outs?.list === options.optOuts?.list ? latest.opt_outs : options.optOuts;
  const release = releaseOf(manifest, { ...options, optOuts, version: latest, schemas: latest.schema });
  return asItStands(release, text);
}

/**
 * Looks into every shard: it is whole, what is in it may be published, the manifest says of it what is so, and all shards of
 * a media type have the same columns. Its bytes are compared with the manifest where it is put in place, and here in a dry
 * run, which puts nothing in place.
 */
async function inspect({ manifest, since, scratch, watch, dryRun }: PublishOptions): Promise<Schemas> {
  const totals = new ClaimedTotals(scratch);
  const schemas: Partial<Record<MediaType, readonly Field[]>> = {};
  for (const shard of manifest.shards) {
    const path = await locateFile(shard);
    if (dryRun) await checkPlaced(path, shard, watch);
    const reader = await ShardReader.open(path, watch);
    await checkRecords(reader, shard, { isDelta: since !== undefined });
    await checkShardClaims(reader, shard);
    await totals.add(reader, watch);
    const { fields } = reader;
    schemas[shard.media] ??= fields;
    if (JSON.stringify(fields) !== JSON.stringify(schemas[shard.media])) {
      throw badShards(`${nameOf(shard)} has other columns than the shards before it`);
    }
  }
  await totals.compare(manifest);
  return schemas;
}

function summaryOf(
  { destination: { name, url }, manifest }: PublishOptions,
  release: Release,
  sent: readonly ReleaseFile[],
) {
  const files = filesOf(release);
  const synced = syncTimesOf(manifest.totals);
  return {
    target: name,
    version: release.version.version,
    files: files.length,
    rows: release.rows,
    bytes: bytesOf(files),
    ...(synced && { last_synced: synced }),
    ...(url === undefined ? {} : { url }),
    sent: sent.length,
    sent_bytes: bytesOf(sent),
    skipped: files.length - sent.length,
  };
}

/** Removes old releases, where that was asked for. */
async function prune({ destination, keepReleases, dryRun }: PublishOptions, release: Release) {
  if (keepReleases === undefined || !destination.prune) return {};
  try {
    const { releases, files, bytes } = await destination.prune(release, {
      keep: keepReleases,
      isDry: dryRun,
    });
    return { pruned: releases, pruned_files: files, pruned_bytes: bytes };
  } catch (error) {
    if (!(error instanceof Failure) || dryRun) throw error;
    const { version } = release.version;
    const problem = `release ${version} is published, but old ones cannot be removed: ${error.message}`;
    throw new Failure(error.outcome, problem, { cause: error });
  }
}
