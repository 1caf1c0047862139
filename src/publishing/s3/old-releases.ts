import { Failure } from "../../failure.js";
import { parseReleaseManifest } from "../found-release.js";
import { bytesOf, RELEASE_MANIFEST } from "../release-manifest.js";
import type { Bucket } from "./bucket.js";
import { elementsIn, textsIn } from "./xml.js";

/** A release that stands in a bucket, whole: it has its manifest.json, which names every file. */
export interface StandingRelease {
  readonly version: string;
  /** The latest release when it was made. */
  readonly previous: string | null;
  /** Of a delta: the release that it changes. */
  readonly since?: string | undefined;
  readonly date: string;
  /** Below the folder of the release, manifest.json as the last. */
  readonly paths: readonly string[];
  readonly bytes: number;
}

/** A bucket, and the key of a path below the prefix that is published to. */
export interface ReleasesPlace {
  readonly bucket: Bucket;
  readonly key: (path: string) => string;
}

/**
 * The releases whose files may go, so that `keep` are left; deltas are not counted and stay. Never the latest one, and
 * never one that a delta names, as the release that it changes or as the one before it. Releases are as old as they are
 * far from the latest one, each naming the one before it; those that it does not lead to are the oldest, by their dates.
 */
export function oldReleases(
  standing: readonly StandingRelease[],
  latest: string | undefined,
  keep: number,
): StandingRelease[] {
  const whole = standing.filter(({ since }) => since === undefined);
  const left = new Map(whole.map((release) => [release.version, release]));
  const newestFirst: StandingRelease[] = [];
  for (let next = latest; next !== undefined; next = newestFirst.at(-1)?.previous ?? undefined) {
    const release = left.get(next);
    if (!release) break;
    left.delete(next);
    newestFirst.push(release);
  }
  const key = ({ date, version }: StandingRelease) => `${date} ${version}`;
  newestFirst.push(...[...left.values()].sort((a, b) => (key(a) < key(b) ? 1 : -1)));
  const named = new Set(
    standing.flatMap(({ since, previous }) => (since === undefined ? [] : [since, previous])),
  );
  return newestFirst.slice(keep).filter(({ version }) => version !== latest && !named.has(version));
}

/** Every release below the prefix. What has no manifest.json of ours is not one, and neither is one under another name. */
export async function standingReleases({ bucket, key }: ReleasesPlace): Promise<StandingRelease[]> {
  const found: StandingRelease[] = [];
  for await (const folder of foldersUnder(bucket, key("v="))) {
    const request = { method: "GET", key: folder + RELEASE_MANIFEST } as const;
    const answer = await bucket.ask(request);
    if (answer.status === 404) continue;
    if (answer.status !== 200) throw bucket.failure(request, answer);
    const manifest = parseReleaseManifest(answer.text);
    if (!manifest || folder !== key(`v=${manifest.version}/`)) continue;
    const { version, previous, since, date, files } = manifest;
    // A path that leads elsewhere was not written by us.
    if (!files.every(({ path }) => isPlain(path))) continue;
    const paths = [...files.map(({ path }) => path), RELEASE_MANIFEST];
    found.push({
      version,
      previous,
      since,
      date,
      paths,
      bytes: bytesOf(files) + Buffer.byteLength(answer.text),
    });
  }
  return found;
}

function isPlain(path: string): boolean {
  return path.split("/").every((name) => !["", ".", ".."].includes(name));
}

/** Removes the files that a release names, manifest.json last: a run that dies is finished by the next one. */
export async function removeRelease(
  { bucket, key }: ReleasesPlace,
  { version, paths }: StandingRelease,
): Promise<void> {
  for (const path of paths) {
    const request = { method: "DELETE", key: key(`v=${version}/${path}`) } as const;
    const answer = await bucket.ask(request);
    if (answer.status !== 200 && answer.status !== 404) throw bucket.failure(request, answer);
  }
}

/** The keys up to the next slash that begin so, each with its slash (ListObjectsV2). */
async function* foldersUnder(bucket: Bucket, prefix: string): AsyncGenerator<string> {
  let token: string | undefined;
  const seen = new Set<string | undefined>();
  do {
    seen.add(token);
    const { text } = await bucket.demand({
      method: "GET",
      query: {
        "list-type": "2",
        delimiter: "/",
        prefix,
        ...(token === undefined ? {} : { "continuation-token": token }),
      },
    });
    for (const { Prefix } of elementsIn(text, "CommonPrefixes")) if (Prefix !== undefined) yield Prefix;
    if (textsIn(text, "IsTruncated")[0] !== "true") return;
    token = textsIn(text, "NextContinuationToken")[0];
    // Releases that are not shown may be deltas, whose names would keep others.
    if (token === undefined || seen.has(token)) {
      const problem = token === undefined ? "does not say how it goes on" : "goes in a circle";
      throw new Failure("refused", `the listing of s3://${bucket.name} is cut off and ${problem}`);
    }
  } while (token !== undefined);
}
