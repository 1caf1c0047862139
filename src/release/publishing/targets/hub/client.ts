import { Failure } from "../../../../base/failure.js";
import { retryingFetch } from "../../../../base/http/index.js";
import { isObject, jsonIn, type Shape } from "../../checks/shapes.js";
import { inWordsOf, oneLine } from "../answers.js";
import type { TargetContext } from "../target.js";
import { shapeFor } from "./answers.js";

/** Which dataset of which Hub, and who asks. */
export interface HubOptions extends TargetContext {
  /** `org/name`. */
  readonly repo: string;
  readonly hubUrl: string;
  readonly token: string;
}

/** The Hub, or the storage that it sends files to, has refused something. */
export class HubRefusal extends Error {
  constructor(
    readonly status: number,
    /** What it says itself, in a line; empty where it says nothing. */
    readonly said: string,
    /** Whether it was storage, which knows nothing of our token. */
    readonly isStorage: boolean,
  ) {
    super(`status ${status}`);
  }
}

/**
 * Asks the Hub, with our token, and is the `fetch` of its official client. The token goes to the Hub's own address and to no
 * other, whoever names it; and what the official client reads is checked first, for it trusts every answer.
 */
export class HubClient {
  readonly options: HubOptions;
  /** What is published to, for messages: `hf:org/name`. */
  readonly name: string;
  readonly #fetch: typeof fetch;

  constructor(options: HubOptions) {
    this.options = options;
    this.name = `hf:${options.repo}`;
    const { hubUrl, sending } = options;
    this.#fetch = retryingFetch({ ...sending, hosts: sending.hosts.with([hubUrl]) });
  }

  /** Asks; a path begins with a slash. Throws a `HubRefusal`, or a `Failure` where there is no answer. */
  async ask(
    method: "GET" | "POST",
    path: string,
    body?: object,
  ): Promise<{ text: string; headers: Headers }> {
    const { hubUrl, token } = this.options;
    const response = await this.#send(new URL(path.startsWith("/") ? `${hubUrl}${path}` : path), {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { text: await response.text(), headers: response.headers };
  }

  /** Asks for JSON of a shape. */
  async read<T>(path: string, shape: Shape<T>, what: string): Promise<{ value: T; headers: Headers }> {
    const { text, headers } = await this.ask("GET", path);
    return { value: this.#parse(text, shape, what), headers };
  }

  /** For the official client. */
  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const response = await this.#send(url, init ?? {});
    if (!this.#hasToken(init ?? {})) return response;
    const text = await response.text();
    const value = this.#parse(text, shapeFor(url), `asking ${url.pathname}`);
    const tooLarge = url.pathname.includes("/preupload/")
      ? heldInMemory(String(init?.body), value)
      : undefined;
    if (tooLarge !== undefined) {
      const problem = `${this.name}: the Hub wants ${tooLarge} in the commit itself, which is for small files`;
      throw new Failure("refused", `${problem}; does .gitattributes there have *.parquet as LFS?`);
    }
    return new Response(text, { status: response.status, headers: response.headers });
  };

  /** A failure at a host that the Hub has sent us to says whose it is. */
  #named(error: unknown): unknown {
    const { host } = new URL(this.options.hubUrl);
    if (!(error instanceof Failure) || error.message.includes(host)) return error;
    return new Failure(error.outcome, `${this.name}: ${error.message}`, { cause: error });
  }

  #hasToken({ headers }: RequestInit): boolean {
    return new Headers(headers).get("authorization")?.includes(this.options.token) ?? false;
  }

  async #send(url: URL, init: RequestInit): Promise<Response> {
    const hasToken = this.#hasToken(init);
    if (hasToken && url.origin !== new URL(this.options.hubUrl).origin) {
      throw new Failure(
        "refused",
        `${this.name}: the Hub sends us to another host (${url.host}): the token does not go there`,
      );
    }
    const response = await this.#fetch(url, init).catch((error: unknown) => {
      throw this.#named(error);
    });
    const isLookUp = !hasToken && (init.method ?? "GET") === "GET";
    // Whether storage knows a piece of a file already: the official client takes any other answer for a no.
    if (response.ok || isLookUp) return response;
    throw new HubRefusal(response.status, saidIn(await response.text()), !hasToken);
  }

  #parse<T>(text: string, shape: Shape<T>, what: string): T {
    const value = jsonIn(text);
    if (shape(value)) return value;
    const problem = `${this.name}: ${what}: the answer of ${this.options.hubUrl} is not one of the Hub's (${inWordsOf(text)})`;
    throw new Failure("refused", `${problem}: look whether HF_ENDPOINT is right, or its API has changed`);
  }
}

/** What a refusal says of itself. */
function saidIn(text: string): string {
  const said = jsonIn(text);
  if (!isObject(said)) return "";
  const words = [said.error, said.message].find((member) => typeof member === "string") as string | undefined;
  return oneLine(words ?? "");
}

/** The Hub itself takes files of 10 MB so; the official client holds all of them in memory. */
const MOST_IN_COMMIT = 64e6;

/** A large file that is not to be uploaded before the commit, by what was asked of files and what the answer says of them. */
function heldInMemory(asked: string, answer: unknown): string | undefined {
  const { files } = JSON.parse(asked) as { files: readonly { path: string; size: number }[] };
  const modes = (answer as { files: readonly { path: string; uploadMode: string }[] }).files;
  const apart = new Set(modes.filter(({ uploadMode }) => uploadMode === "lfs").map(({ path }) => path));
  return files.find(({ path, size }) => size > MOST_IN_COMMIT && !apart.has(path))?.path;
}
