import { Failure } from "../../base/failure.js";
import { isDay } from "../../base/times.js";
import type { Manifest } from "../parquet/index.js";
import { snapshotDate } from "./pages/contents.js";
import { changesSince, type ReleaseManifest, type Version } from "./release-manifest.js";
import { isReleaseName } from "./release-paths.js";

/** What a release is to be called. */
export interface VersionOptions {
  /** Of ov-tools. */
  readonly toolVersion: string;
  /** The name that was asked for. */
  readonly release?: string | undefined;
  /** What a release without a name and without a snapshot date is called after. */
  readonly now: Date;
  /** Of a delta: the release that it changes. */
  readonly since?: string | undefined;
}

/**
 * The version of a new release: the name that was asked for, else the date of the snapshot, else today's. A date that
 * is taken gets a number: `2026-11-02.2`. No release is older than the one before it: where the newest records are gone,
 * the date of the snapshot is one that an earlier release has. Throws a `Failure` ("no_output") for a name that the latest
 * release has.
 */
export function nextVersion(
  manifest: Manifest,
  latest: ReleaseManifest | undefined,
  { toolVersion, release, now, since }: VersionOptions,
): Version {
  const previous = latest?.version || null;
  const changed = snapshotDate(manifest.shards) ?? now.toISOString().slice(0, 10);
  const date = latest && isDay(latest.date) && latest.date > changed ? latest.date : changed;
  return {
    version: release === undefined ? dated(date, previous) : named(release, previous),
    date,
    tool_version: toolVersion,
    previous,
    ...(since === undefined ? {} : { since }),
    changes:
      latest === undefined || since !== undefined
        ? null
        : changesSince(latest, manifest.totals, manifest.shards),
  };
}

function named(release: string, previous: string | null): string {
  if (release === previous) {
    const problem = `the release ${release} is there already, with other files`;
    throw new Failure("no_output", `${problem}; name another with --release`);
  }
  return release;
}

/** Throws a `Failure` ("usage") for a name that was given and is not valid. */
export function checkNames({ release, since }: Pick<VersionOptions, "release" | "since">): void {
  for (const [option, name] of [
    ["--release", release],
    ["--since", since],
  ] as const) {
    if (name === undefined || isReleaseName(name)) continue;
    const rule = "letters, digits, dots, hyphens and underscores, at most 100, the first a letter or digit";
    throw new Failure("usage", `${option}: ${JSON.stringify(name)} is no name for a release (${rule})`);
  }
}

function dated(date: string, previous: string | null): string {
  const isOfThatDay = previous === date || (previous !== null && NUMBERED.exec(previous)?.[1] === date);
  return isOfThatDay ? nameAfter(previous as string) : date;
}

const NUMBERED = /^(.*)\.(\d+)$/;

/** The next name to try where this one is taken. */
export function nameAfter(version: string): string {
  const [, day, number] = NUMBERED.exec(version) ?? [];
  return day === undefined ? `${version}.2` : `${day}.${Number(number) + 1}`;
}
