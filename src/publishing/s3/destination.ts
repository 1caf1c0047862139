import { readFile } from "node:fs/promises";
import { Failure } from "../../failure.js";
import { type Delivery, type Destination, NameTaken, type Pruned } from "../destination.js";
import { asItStands, filesOf, type Release } from "../release.js";
import {
  bytesOf,
  RELEASE_MANIFEST,
  type ReleaseFile,
  type ReleaseManifest,
  sha256Of,
} from "../release-manifest.js";
import { checkPlaced, locateFile, type Watch } from "../shard-files.js";
import { typeOf } from "../types.js";
import { type Abilities, isUnknownHeader, lacksOf, readAbilities } from "./abilities.js";
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
import { oldReleases, removeRelease, type StandingRelease, standingReleases } from "./old-releases.js";
import { type Upload, uploadInParts } from "./upload.js";
import { textsIn } from "./xml.js";

/** Where in a bucket, and how. */
export interface S3Options extends BucketOptions, Watch {
  /** Below the bucket, without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  /** Files above this size go in parts of it, in bytes. */
  readonly partBytes: number;
  /** Makes whoever reads pay for it. */
  readonly requesterPays: boolean;
  /** A canned ACL for every object, such as `public-read`. */
  readonly acl?: string | undefined;
  /** Goes on although another publish seems to be at work. */
  readonly takeOver: boolean;
  /** Refuses a server that lacks conditional writes or checksum headers. */
  readonly strictServer: boolean;
  /** Hears what the server cannot do, in words. */
  readonly onWarning: (warning: string) => void;
}

/** The largest object that can be copied at the server in one go, by the rules of S3. */
const MOST_COPIED = 5 * 1024 ** 3;

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
    const found = await this.#get(POINTER);
    if (found === undefined) return undefined;
    // Without its quotes: Amazon takes both, Ceph only this.
    this.#pointerTag = found.headers.get("etag")?.replaceAll('"', "");
    this.#pointer = parsePointer(found.text, `${this.name}/${POINTER}`);
    const manifest = await this.#get(`${this.#pointer.path}${RELEASE_MANIFEST}`);
    if (manifest && sha256Of(manifest.text) === this.#pointer.manifest_sha256) return manifest.text;
    throw new Failure(
      "refused",
      `${this.name}: ${POINTER} names a release whose ${RELEASE_MANIFEST} is not there`,
    );
  }

  /** By the sizes and checksums that the server tells; no shard is read. */
  async holds(release: Release): Promise<boolean> {
    for (const file of filesOf(release)) if (!(await this.#isThere(release, file))) return false;
    return true;
  }

  async finish(release: Release): Promise<void> {
    if ((await this.#get(CLAIM))?.text === claimOf(release)) await this.#giveUpClaim();
  }

  async put(given: Release, latest: ReleaseManifest | undefined): Promise<Delivery> {
    const release = await this.#checkName(given);
    await this.#claim(release);
    await this.#tryServer(release);
    let [sent, sentBytes, skipped] = [0, 0, 0];
    const copies = new Map(latest?.files.map((file) => [file.sha256, file.path]));
    for (const { source, file } of release.stored) {
      if (
        (await this.#isThere(release, file)) ||
        (await this.#copy(release, file, copies.get(file.sha256)))
      ) {
        skipped++;
        continue;
      }
      const path = await locateFile(source);
      await checkPlaced(path, source, this.#options);
      await this.#upload(release, file, path);
      sent++;
      sentBytes += file.bytes;
    }
    // manifest.json is the last of the texts: a release that has it has everything.
    for (const { text, file } of release.texts) {
      if (await this.#isThere(release, file)) skipped++;
      else {
        await this.#putText(release, file, text);
        sent++;
        sentBytes += file.bytes;
      }
    }
    // Readers of the latest release want a whole one.
    if (release.version.since === undefined) await this.#movePointer(release);
    await this.#giveUpClaim();
    const url = `${this.name}/${folderOf(release)}`;
    // A whole release that is there is seen before, by the pointer; a delta is seen only here.
    return { sent, sentBytes, skipped, url, unchanged: sent === 0 && release.version.since !== undefined };
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
    const gone: StandingRelease[] = [];
    for (const one of old) {
      // Another publish may have gone back to it meanwhile.
      if (!isDry && (await this.#isNamedLatest(one.version))) continue;
      if (!isDry) await removeRelease(place, one);
      gone.push(one);
    }
    return {
      releases: gone.map(({ version }) => version),
      files: gone.reduce((sum, { paths }) => sum + paths.length, 0),
      bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  async #isNamedLatest(version: string): Promise<boolean> {
    const found = await this.#get(POINTER);
    return found !== undefined && parsePointer(found.text, `${this.name}/${POINTER}`).version === version;
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
    const there = await this.#get(`${folderOf(release)}${RELEASE_MANIFEST}`);
    const standing = there === undefined ? release : asItStands(release, there.text);
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
      if (requesterPays) await this.#setRequesterPays();
    } catch (error) {
      // Nothing was sent: the next publish need not wait for this one.
      if (error instanceof Failure && error.outcome !== "temporary") await this.#giveUpClaim();
      throw error;
    }
  }

  async #isThere(release: Release, file: ReleaseFile): Promise<boolean> {
    const { status, headers } = await this.#bucket.ask({ method: "HEAD", key: this.#keyOf(release, file) });
    if (status !== 200) return false;
    return (
      Number(headers.get("content-length")) === file.bytes && headers.get("x-amz-meta-sha256") === file.sha256
    );
  }

  /** Copies a file of the last release at the server; false where it has none of these bytes, or cannot. */
  async #copy(release: Release, file: ReleaseFile, from: string | undefined): Promise<boolean> {
    if (from === undefined || this.#pointer === undefined || file.bytes > MOST_COPIED) return false;
    const source = [this.#bucket.name, ...this.#key(this.#pointer.path + from).split("/")];
    const { acl } = this.#options;
    await this.#bucket.ask({
      method: "PUT",
      key: this.#keyOf(release, file),
      headers: {
        "x-amz-copy-source": source.map(encodeURIComponent).join("/"),
        ...(acl === undefined ? {} : { "x-amz-acl": acl }),
      },
    });
    return this.#isThere(release, file);
  }

  async #upload(release: Release, file: ReleaseFile, path: string): Promise<void> {
    const { partBytes } = this.#options;
    await this.#store(release, file, async (key) => {
      const upload: Upload = {
        ...file,
        key,
        path,
        headers: this.#headersFor(file),
        abilities: this.#abilities,
      };
      if (file.bytes > partBytes) await uploadInParts(this.#bucket, upload, partBytes, this.#options);
      else await this.#putBytes(key, file, await readFile(path));
    });
  }

  #putText(release: Release, file: ReleaseFile, text: string): Promise<void> {
    return this.#store(release, file, (key) => this.#putBytes(key, file, Buffer.from(text)));
  }

  /** Sends a file, and looks whether it arrived. What a publish that was given up has left there makes room. */
  async #store(release: Release, file: ReleaseFile, send: (key: string) => Promise<void>): Promise<void> {
    const key = this.#keyOf(release, file);
    for (const isLast of [false, true]) {
      await send(key);
      if (await this.#isThere(release, file)) return;
      if (!isLast) await this.#bucket.demand({ method: "DELETE", key });
    }
    throw new Failure(
      "refused",
      `s3://${this.#bucket.name}/${key} is not what was sent: its size or checksum differs`,
    );
  }

  /** Puts an object that is not there; one that is there is looked at afterwards. */
  async #putBytes(key: string, file: ReleaseFile, body: Uint8Array): Promise<void> {
    const request = { method: "PUT", key, body } as const;
    const { conditions, checksums } = this.#abilities;
    const sum = Buffer.from(file.sha256, "hex").toString("base64");
    const answer = await this.#bucket.ask({
      ...request,
      headers: {
        ...this.#headersFor(file),
        "x-amz-meta-sha256": file.sha256,
        ...(checksums ? { "x-amz-checksum-sha256": sum } : {}),
        ...(conditions ? { "if-none-match": "*" } : {}),
      },
    });
    if (answer.status !== 200 && answer.status !== 412) throw this.#bucket.failure(request, answer);
  }

  #headersFor({ path }: ReleaseFile): Record<string, string> {
    const { acl } = this.#options;
    return { "content-type": typeOf(path), ...(acl === undefined ? {} : { "x-amz-acl": acl }) };
  }

  /** Sets who pays, and looks whether the server took it. */
  async #setRequesterPays(): Promise<void> {
    const query = { requestPayment: "" };
    const body =
      '<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Payer>Requester</Payer></RequestPaymentConfiguration>';
    const request = { method: "PUT", query, body, headers: { "content-type": "application/xml" } } as const;
    const answer = await this.#bucket.ask(request);
    const problem = `--requester-pays: the S3 server cannot make requesters of ${this.#bucket.name} pay`;
    if (answer.status !== 200) {
      const { outcome, message } = this.#bucket.failure(request, answer);
      throw new Failure(outcome, `${problem}: ${message}`);
    }
    const { text } = await this.#bucket.demand({ method: "GET", query });
    if (textsIn(text, "Payer")[0] !== "Requester")
      throw new Failure("refused", `${problem}: it did not keep the setting`);
  }

  async #movePointer(release: Release): Promise<void> {
    const { acl } = this.#options;
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
        ...(acl === undefined ? {} : { "x-amz-acl": acl }),
      },
    });
    if (answer.status === 200) return;
    if (answer.status !== 412 && answer.status !== 409) throw this.#bucket.failure(request, answer);
    // An attempt whose answer was lost, or the same publish twice.
    if ((await this.#get(POINTER))?.text === body) return;
    throw this.#overtaken();
  }

  #pointerCondition(): Record<string, string> {
    if (!this.#abilities.conditions) return {};
    return this.#pointerTag === undefined ? { "if-none-match": "*" } : { "if-match": this.#pointerTag };
  }

  async #pointerHasMoved(): Promise<boolean> {
    const text = (await this.#get(POINTER))?.text;
    const now = text === undefined ? undefined : parsePointer(text, `${this.name}/${POINTER}`);
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
  const files = filesOf(release);
  return { version, previous, since, date, paths: files.map(({ path }) => path), bytes: bytesOf(files) };
}
