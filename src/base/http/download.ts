import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { Failure } from "../failure.js";
import { FORMAT_BYTES } from "../files/index.js";
import { heldSecrets } from "../secrets/index.js";
import { systemClock } from "./clock.js";
import { DownloadPart, type Version } from "./download-part.js";
import { Connections } from "./exchange.js";
import { whyUnexpected, withHead } from "./expected.js";
import { type Asker, userAgentOf } from "./given.js";
import { Hosts } from "./hosts.js";
import { type Limits, TooSlow } from "./limits.js";
import { type NothingLeft, type RangeBytes, type RangeRequest, requestRange } from "./range.js";
import { redactUrl } from "./redact.js";
import { RetryableError, type RetryOptions, retrying } from "./retry.js";

/** What `download` may be told. */
export interface DownloadOptions extends Asker, Omit<RetryOptions, "random"> {
  /** Which hosts may be asked; without it that of the address, and public ones. */
  readonly hosts?: Hosts | undefined;
  /** Told as bytes come: how many are there, and of how many where the server says so. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
  /** Looks at the whole file before it appears under its name. If it says no, the file is removed. */
  readonly check?: (path: string) => Promise<boolean>;
  readonly limits?: Partial<Limits>;
}

/** A connection that gives less than this before it breaks counts as a failed attempt. */
const PROGRESS = 1024 * 1024;
const ANOTHER = "the file on the server is another one now";
/** A file that changes before each resumption never becomes whole. */
const MOST_STARTS = 5;
/** A connection that gives fewer bytes than this in this time (ms) counts as broken. */
const LEAST = { bytes: 60 * 1024, time: 60_000 };

/**
 * Downloads a large file. What is there of an earlier, broken download is kept as `path.part` and gone on from, as long
 * as the server still has the same file; otherwise the download starts over. A connection that breaks is opened again.
 * The file appears under its name when it is whole. Throws a `Failure`: `temporary` when running again can help.
 */
export async function download(url: URL, path: string, options: DownloadOptions): Promise<void> {
  const job = new Download(url, path, options);
  try {
    await job.run();
  } finally {
    await job.close();
  }
}

class Download {
  readonly #url: URL;
  readonly #path: string;
  readonly #part: DownloadPart;
  readonly #options: DownloadOptions;
  readonly #agentName: string;
  readonly #hosts: Hosts;
  readonly #connections: Connections;
  #version: Version | undefined;
  #done = 0;
  /** How far the download has come before. */
  #best = 0;
  #starts = 0;

  constructor(url: URL, path: string, options: DownloadOptions) {
    this.#url = url;
    this.#path = path;
    this.#part = new DownloadPart(path);
    this.#options = options;
    this.#agentName = userAgentOf(options);
    const { hosts = new Hosts({ given: [url] }), limits, clock } = options;
    this.#hosts = hosts;
    this.#connections = new Connections({ hosts, limits, clock, connections: 1 });
  }

  async run(): Promise<void> {
    // What an earlier run left, if it is of the same address and can be continued.
    const left = await this.#part.look(this.#address);
    [this.#done, this.#version] = [left?.size ?? 0, left?.version];
    await retrying(() => this.#attempts(), this.#options);
    await this.#finish();
  }

  async close(): Promise<void> {
    // Not `close`, which waits for a body that nobody reads any more.
    await this.#connections.destroy();
  }

  /** Attempts, as long as each of them comes further than all before. */
  async #attempts(): Promise<void> {
    for (;;) {
      this.#best = Math.max(this.#best, this.#done);
      try {
        return await this.#attempt();
      } catch (error) {
        if (!(error instanceof RetryableError) || this.#done - this.#best < PROGRESS) throw error;
        this.#options.onRetry?.(`${error.message}; going on from byte ${this.#done}`);
      }
    }
  }

  async #attempt(): Promise<void> {
    let rest: NothingLeft | undefined;
    do {
      const request: RangeRequest = {
        ...{ url: this.#url, from: this.#done, validator: this.#version?.validator },
        ...{ userAgent: this.#agentName, connections: this.#connections, hosts: this.#hosts },
        signal: this.#options.signal,
      };
      rest = await requestRange(request, (bytes) => this.#take(bytes));
      if (rest?.size === this.#done && this.#isOfThisSize(rest.size)) return;
      if (rest) await this.#startOver(ANOTHER);
    } while (rest);
  }

  async #take(bytes: RangeBytes): Promise<void> {
    if (bytes.from !== this.#done) await this.#startOver(this.#whyWhole(bytes));
    if (bytes.from === 0) return this.#write(bytes);
    // Servers that do not look at what the rest was asked of: it would be the rest of another file.
    if (!this.#isRestOf(bytes)) {
      await this.#startOver(ANOTHER);
      throw new RetryableError(`${redactUrl(this.#url)}: ${ANOTHER}`);
    }
    const { validator, size = bytes.total } = this.#version ?? {};
    await this.#write({ ...bytes, validator, total: size });
  }

  /** Whether bytes from the middle are of the file that was begun, as far as the server says. */
  #isRestOf({ validator, total }: RangeBytes): boolean {
    const known = this.#version?.validator;
    // One may be a tag and the other a time, which cannot be compared.
    const isComparable = validator?.startsWith('"') === known?.startsWith('"');
    return (!isComparable || validator === known) && (total === undefined || this.#isOfThisSize(total));
  }

  #isOfThisSize(size: number): boolean {
    return this.#version?.size === undefined || this.#version.size === size;
  }

  #whyWhole({ validator }: { validator: string | undefined }): string {
    return validator !== undefined && validator === this.#version?.validator
      ? "the server does not go on from the middle"
      : ANOTHER;
  }

  async #startOver(why: string): Promise<void> {
    if (++this.#starts > MOST_STARTS) {
      const problem = `${why}, for the ${MOST_STARTS + 1}th time; gave up: try again later`;
      throw new Failure("temporary", `${redactUrl(this.#url)}: ${problem}`);
    }
    this.#options.onRetry?.(`${why}: starting over`);
    this.#done = 0;
    this.#version = undefined;
    await this.#part.remove();
  }

  async #write(bytes: RangeBytes): Promise<void> {
    const { body, total } = bytes;
    let file: FileHandle | undefined;
    const quiet = this.#watchSpeed(body);
    try {
      for await (const chunk of this.#done === 0 ? withHead(body) : body) {
        if (this.#done === 0) this.#checkHead(chunk as Buffer);
        if (!file) await this.#keepVersion(bytes);
        file ??= await this.#part.open(this.#done === 0);
        await this.#writeAt(file, chunk as Buffer);
        this.#done += (chunk as Buffer).length;
        this.#options.onProgress?.(this.#done, total);
      }
      await file?.sync();
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (error instanceof Failure) throw error;
      const reason = error instanceof TooSlow ? `gave ${error.message}` : "broke";
      throw new RetryableError(`the connection to ${this.#url.host} ${reason} at byte ${this.#done}`, {
        cause: error,
      });
    } finally {
      quiet();
      body.destroy();
      await file?.close();
    }
    if (this.#done === 0) throw new RetryableError(`${redactUrl(this.#url)} answered with nothing`);
    if (total !== undefined && this.#done !== total)
      throw new RetryableError(`the connection to ${this.#url.host} ended at byte ${this.#done} of ${total}`);
  }

  /** Ends a body that comes too slowly. */
  #watchSpeed(body: Readable): () => void {
    const { clock = systemClock } = this.#options;
    let quiet = () => {};
    const watch = () => {
      const before = this.#done;
      quiet = clock.alarm(LEAST.time, () => {
        if (this.#done - before >= LEAST.bytes) watch();
        else body.destroy(new TooSlow(`fewer than ${LEAST.bytes} bytes`, LEAST.time));
      });
    };
    watch();
    return () => quiet();
  }

  /** Before anything is written: a page that says "404" is not the file, whatever its status. */
  #checkHead(head: Buffer): void {
    const why = whyUnexpected(this.#url.pathname, head.subarray(0, FORMAT_BYTES));
    if (why === undefined) return;
    throw new Failure("refused", `${redactUrl(this.#url)} answered with ${why}; look at it in a browser`);
  }

  async #writeAt(file: FileHandle, bytes: Buffer): Promise<void> {
    try {
      for (let at = 0; at < bytes.length; ) {
        at += (await file.write(bytes, at, bytes.length - at, this.#done + at)).bytesWritten;
      }
    } catch (error) {
      throw this.#part.failed("write", error);
    }
  }

  async #keepVersion({ validator, total }: RangeBytes): Promise<void> {
    if (this.#version?.validator === validator && this.#version?.size === total) return;
    const address = this.#address;
    this.#version = { address, validator, size: total };
    // A server that quotes our secrets gets its file asked for from the start.
    const isSafe = !heldSecrets().areIn(JSON.stringify(this.#version));
    await this.#part.note(isSafe ? this.#version : { address });
  }

  async #finish(): Promise<void> {
    const { check } = this.#options;
    if (check && !this.#part.isInPlace && !(await check(this.#part.path))) {
      await this.#part.discard();
      throw new Failure(
        "temporary",
        `${this.#path} did not come as it was published (another checksum) and was removed; run this again`,
      );
    }
    await this.#part.finish(this.#done);
  }

  get #address(): string {
    return createHash("sha256").update(redactUrl(this.#url)).digest("hex");
  }
}
