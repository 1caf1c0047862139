import { Failure } from "../../../../base/failure.js";
import { parseReleaseManifest } from "../../checks/found-release.js";
import { jsonIn } from "../../checks/shapes.js";
import { RELEASE_MANIFEST, type ReleaseFile, sha256Of } from "../../release-manifest.js";
import { isReleaseName, isReleasePath } from "../../release-paths.js";
import type { Bucket } from "./bucket.js";
import { lookAt } from "./objects.js";
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
  readonly files: readonly ReleaseFile[];
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

/** A release every night for 27 years. */
const MOST_RELEASES = 10_000;
/** Folders, or pages of a listing, without a release on the way: nobody publishes to a bucket that has more of them. */
const MOST_OTHERS = 1000;
const MOST_EMPTY_PAGES = 100;

/** Every release below the prefix. A folder without a manifest.json of ours is not one, nor is one whose
 * manifest.json has another name. */
export async function standingReleases(place: ReleasesPlace): Promise<StandingRelease[]> {
  const found: StandingRelease[] = [];
  let others = 0;
  for await (const name of folders(place)) {
    const release = await readRelease(place, name);
    others = release ? 0 : others + 1;
    if (release) found.push(release);
    if (found.length > MOST_RELEASES || others > MOST_OTHERS) throw cutOff(place, "does not end");
  }
  return found;
}

async function readRelease(
  { bucket, key }: ReleasesPlace,
  name: string,
): Promise<StandingRelease | undefined> {
  const request = { method: "GET", key: key(`v=${name}/${RELEASE_MANIFEST}`) } as const;
  const { status, text, ...answer } = await bucket.ask(request);
  if (status === 404) return undefined;
  if (status !== 200) throw bucket.failure(request, { status, text, ...answer });
  // It may be that of a delta, whose names would keep others.
  if (jsonIn(text) === undefined) throw bucket.odd(request, text);
  const manifest = parseReleaseManifest(text);
  if (manifest?.version !== name) return undefined;
  const { version, previous, since, date, files } = manifest;
  const own = { path: RELEASE_MANIFEST, bytes: Buffer.byteLength(text), sha256: sha256Of(text) };
  return { version, previous, since, date, files: [...files, own] };
}

/**
 * The files of a release that are in the bucket, told apart by what proves that it wrote them: their paths are such as
 * releases have, and their objects say the size and the SHA-256 that its manifest.json names. The others are not ours.
 */
export async function writtenBy(
  { bucket, key }: ReleasesPlace,
  { version, files }: StandingRelease,
): Promise<{ ours: ReleaseFile[]; foreign: string[] }> {
  const [ours, foreign]: [ReleaseFile[], string[]] = [[], []];
  for (const file of files) {
    const { status, isSame } = await lookAt(bucket, key(`v=${version}/${file.path}`), file);
    if (isSame && isReleasePath(file.path)) ours.push(file);
    else if (status !== 404) foreign.push(file.path);
  }
  return { ours, foreign };
}

/** Removes files of a release, manifest.json last: a run that dies is finished by the next one. */
export async function removeFiles(
  { bucket, key }: ReleasesPlace,
  { version }: StandingRelease,
  files: readonly ReleaseFile[],
): Promise<void> {
  for (const { path } of files) {
    const request = { method: "DELETE", key: key(`v=${version}/${path}`) } as const;
    const answer = await bucket.ask(request);
    if (answer.status !== 200 && answer.status !== 404) throw bucket.failure(request, answer);
  }
}

/** The names that folders of releases have (ListObjectsV2). */
async function* folders(place: ReleasesPlace): AsyncGenerator<string> {
  const { bucket, key } = place;
  const prefix = key("v=");
  const asked = new Set<string | undefined>();
  const seen = new Set<string>();
  for (let [token, empty] = [undefined as string | undefined, 0]; ; ) {
    asked.add(token);
    const more = token === undefined ? {} : { "continuation-token": token };
    const query = { "list-type": "2", delimiter: "/", prefix, ...more };
    const { text } = await bucket.demand({ method: "GET", query }, "ListBucketResult");
    const before = seen.size;
    for (const { Prefix = "" } of elementsIn(text, "CommonPrefixes")) {
      const name = Prefix.slice(prefix.length, -1);
      if (Prefix !== `${prefix}${name}/` || !isReleaseName(name) || seen.has(name)) continue;
      seen.add(name);
      yield name;
    }
    if (textsIn(text, "IsTruncated")[0] !== "true") return;
    empty = seen.size > before ? 0 : empty + 1;
    token = textsIn(text, "NextContinuationToken")[0];
    // Releases that are not shown may be deltas, whose names would keep others.
    if (!token || token.length > 4096) throw cutOff(place, "does not say how it goes on");
    if (asked.has(token)) throw cutOff(place, "goes in a circle");
    if (empty > MOST_EMPTY_PAGES) throw cutOff(place, "does not end");
  }
}

function cutOff({ bucket }: ReleasesPlace, problem: string): Failure {
  return new Failure("refused", `the listing of s3://${bucket.name} is cut off and ${problem}`);
}
