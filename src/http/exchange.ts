import type { Readable } from "node:stream";
import type { Agent } from "undici";
import { errorCode, Failure } from "../failure.js";
import { decode } from "./decode.js";
import { redactUrl } from "./redact.js";
import { Trouble } from "./retry.js";

/** Limits of one exchange: times in milliseconds, sizes in bytes. */
export interface Limits {
  readonly connect: number;
  /** From the request to the answer's headers. */
  readonly headers: number;
  /** Between two pieces of the answer's body. */
  readonly body: number;
  /** From the request to the last byte of the answer. */
  readonly total: number;
  /** The most bytes of a body, after decompression. */
  readonly size: number;
}

export const LIMITS: Limits = {
  connect: 15_000,
  headers: 120_000,
  body: 60_000,
  total: 600_000,
  size: 256 * 1024 * 1024,
};

/** Connections to one host: requests are sent one after the other, and a kept one may be closing. */
const CONNECTIONS = 2;

/** An answer as it came, redirects and errors included. */
export interface Answer {
  readonly status: number;
  /** Names in lower case; of a repeated header the first value. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed; empty for a HEAD request and for redirects. */
  readonly body: Buffer;
}

export interface Exchange {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests over kept-alive connections. undici is loaded with the first one: `--help` does not wait for it. */
export class Connections {
  readonly #limits: Limits;
  #agent: Agent | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * One request and its answer. Throws a `Trouble` when the connection or the answer breaks or takes too long, a
   * `Failure` when another attempt cannot help, the signal's reason when it is aborted.
   */
  async exchange({ method, url, headers, body: sent, signal }: Exchange): Promise<Answer> {
    const undici = await import("undici");
    this.#agent ??= new undici.Agent({
      connect: { timeout: this.#limits.connect },
      connections: CONNECTIONS,
      headersTimeout: this.#limits.headers,
      bodyTimeout: this.#limits.body,
    });
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal?.reason);
    const timer = setTimeout(() => stop.abort(new TooSlow()), this.#limits.total);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      signal?.throwIfAborted();
      const options = { method, headers, body: sent ?? null, dispatcher: this.#agent, signal: stop.signal };
      const answer = await undici.request(url, options);
      const plain = firstValues(answer.headers);
      const body = await this.#read(answer.body, plain, isRead(method, answer.statusCode));
      return { status: answer.statusCode, headers: plain, body };
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#explain(error, url);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Closes the connections; requests under way end first. */
  async close(): Promise<void> {
    await this.#agent?.close();
  }

  async #read(body: Readable, headers: Answer["headers"], wanted: boolean): Promise<Buffer> {
    if (wanted) return decode(body, headers["content-encoding"], this.#limits.size);
    // Short bodies are read to keep the connection, long ones are not worth it.
    let size = 0;
    for await (const chunk of body) {
      size += (chunk as Buffer).length;
      if (size > 64 * 1024) break;
    }
    return Buffer.alloc(0);
  }

  #explain(error: unknown, url: URL): Error {
    if (error instanceof Failure) return new Failure(error.outcome, `${redactUrl(url)}: ${error.message}`);
    const code = error instanceof TooSlow ? "TOTAL_TIMEOUT" : (errorCode(error) ?? "");
    const seconds = (limit: number) => `in ${limit / 1000} s`;
    const reasons: Record<string, string> = {
      TOTAL_TIMEOUT: `no whole answer ${seconds(this.#limits.total)}`,
      UND_ERR_CONNECT_TIMEOUT: `no connection ${seconds(this.#limits.connect)}`,
      UND_ERR_HEADERS_TIMEOUT: `no answer ${seconds(this.#limits.headers)}`,
      UND_ERR_BODY_TIMEOUT: `the answer stopped for ${this.#limits.body / 1000} s`,
      ECONNREFUSED: "the connection was refused",
      ENOTFOUND: "there is no such host, or no network",
      EAI_AGAIN: "the host's address could not be looked up",
    };
    if (isHopeless(code)) {
      const words =
        code === "UND_ERR_INVALID_ARG" ? "it cannot be sent (is the key or contact one line?)" : code;
      return new Failure("refused", `the request to ${redactUrl(url)} failed: ${words}`, { cause: error });
    }
    const reason = reasons[code] ?? `the connection broke off (${code || "unknown reason"})`;
    return new Trouble(`the request to ${redactUrl(url)} failed: ${reason}`, { cause: error });
  }
}

class TooSlow extends Error {}

/** Bodies that somebody will look at. */
function isRead(method: string, status: number): boolean {
  return method !== "HEAD" && status >= 200 && status < 300;
}

/** Certificates that are wrong and requests that cannot be sent stay so. */
function isHopeless(code: string): boolean {
  return /^(?:UND_ERR_INVALID_ARG|CERT_|ERR_TLS_|DEPTH_ZERO_SELF|SELF_SIGNED|UNABLE_TO_)/.test(code);
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
