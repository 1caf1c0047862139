import type { Readable } from "node:stream";
import type { Agent, Dispatcher } from "undici";
import { type Clock, systemClock } from "./clock.js";
import { decode } from "./decode.js";
import { Hosts } from "./hosts.js";
import { LIMITS, type Limits, TooSlow } from "./limits.js";
import { endWhilePaused } from "./paused-ends.js";
import { type NameOf, redactUrl } from "./redact.js";
import { RetryableError } from "./retry.js";
import { whyFailed } from "./why-failed.js";

/** RFC 9110, §15: a larger status is not valid, and Node's `Response` throws at it. */
const LAST_STATUS = 599;
/** Answers that have no body, whatever their headers say of one. */
export const BODILESS = new Set([204, 205, 304]);
/** The slowest upload, in bytes a second: slower connections count as dead. */
const LEAST_SPEED = 16 * 1024;
/** The longest time that an alarm can be set to. */
const LONGEST = 2 ** 31 - 1;
/** How much of an unwanted body is read, to keep the connection; more is not worth it. */
const UNWANTED = 64 * 1024;

/** An answer whose body is still to come. */
export interface Opened {
  readonly status: number;
  /** Names in lower case; of a repeated header the first value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** An answer as it came, redirects and errors included. */
export interface Answer extends Omit<Opened, "body"> {
  /** Decompressed; empty for a HEAD request and, unless it is wanted, for redirects and errors. */
  readonly body: Buffer;
}

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Blob | AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Reads the bodies of redirects and errors, too. */
  readonly readsAll?: boolean;
}

export interface ConnectionsOptions {
  readonly limits?: Partial<Limits> | undefined;
  /** Which hosts may be asked; without it public ones. */
  readonly hosts?: Hosts | undefined;
  /** Connections to one host. */
  readonly connections: number;
  /** How messages name an address; without it, without keys. */
  readonly nameOf?: NameOf | undefined;
  readonly clock?: Clock | undefined;
}

/** Sends requests over kept-alive connections. undici is loaded with the first one: `--help` does not wait for it. */
export class Connections {
  readonly #limits: Limits;
  readonly #hosts: Hosts;
  readonly #clock: Clock;
  readonly #nameOf: NameOf;
  readonly #connections: number;
  #agent: Agent | undefined;

  constructor(options: ConnectionsOptions) {
    const { limits, hosts = new Hosts(), connections, nameOf = redactUrl, clock = systemClock } = options;
    this.#limits = { ...LIMITS, ...limits };
    this.#hosts = hosts;
    this.#nameOf = nameOf;
    this.#connections = connections;
    this.#clock = clock;
  }

  /**
   * One request and its whole answer; redirects are answers. Throws a `RetryableError` when the connection or the answer breaks
   * or takes too long, a `Failure` when another attempt cannot help, the signal's reason when it is aborted.
   */
  exchange(asked: Exchange): Promise<Answer> {
    const { total } = this.#limits;
    return this.use(asked, async ({ body, ...headed }) => {
      const quiet = this.#clock.alarm(total, () => body.destroy(new TooSlow("no whole answer", total)));
      try {
        return { ...headed, body: await this.#read(asked, headed, body) };
      } catch (error) {
        asked.signal?.throwIfAborted();
        throw this.#explain(error, asked);
      } finally {
        quiet();
      }
    });
  }

  /**
   * One request; `take` has its answer as soon as it begins, and reads the body, which ends when the signal is aborted.
   * Throws like `exchange` until the answer begins, and then what `take` throws.
   */
  async use<T>(asked: Exchange, take: (opened: Opened) => Promise<T>): Promise<T> {
    const { signal } = asked;
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      signal?.throwIfAborted();
      const opened = await this.#open(asked, stop);
      return await take(opened).catch((error: unknown) => {
        // The rest is not read, and the next request would wait for its connection.
        opened.body.destroy();
        throw error;
      });
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async #open(asked: Exchange, stop: AbortController): Promise<Opened> {
    const { method, url, signal } = asked;
    const { connect, headers: wait } = this.#limits;
    // undici's own limits start again with every byte of headers, and ignore bodies that are not read.
    const time = Math.min(connect + wait + (sizeOf(asked.body) / LEAST_SPEED) * 1000, LONGEST);
    const quiet = this.#clock.alarm(time, () => stop.abort(new TooSlow("no answer", time)));
    try {
      this.#hosts.check(url);
      const { request } = await import("undici");
      const answer = await request(url, {
        method: method as Dispatcher.HttpMethod,
        ...sent(asked),
        dispatcher: await this.#dispatcher(),
        signal: stop.signal,
      });
      // A body that is given up emits an error when nothing waits for it any more.
      answer.body.on("error", () => {});
      if (answer.statusCode > LAST_STATUS) {
        answer.body.destroy();
        throw new RetryableError(
          `${this.#nameOf(url)} answered with status ${answer.statusCode}, which HTTP does not have`,
        );
      }
      return { status: answer.statusCode, headers: firstValues(answer.headers), body: answer.body };
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#explain(error, asked);
    } finally {
      quiet();
    }
  }

  #explain(error: unknown, { url }: Exchange): Error {
    return whyFailed(error, url, this.#nameOf(url), this.#limits);
  }

  /** Closes the connections; requests under way end first. */
  async close(): Promise<void> {
    await this.#agent?.close();
  }

  /** Closes the connections at once, whatever is still to come. */
  async destroy(): Promise<void> {
    await this.#agent?.destroy();
  }

  /** Hosts that the person did not name are reached only at public addresses. */
  async #dispatcher(): Promise<Agent> {
    if (this.#agent) return this.#agent;
    const { Agent, buildConnector } = await import("undici");
    const timeout = this.#limits.connect;
    const toAny = buildConnector({ timeout });
    const toPublic = buildConnector({ timeout, lookup: this.#hosts.publicOnly });
    this.#agent ??= new Agent({
      connect: (to, done) => {
        const isTrusted = this.#hosts.isTrusted(new URL(`${to.protocol}//${to.host ?? to.hostname}`));
        (isTrusted ? toAny : toPublic)(to, (error, socket) => {
          if (error) return done(error, null);
          endWhilePaused(socket);
          done(null, socket);
        });
      },
      connections: this.#connections,
      headersTimeout: this.#limits.headers,
      bodyTimeout: this.#limits.body,
    });
    return this.#agent;
  }

  async #read(
    { method, readsAll }: Exchange,
    { status, headers }: Omit<Opened, "body">,
    body: Readable,
  ): Promise<Buffer> {
    const isWanted = method !== "HEAD" && (readsAll || (status >= 200 && status < 300));
    // Nothing, packed, is nothing: unpacked it would be an archive that is cut off.
    const isEmpty = BODILESS.has(status) || headers["content-length"] === "0";
    const encoding = isEmpty ? undefined : headers["content-encoding"];
    if (isWanted) return decode(body, encoding, this.#limits.size);
    let size = 0;
    for await (const chunk of body) {
      size += (chunk as Buffer).length;
      if (size > UNWANTED) break;
    }
    return Buffer.alloc(0);
  }
}

/** Larger bodies go in pieces of this size, in bytes. */
const PIECE = 64 * 1024;

/**
 * What undici is given to send. The time limit of the answer starts again with every piece; with a body in one piece, which
 * a slow line takes minutes for, it would not.
 */
function sent({ headers, body }: Exchange): Pick<Dispatcher.RequestOptions, "headers" | "body"> {
  const bytes = typeof body === "string" ? Buffer.from(body) : (body ?? null);
  // Blobs and iterables are streamed, as fetch does it; the types do not allow it.
  if (!(bytes instanceof Uint8Array) || bytes.length <= PIECE)
    return { headers, body: bytes as Readable | null };
  const length = String(bytes.length);
  return {
    headers: { ...headers, "content-length": length },
    body: piecesOf(bytes) as unknown as Readable,
  };
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PIECE) yield bytes.subarray(from, from + PIECE);
}

/** How much is sent, in bytes; as good as endless where that is unknown. */
function sizeOf(body: Exchange["body"]): number {
  if (body === undefined) return 0;
  if (typeof body === "string") return body.length;
  if (body instanceof Uint8Array) return body.byteLength;
  return body instanceof Blob ? body.size : Number.MAX_SAFE_INTEGER;
}

function firstValues(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[name.toLowerCase(), first]];
    }),
  );
}
