import { Failure } from "../failure.js";
import type { Manifest } from "../parquet/index.js";
import { snapshotDate } from "./contents.js";
import { changesSince, type ReleaseManifest, type Version } from "./release-manifest.js";

/** A name of a release: it becomes part of paths, tags and URLs. */
const VERSION = /^[A-Za-z0-9][\w.+-]{0,99}$/;

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
 * is taken gets a number: `2026-11-02.2`. Throws a `Failure` ("no_output") for a name that the latest release has.
 */
export function nextVersion(
  manifest: Manifest,
  latest: ReleaseManifest | undefined,
  { toolVersion, release, now, since }: VersionOptions,
): Version {
  const previous = latest?.version || null;
  const date = snapshotDate(manifest.shards) ?? now.toISOString().slice(0, 10);
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

/** Throws a `Failure` ("usage") for a name that was given and is none. */
export function checkNames({ release, since }: Pick<VersionOptions, "release" | "since">): void {
  for (const [option, name] of [
    ["--release", release],
    ["--since", since],
  ] as const) {
    if (name === undefined || VERSION.test(name)) continue;
    const rule = "letters, digits, dots, hyphens and underscores, at most 100, the first a letter or digit";
    throw new Failure("usage", `${option}: ${JSON.stringify(name)} is no name for a release (${rule})`);
  }
}

function dated(date: string, previous: string | null): string {
  if (previous === date) return `${date}.2`;
  const [, day, number] = /^(.*)\.(\d+)$/.exec(previous ?? "") ?? [];
  return day === date ? `${date}.${Number(number) + 1}` : date;
}
