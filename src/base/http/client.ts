import { Failure } from "../failure.js";
import type { Json } from "../ndjson/index.js";
import { type Clock, systemClock } from "./clock.js";
import { ACCEPT_ENCODING } from "./decode.js";
import { type Answer, Connections, type Exchange, type Limits } from "./exchange.js";
import { Hosts } from "./hosts.js";
import { readJson } from "./json.js";
import { Pace } from "./pace.js";
import { redactUrl } from "./redact.js";
import { following, isRedirect, targetOf } from "./redirects.js";
import { Resting } from "./resting.js";
import { RETRY_RULES, type RetryRules, retrying, Trouble } from "./retry.js";
import { userAgentOf } from "./user-agent.js";

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
export interface ClientOptions {
  /** The package's version, for `User-Agent: ov-tools/1.2.3`. */
  readonly version: string;
  /** An e-mail or web address that the server's people can write to; part of the user agent. */
  readonly contact?: string | undefined;
  /** Which hosts may be asked. Without it, those of the addresses that the client is given, and public ones. */
  readonly hosts?: Hosts | undefined;
  /** Seconds from the start of one request to the start of the next, at least. */
  readonly delay?: number | undefined;
  /** Ends every request and every wait at once; its reason is what is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told before every request, its retries and redirects included; what it throws ends the request. */
  readonly onRequest?: ((url: URL) => Promise<void>) | undefined;
  readonly limits?: Partial<Limits>;
  readonly retry?: Partial<RetryRules>;
  /** Told before every retry: what happened, and the seconds to wait. For messages; holds no key. */
  readonly onRetry?: (problem: string, seconds: number) => void;
  /** For tests. */
  readonly clock?: Clock;
  /** For tests: from 0 to 1. */
  readonly random?: () => number;
}

/** A client that has connections to close. */
export interface OpenClient extends Client {
  /**
   * Asks for an address without following it: paced and retried like `json`, but any status that no retry can change
   * is an answer. For those who must look at every step themselves.
   */
  redirect(request: Request): Promise<Redirect>;
  /** Asks for a short text like `json`. */
  text(request: Request): Promise<string>;
  /** How many requests had to be sent again. */
  readonly retries: number;
  close(): Promise<void>;
}

/** Statuses that may be others the next time. */
const RETRIED = new Set([429, 500, 502, 503, 504]);
/** A size is not worth more: the catalogue waits one and two seconds for it, too. */
const FEW_RETRIES = { retries: 2 };

/** Connections to one host: requests are sent one after the other, and a kept one may be closing. */
const CONNECTIONS = 2;

/** A client for one provider: one pace for all its requests. */
export function createClient(options: ClientOptions): OpenClient {
  return new PoliteClient(options);
}

class PoliteClient implements OpenClient {
  retries = 0;
  readonly #options: ClientOptions;
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #hosts: Hosts;
  readonly #connections: Connections;
  readonly #userAgent: string;
  /** Hosts whose files are not asked for their sizes now. */
  readonly #resting: Resting;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#pace = new Pace((options.delay ?? 0) * 1000, this.#clock);
    this.#hosts = options.hosts ?? new Hosts();
    const { limits } = options;
    this.#connections = new Connections({
      ...{ limits, hosts: this.#hosts, connections: CONNECTIONS, clock: this.#clock },
    });
    this.#userAgent = userAgentOf(options);
    this.#resting = new Resting(this.#clock);
  }

  async json({ url, headers = {}, body, parse = JSON.parse, busy }: Request): Promise<Json> {
    const all = { accept: "application/json", "accept-encoding": ACCEPT_ENCODING, ...headers };
    const asked: Exchange =
      body === undefined
        ? { method: "GET", url, headers: all }
        : {
            method: "POST",
            url,
            headers: { ...all, "content-type": "application/json" },
            body: JSON.stringify(body),
          };
    return this.#retrying(async () => {
      const answer = await this.#ask(asked);
      const value = readJson(answer.body, redactUrl(url), parse);
      const reason = busy?.(value);
      if (reason === undefined) return value;
      throw new Trouble(`${redactUrl(url)} answered: ${reason}`, timesOf(answer));
    });
  }

  async head({ url, headers = {} }: Request): Promise<Answer["headers"]> {
    const answer = await this.#retrying(() => this.#ask({ method: "HEAD", url, headers }));
    return answer.headers;
  }

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
      // One file that cannot be had must not stop a walk: its size is left open.
      if (!(error instanceof Failure)) throw error;
      this.#resting.note(url, error.retryable);
      return null;
    }
  }

  async redirect({ url, headers = {} }: Request): Promise<Redirect> {
    this.#giveIfFree(url);
    return this.#retrying(async () => {
      const answer = await this.#exchange({ method: "GET", url, headers: { accept: "*/*", ...headers } });
      if (isRedirect(answer)) return { status: answer.status, target: targetOf(answer, url) };
      // What may change is tried again.
      if (RETRIED.has(answer.status)) accept(answer, url);
      return { status: answer.status };
    });
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }

  #retrying<T>(work: () => Promise<T>, rules: Partial<RetryRules> = {}): Promise<T> {
    return retrying(
      work,
      { ...RETRY_RULES, ...rules, ...this.#options.retry },
      {
        clock: this.#clock,
        random: this.#options.random ?? Math.random,
        signal: this.#options.signal,
        onRetry: (trouble, wait) => {
          this.retries++;
          this.#options.onRetry?.(trouble.message, wait / 1000);
        },
      },
    );
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

/** The answer if it is a good one; else what the status means. */
function accept(answer: Answer, url: URL): Answer {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  const problem = `${redactUrl(url)} answered with status ${status}`;
  if (RETRIED.has(status)) throw new Trouble(problem, timesOf(answer));
  if (status === 401 || status === 403) {
    throw new StatusFailure(
      status,
      "no_permission",
      `${problem}: it does not let us; check the API key, and name a contact with --contact`,
    );
  }
  throw status >= 500
    ? new StatusFailure(status, "temporary", `${problem}: try again later`)
    : new StatusFailure(
        status,
        "refused",
        `${problem}: the address or its parameters are not what the API expects`,
      );
}

/** An answer whose status no retry can change. */
export class StatusFailure extends Failure {
  constructor(
    readonly status: number,
    outcome: ConstructorParameters<typeof Failure>[0],
    message: string,
  ) {
    super(outcome, message);
  }
}

/** What an answer says about when to come back, and by which clock. */
function timesOf({ headers }: Answer): { retryAfter: string | undefined; date: string | undefined } {
  return { retryAfter: headers["retry-after"], date: headers.date };
}
