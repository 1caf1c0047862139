import { Failure } from "../failure.js";
import type { Json } from "../ndjson/index.js";
import { systemClock } from "./clock.js";
import { ACCEPT_ENCODING } from "./decode.js";
import { type Answer, Connections, type Exchange } from "./exchange.js";
import { type Asker, userAgentOf } from "./given.js";
import { Hosts } from "./hosts.js";
import { readJson } from "./json.js";
import type { Limits } from "./limits.js";
import { Pace, Resting } from "./pace.js";
import { redactUrl } from "./redact.js";
import { following, isRedirect, targetOf } from "./redirects.js";
import { type RetryOptions, type RetryRules, retrying } from "./retry.js";
import { refuse, retryableAnswer, throwIfPassing } from "./why-failed.js";

/** One request of a provider's API. */
export interface Request {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON with POST; without it the request is a GET. */
  readonly body?: Json;
  /** Reads the answer where `JSON.parse` cannot; throws a `SyntaxError` as it does. */
  readonly parse?: ((text: string) => Json) | undefined;
  /** Looks at an answer that came with status 200: a reason to ask again, where it only says "busy". */
  readonly busy?: (answer: Json) => string | undefined;
}

/** One answer as it came, when nothing is followed. */
export interface Redirect {
  readonly status: number;
  /** Where the answer leads, if it is a redirect. */
  readonly target?: URL;
}

/** The polite client as providers see it. */
export interface Client {
  /**
   * Asks for a JSON document: paced, retried, redirected (the key stays with the host it was meant for). Throws a
   * `Failure`: `temporary` when running again later can help, `refused` or `no_permission` when it cannot. No
   * message holds a key.
   */
  json(request: Request): Promise<Json>;
  /**
   * The size of a file in bytes, from a HEAD request; null where the server does not tell, and for some minutes where it
   * has not answered for several files one after the other.
   */
  fileSize(url: URL): Promise<number | null>;
  /** The headers of an answer without its body; names in lower case. Fails like `json`. */
  head(request: Request): Promise<Readonly<Record<string, string>>>;
}

/** What `createClient` may be told; only `version` is needed. */
export interface ClientOptions extends Asker, RetryOptions {
  /** Which hosts may be asked. Without it, those of the addresses that the client is given, and public ones. */
  readonly hosts?: Hosts | undefined;
  /** Seconds from the start of one request to the start of the next, at least. */
  readonly delay?: number | undefined;
  /** Told before every request, its retries and redirects included; what it throws ends the request. */
  readonly onRequest?: ((url: URL) => Promise<void>) | undefined;
  readonly limits?: Partial<Limits>;
}

/** A size is not worth more: one and two seconds of waiting. */
const FEW_RETRIES = { retries: 2 };

const JSON_TYPE = { "content-type": "application/json" };

/** Connections to one host: requests are sent one after the other, and a kept one may be closing. */
const CONNECTIONS = 2;

/** A client for one provider: one pace for all its requests. */
export function createClient(options: ClientOptions): OpenClient {
  return new OpenClient(options);
}

/** A client that has connections to close. */
export class OpenClient implements Client {
  /** How many requests had to be sent again. */
  retries = 0;
  readonly #options: ClientOptions;
  readonly #pace: Pace;
  readonly #hosts: Hosts;
  readonly #connections: Connections;
  readonly #userAgent: string;
  /** Hosts whose files are not asked for their sizes now. */
  readonly #resting: Resting;

  constructor(options: ClientOptions) {
    this.#options = options;
    const { limits, delay = 0, clock = systemClock, hosts = new Hosts() } = options;
    this.#pace = new Pace(delay * 1000, clock);
    this.#hosts = hosts;
    this.#connections = new Connections({ limits, hosts, clock, connections: CONNECTIONS });
    this.#userAgent = userAgentOf(options);
    this.#resting = new Resting(clock);
  }

  async json({ url, headers = {}, body, parse = JSON.parse, busy }: Request): Promise<Json> {
    const all = { accept: "application/json", "accept-encoding": ACCEPT_ENCODING, ...headers };
    const asked: Exchange =
      body === undefined
        ? { method: "GET", url, headers: all }
        : { method: "POST", url, headers: { ...all, ...JSON_TYPE }, body: JSON.stringify(body) };
    return this.#retrying(async () => {
      const answer = await this.#ask(asked);
      const value = readJson(answer.body, redactUrl(url), parse);
      const reason = busy?.(value);
      if (reason === undefined) return value;
      throw retryableAnswer(`${redactUrl(url)} answered: ${reason}`, answer);
    });
  }

  async head({ url, headers = {} }: Request): Promise<Answer["headers"]> {
    return (await this.#retrying(() => this.#ask({ method: "HEAD", url, headers }))).headers;
  }

  /** Asks for a short text like `json`. */
  async text({ url, headers = {} }: Request): Promise<string> {
    const all = { accept: "text/plain, */*", "accept-encoding": ACCEPT_ENCODING, ...headers };
    const { body } = await this.#retrying(() => this.#ask({ method: "GET", url, headers: all }));
    return body.toString("utf8");
  }

  async fileSize(url: URL): Promise<number | null> {
    if (this.#resting.has(url)) return null;
    try {
      // Compressed, the length would not be the file's.
      const headers = { "accept-encoding": "identity" };
      const answer = await this.#retrying(() => this.#ask({ method: "HEAD", url, headers }), FEW_RETRIES);
      this.#resting.note(url, false);
      const length = answer.headers["content-length"];
      return length !== undefined && /^\d+$/.test(length) ? Number(length) : null;
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      // One file that fails must not stop a walk: its size is left open.
      if (!(error instanceof Failure)) throw error;
      this.#resting.note(url, error.retryable);
      return null;
    }
  }

  /**
   * Asks for an address without following it: paced and retried like `json`, but any status that no retry can change
   * is an answer. For those who must look at every step themselves.
   */
  async redirect({ url, headers = {} }: Request): Promise<Redirect> {
    this.#giveIfFree(url);
    return this.#retrying(async () => {
      const answer = await this.#exchange({ method: "GET", url, headers: { accept: "*/*", ...headers } });
      if (isRedirect(answer)) return { status: answer.status, target: targetOf(answer, url) };
      throwIfPassing(answer, redactUrl(url));
      return { status: answer.status };
    });
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }

  #retrying<T>(work: () => Promise<T>, rules: Partial<RetryRules> = {}): Promise<T> {
    const onRetry = (problem: string) => {
      this.retries++;
      this.#options.onRetry?.(problem);
    };
    return retrying(work, { ...this.#options, retry: { ...rules, ...this.#options.retry }, onRetry });
  }

  /** One attempt, redirects included. */
  async #ask(asked: Exchange): Promise<Answer> {
    this.#giveIfFree(asked.url);
    const { answer, url } = await following(asked, { hosts: this.#hosts }, (one) => this.#exchange(one));
    return accept(answer, url);
  }

  /** Nobody has said which hosts are given: those that are asked without a redirect. */
  #giveIfFree(url: URL): void {
    if (this.#options.hosts === undefined) this.#hosts.give(url);
  }

  /** One request in its turn. */
  async #exchange(asked: Exchange): Promise<Answer> {
    const { signal, onRequest } = this.#options;
    await this.#pace.turn(signal);
    await onRequest?.(asked.url);
    const headers = { ...asked.headers, "user-agent": this.#userAgent };
    return this.#connections.exchange({ ...asked, headers, signal });
  }
}

/** What a status means where an API was asked. */
const ADVICE = {
  denied: "check the API key, and name a contact with --contact",
  refused: "the address or its parameters are not what the API expects",
};

/** The answer if it is a good one; else throws what the status means. */
function accept(answer: Answer, url: URL): Answer {
  const { status } = answer;
  return status >= 200 && status < 300 ? answer : refuse(answer, redactUrl(url), ADVICE);
}
