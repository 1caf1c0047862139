import { Failure } from "../../../../base/failure.js";
import { checkPlaced, locateFile } from "../../checks/shard-files.js";
import { asItStands, filesOf, type Release } from "../../release.js";
import {
  bytesOf,
  RELEASE_MANIFEST,
  type ReleaseFile,
  type ReleaseManifest,
  sha256Of,
} from "../../release-manifest.js";
import { notOurs } from "../../release-paths.js";
import { foundManifest } from "../answers.js";
import { type Delivery, type Destination, NameTaken, type Pruned } from "../destination.js";
import type { TargetContext } from "../target.js";
import { type Abilities, isUnknownHeader, lacksOf, readAbilities, setRequesterPays } from "./abilities.js";
import { Bucket, type BucketOptions } from "./bucket.js";
import {
  CLAIM,
  claimOf,
  folderOf,
  POINTER,
  type Pointer,
  parsePointer,
  parseVersion,
  pointerOf,
} from "./control-files.js";
import { aclHeader, lookAt, type ObjectOptions, Objects } from "./objects.js";
import {
  oldReleases,
  removeFiles,
  type StandingRelease,
  standingReleases,
  writtenBy,
} from "./old-releases.js";

/** Where in a bucket, and how. */
export interface S3Options extends BucketOptions, ObjectOptions, TargetContext {
  /** Below the bucket, without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  /** Makes whoever reads pay for it. */
  readonly requesterPays: boolean;
  /** Goes on although another publish seems to be at work. */
  readonly takeOver: boolean;
  /** Refuses a server that lacks conditional writes or checksum headers. */
  readonly strictServer: boolean;
}

/**
 * A prefix of a bucket: every release under `v=VERSION/`, and `latest.json`, which names the newest one. A release never
 * changes once it is there. Shards that the last release has, too, are copied at the server. While a publish is at work,
 * `publishing.json` says so: another one is refused, and the same one, run again, goes on where it stopped.
 */
export class S3Destination implements Destination {
  readonly name: string;
  readonly keepsReleases = true;
  readonly #options: S3Options;
  readonly #bucket: Bucket;
  /** The ETag of the pointer when it was read: it moves only if nobody else has moved it. */
  #pointerTag: string | undefined;
  #pointer: Pointer | undefined;
  /** What the server can do; looked at before anything is sent. */
  #abilities: Abilities = { conditions: true, checksums: true };

  constructor(options: S3Options) {
    this.#options = options;
    this.#bucket = new Bucket(options);
    this.name = `s3://${options.bucket}/${options.prefix}`.replace(/\/$/, "");
  }

  async latest(): Promise<string | undefined> {
    const { pointer, tag } = await this.#readPointer();
    [this.#pointer, this.#pointerTag] = [pointer, tag];
    if (pointer === undefined) return undefined;
    const manifest = await this.#get(`${pointer.path}${RELEASE_MANIFEST}`);
    if (manifest && sha256Of(manifest.text) === pointer.manifest_sha256)
      return foundManifest(manifest.text, `${this.name}/${pointer.path}${RELEASE_MANIFEST}`);
    throw new Failure(
      "refused",
      `${this.name}: ${POINTER} names a release whose ${RELEASE_MANIFEST} is not there`,
    );
  }

  /** By the sizes and checksums that the server tells; no shard is read. */
  async holds(release: Release): Promise<boolean> {
    for (const file of filesOf(release)) {
      if (!(await lookAt(this.#bucket, this.#keyOf(release, file), file)).isSame) return false;
    }
    return true;
  }

  async finish(release: Release): Promise<void> {
    if ((await this.#get(CLAIM))?.text === claimOf(release)) await this.#giveUpClaim();
  }

  async put(given: Release, latest: ReleaseManifest | undefined): Promise<Delivery> {
    const release = await this.#checkName(given);
    await this.#claim(release);
    await this.#tryServer(release);
    const objects = new Objects(this.#bucket, this.#abilities, this.#options);
    const sent: ReleaseFile[] = [];
    const copies = new Map(latest?.files.map(({ sha256, path }) => [sha256, path]));
    for (const { source, file } of release.stored) {
      const key = this.#keyOf(release, file);
      const from = copies.get(file.sha256);
      const wasThere =
        (await objects.has(key, file)) ||
        (from !== undefined && this.#pointer !== undefined
          ? await objects.copy(key, file, this.#key(this.#pointer.path + from))
          : false);
      if (wasThere) continue;
      const path = await locateFile(source);
      await checkPlaced(path, source, this.#options);
      await objects.upload(key, file, path);
      sent.push(file);
    }
    // manifest.json is the last of the texts: a release that has it has everything.
    for (const { text, file } of release.texts) {
      const key = this.#keyOf(release, file);
      if (await objects.has(key, file)) continue;
      await objects.putText(key, file, text);
      sent.push(file);
    }
    // Readers of the latest release want a whole one.
    if (release.version.since === undefined) await this.#movePointer(release);
    await this.#giveUpClaim();
    const url = `${this.name}/${folderOf(release)}`;
    // A whole release that is there is seen before, by the pointer; a delta is seen only here.
    return { sent, url, unchanged: sent.length === 0 && release.version.since !== undefined };
  }

  async prune(release: Release, { keep, isDry }: { keep: number; isDry: boolean }): Promise<Pruned> {
    const place = { bucket: this.#bucket, key: (path: string) => this.#key(path) };
    const standing = await standingReleases(place);
    const own = standingAs(release);
    if (!standing.some(({ version }) => version === own.version)) {
      // A listing that lacks what is surely there may lack a delta, too.
      if (!isDry)
        throw new Failure("refused", `the listing of ${this.name} does not have release ${own.version}`);
      standing.push(own);
    }
    const latest = own.since === undefined ? own.version : this.#pointer?.version;
    const old = oldReleases(standing, latest, keep);
    const pruned = { releases: [] as string[], files: 0, bytes: 0 };
    for (const one of old) {
      // Another publish may have gone back to it meanwhile.
      if (!isDry && (await this.#readPointer()).pointer?.version === one.version) continue;
      const { ours, foreign } = await writtenBy(place, one);
      if (foreign.length > 0)
        this.#options.onWarning(
          `${this.name}: ${notOurs(`that manifest.json of release ${one.version} names`, foreign)}`,
        );
      if (!ours.some(({ path }) => path === RELEASE_MANIFEST)) continue;
      if (!isDry) await removeFiles(place, one, ours);
      pruned.releases.push(one.version);
      pruned.files += ours.length;
      pruned.bytes += bytesOf(ours);
    }
    return pruned;
  }

  async #readPointer(): Promise<{ readonly pointer?: Pointer; readonly tag?: string | undefined }> {
    const found = await this.#get(POINTER);
    if (found === undefined) return {};
    // Without its quotes: Amazon takes both, Ceph only this.
    const tag = found.headers.get("etag")?.replaceAll('"', "");
    return { pointer: parsePointer(found.text, `${this.name}/${POINTER}`), tag };
  }

  #key(path: string): string {
    return this.#options.prefix === "" ? path : `${this.#options.prefix}/${path}`;
  }

  #keyOf(release: Release, { path }: ReleaseFile): string {
    return this.#key(folderOf(release) + path);
  }

  async #get(path: string) {
    const request = { method: "GET", key: this.#key(path) } as const;
    const answer = await this.#bucket.ask(request);
    if (answer.status === 404 && !/<Code>NoSuchBucket</.test(answer.text)) return undefined;
    if (answer.status !== 200) throw this.#bucket.failure(request, answer);
    return answer;
  }

  /** A release that is there never changes: it is whole when it has its manifest.json, which then stays. */
  async #checkName(release: Release): Promise<Release> {
    const path = `${folderOf(release)}${RELEASE_MANIFEST}`;
    const there = (await this.#get(path))?.text;
    const text = there === undefined ? undefined : foundManifest(there, `${this.name}/${path}`);
    const standing = text === undefined ? release : asItStands(release, text);
    if (standing) return standing;
    throw new NameTaken(this.name, release.version.version);
  }

  async #giveUpClaim(): Promise<void> {
    await this.#bucket.demand({ method: "DELETE", key: this.#key(CLAIM) });
  }

  /** Says that this release is being published. Throws a `Failure` ("temporary") where it is another one's turn. */
  async #claim(release: Release): Promise<void> {
    const body = claimOf(release);
    const request = { method: "PUT", key: this.#key(CLAIM), body } as const;
    const answer = await this.#bucket.ask({ ...request, headers: { "if-none-match": "*" } });
    if (answer.status === 200) return;
    const isUnconditional = isUnknownHeader(answer);
    if (!isUnconditional && answer.status !== 412 && answer.status !== 409)
      throw this.#bucket.failure(request, answer);
    const other = await this.#get(CLAIM);
    if (other?.text === body) return;
    if ((other === undefined && isUnconditional) || this.#options.takeOver) {
      await this.#bucket.demand(request);
      return;
    }
    const version = parseVersion(other?.text);
    throw new Failure(
      "temporary",
      `${this.name}: another publish, of release ${version}, is at work or has died; wait for it, run it again to ` +
        "finish it, or give it up with --take-over",
    );
  }

  /** Whether the server can do what is asked of it: found out before anything is sent that would be in vain. */
  async #tryServer(release: Release): Promise<void> {
    const { strictServer, onWarning, requesterPays } = this.#options;
    const claim = claimOf(release);
    try {
      this.#abilities = await readAbilities(this.#bucket, this.#key(CLAIM), claim);
      for (const lack of lacksOf(this.#abilities, this.name, strictServer)) onWarning(lack);
      if (requesterPays) await setRequesterPays(this.#bucket);
    } catch (error) {
      // Nothing was sent: the next publish need not wait for this one.
      if (error instanceof Failure && error.outcome !== "temporary") await this.#giveUpClaim();
      throw error;
    }
  }

  async #movePointer(release: Release): Promise<void> {
    const body = pointerOf(release);
    const request = { method: "PUT", key: this.#key(POINTER), body } as const;
    // Where the server does not look at the condition, we do; nothing is quite at the same time then.
    if (!this.#abilities.conditions && (await this.#pointerHasMoved())) throw this.#overtaken();
    const answer = await this.#bucket.ask({
      ...request,
      headers: {
        "content-type": "application/json",
        "cache-control": "no-cache",
        ...this.#pointerCondition(),
        ...aclHeader(this.#options),
      },
    });
    if (![200, 409, 412].includes(answer.status)) throw this.#bucket.failure(request, answer);
    // Whatever it answers: an attempt whose answer was lost may have moved it, and a good answer may not be one of S3's.
    if ((await this.#get(POINTER))?.text === body) return;
    throw this.#overtaken();
  }

  #pointerCondition(): Record<string, string> {
    if (!this.#abilities.conditions) return {};
    return this.#pointerTag === undefined ? { "if-none-match": "*" } : { "if-match": this.#pointerTag };
  }

  async #pointerHasMoved(): Promise<boolean> {
    const { pointer: now } = await this.#readPointer();
    return now?.manifest_sha256 !== this.#pointer?.manifest_sha256 || now?.path !== this.#pointer?.path;
  }

  #overtaken(): Failure {
    return new Failure(
      "temporary",
      `${this.name}: another publish has moved ${POINTER} meanwhile; look at it, then publish again`,
    );
  }
}

/** A release as it will be found in the bucket. */
function standingAs(release: Release): StandingRelease {
  const { version, previous, since, date } = release.version;
  return { version, previous, since, date, files: filesOf(release) };
}
