import { readFile } from "node:fs/promises";
import { Failure } from "../../../../base/failure.js";
import type { Watch } from "../../checks/shard-files.js";
import type { ReleaseFile } from "../../release-manifest.js";
import type { Abilities } from "./abilities.js";
import type { Bucket } from "./bucket.js";
import { uploadInParts } from "./upload.js";

/** How objects are sent. */
export interface ObjectOptions extends Watch {
  /** Files above this size go in parts of it, in bytes. */
  readonly partBytes: number;
  /** A canned ACL for every object, such as `public-read`. */
  readonly acl?: string | undefined;
}

/** Media types of the files of a release, by the ends of their names. */
const TYPES: Readonly<Record<string, string>> = {
  cff: "application/yaml",
  json: "application/json",
  md: "text/markdown; charset=utf-8",
  ndjson: "application/x-ndjson",
  parquet: "application/vnd.apache.parquet",
  svg: "image/svg+xml",
};

/** The largest object that can be copied at the server in one go, by the rules of S3. */
const MOST_COPIED = 5 * 1024 ** 3;

type Content = Pick<ReleaseFile, "bytes" | "sha256">;

/** What an object is, by its headers: no byte of it is read. Every object that we send says its SHA-256. */
export async function lookAt(bucket: Bucket, key: string, { bytes, sha256 }: Content) {
  const { status, headers } = await bucket.ask({ method: "HEAD", key });
  const said = status === 200 ? headers.get("x-amz-meta-sha256") : null;
  const isSame = said === sha256 && Number(headers.get("content-length")) === bytes;
  return { status, isSame, isOurs: /^[0-9a-f]{64}$/.test(said ?? "") };
}

export function aclHeader({ acl }: Pick<ObjectOptions, "acl">): Record<string, string> {
  return acl === undefined ? {} : { "x-amz-acl": acl };
}

/** The objects of a release: sent, and looked at afterwards. */
export class Objects {
  readonly #bucket: Bucket;
  readonly #options: ObjectOptions;
  /** What the server can do. */
  readonly #abilities: Abilities;

  constructor(bucket: Bucket, abilities: Abilities, options: ObjectOptions) {
    this.#bucket = bucket;
    this.#abilities = abilities;
    this.#options = options;
  }

  /**
   * Whether a file of the release is there. Throws a `Failure` ("no_output") where the object is not ours: it has no
   * SHA-256 among its headers, which all of ours have.
   */
  async has(key: string, file: ReleaseFile): Promise<boolean> {
    const { status, isSame, isOurs } = await lookAt(this.#bucket, key, file);
    if (isSame || isOurs || status !== 200) return isSame;
    const problem = `s3://${this.#bucket.name}/${key} is there already, and no release of ours wrote it`;
    throw new Failure("no_output", `${problem}; move it away, or name another release with --release`);
  }

  /** Copies a file of the last release at the server; false where it has none of these bytes, or cannot. */
  async copy(key: string, file: ReleaseFile, from: string): Promise<boolean> {
    if (file.bytes > MOST_COPIED) return false;
    const source = [this.#bucket.name, ...from.split("/")];
    const headers = { "x-amz-copy-source": source.map(encodeURIComponent).join("/") };
    await this.#bucket.ask({ method: "PUT", key, headers: { ...headers, ...aclHeader(this.#options) } });
    return (await lookAt(this.#bucket, key, file)).isSame;
  }

  async upload(key: string, file: ReleaseFile, path: string): Promise<void> {
    const { partBytes } = this.#options;
    await this.#store(key, file, async () => {
      const upload = { ...file, key, path, headers: this.#headersFor(file), abilities: this.#abilities };
      if (file.bytes > partBytes) await uploadInParts(this.#bucket, upload, partBytes, this.#options);
      else await this.#putBytes(key, file, await readFile(path));
    });
  }

  putText(key: string, file: ReleaseFile, text: string): Promise<void> {
    return this.#store(key, file, () => this.#putBytes(key, file, Buffer.from(text)));
  }

  /** Sends a file, and looks whether it arrived. What a publish that was given up has left there makes room. */
  async #store(key: string, file: ReleaseFile, send: () => Promise<void>): Promise<void> {
    const place = `s3://${this.#bucket.name}/${key}`;
    for (const isLast of [false, true]) {
      await send();
      const { status, isSame } = await lookAt(this.#bucket, key, file);
      if (isSame) return;
      if (isLast || (status !== 200 && status !== 404)) {
        const why =
          status === 200
            ? "its size or checksum differs"
            : `asked for it, the server answers with status ${status}`;
        throw new Failure("refused", `${place} is not what was sent: ${why}`);
      }
      if (status === 200) await this.#bucket.demand({ method: "DELETE", key });
    }
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
    const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
    return { "content-type": type, ...aclHeader(this.#options) };
  }
}
