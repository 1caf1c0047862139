import { Failure } from "../../../../base/failure.js";
import { retryingFetch } from "../../../../base/http/index.js";
import { isObject, jsonIn, like, maybe, objectOf, orNull, type Shape, text } from "../../checks/shapes.js";
import { inWordsOf } from "../answers.js";
import type { TargetContext } from "../target.js";
import { inWords } from "./refusal.js";

/** Which Zenodo, and who we are. */
export interface ZenodoOptions extends TargetContext {
  readonly scheme: string;
  /** The record whose new version this is; undefined for a new record. */
  readonly record: string | undefined;
  readonly url: string;
  readonly token: string;
  /** Publishes the deposition, which registers its DOI for good; otherwise it stays a draft. */
  readonly publishDoi: boolean;
}

/** What a message can show: an object whose `toString` throws would end the command. */
type Plain = number | string | null;

/** A deposition, as the API has it. Its links and metadata are looked at where they are used. */
export interface Deposition {
  readonly id: number | string;
  /** What all versions of a record have in common. */
  readonly conceptrecid?: Plain | undefined;
  /** Whether it is published. */
  readonly submitted?: unknown;
  readonly links: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The newest version of a record. */
export interface Newest {
  readonly id: number | string;
  readonly conceptrecid?: Plain | undefined;
}

/** A file of a deposition. */
export interface Deposited {
  readonly id: string;
  readonly filename: string;
  readonly filesize?: Plain | undefined;
  /** MD5; null of one that is not whole. */
  readonly checksum: string | null;
}

/** Ids become parts of paths. */
const isId: Shape<number | string> = (value): value is number | string =>
  ["number", "string"].includes(typeof value) && /^\d{1,15}$/.test(String(value));

const isPlain: Shape<Plain> = orNull(
  (value): value is number | string => typeof value === "number" || typeof value === "string",
);

export const isNewest: Shape<Newest> = objectOf<Newest>({ id: isId, conceptrecid: maybe(isPlain) });

export const isDeposition: Shape<Deposition> = (value): value is Deposition =>
  isNewest(value) && isObject((value as Deposition).links) && isObject((value as Deposition).metadata);

const isAddress = like(/^https?:\/\/[\x21-\x7e]+$/);

export const isDeposited: Shape<Deposited> = objectOf<Deposited>({
  id: like(/^[\w-]{1,500}$/),
  filename: text,
  filesize: maybe(isPlain),
  checksum: orNull(text),
});

type Body = string | Blob | FormData;

/** Asks Zenodo. The token goes to its own address and to no other, whoever names it. */
export class ZenodoApi {
  readonly options: ZenodoOptions;
  /** What is published to, in messages: a colon follows it there. */
  readonly label: string;
  readonly #fetch: typeof fetch;

  constructor(options: ZenodoOptions) {
    const { scheme, record, url, sending } = options;
    this.options = options;
    this.label = record === undefined ? scheme : `${scheme}:${record}`;
    this.#fetch = retryingFetch({ ...sending, hosts: sending.hosts.with([url]) });
  }

  /** Any answer, whatever its status; a path begins with a slash. */
  send(method: string, path: string, body?: Body): Promise<Response> {
    const { token, url, signal } = this.options;
    const type = typeof body === "string" ? "application/json" : "application/octet-stream";
    // A form says itself where its parts begin.
    const hasType = body !== undefined && !(body instanceof FormData);
    return this.#fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(hasType ? { "content-type": type } : {}) },
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Where people find a deposition. */
  pageOf({ id, links }: Pick<Deposition, "id" | "links">): string {
    return isAddress(links.html) ? links.html : `${this.options.url}/deposit/${id}`;
  }

  /** Makes a request whose answer does not matter. */
  async demand(what: string, method: string, path: string, body?: Body): Promise<void> {
    const answer = await this.send(method, path, body);
    if (!answer.ok) throw await this.refused(answer, what);
    await answer.arrayBuffer();
  }

  /** Asks for JSON of a shape. */
  async read<T>(what: string, shape: Shape<T>, method: string, path: string, body?: object): Promise<T> {
    return this.#look(what, shape, await this.send(method, path, body && JSON.stringify(body)));
  }

  /** The same; undefined where there is nothing of this name. */
  async find<T>(what: string, shape: Shape<T>, path: string): Promise<T | undefined> {
    const answer = await this.send("GET", path);
    return answer.status === 404 ? undefined : this.#look(what, shape, answer);
  }

  async #look<T>(what: string, shape: Shape<T>, answer: Response): Promise<T> {
    if (!answer.ok) throw await this.refused(answer, what);
    const json = await answer.text();
    const value = jsonIn(json);
    if (shape(value)) return value;
    throw this.#odd(what, inWordsOf(json));
  }

  /**
   * The path that a link of an answer leads to. Throws a `Failure` ("refused") where it leads to another host, or out of the
   * API: the token does not go there.
   */
  pathOf(link: unknown, what: string): string {
    const base = new URL(this.options.url);
    const target = typeof link === "string" && URL.canParse(link) ? new URL(link) : undefined;
    if (target && target.origin !== base.origin) {
      const problem = `Zenodo sends us to another host (${target.host}); the token does not go there`;
      throw new Failure("refused", `${this.label}: ${what}: ${problem}`);
    }
    const path = target?.href.slice(base.href.replace(/\/$/, "").length) ?? "";
    const isBelow = target?.href.startsWith(`${base.href.replace(/\/$/, "")}/api/`) ?? false;
    if (isBelow && /^[\w./-]{1,500}$/.test(path)) return path;
    throw this.#odd(what, "it has no link that can be followed");
  }

  async refused(answer: Response, what: string): Promise<Failure> {
    const problem = `${this.label}: ${what}: Zenodo answered with status ${answer.status}`;
    if (answer.status === 401 || answer.status === 403) {
      return new Failure(
        "no_permission",
        `${problem}; check the token, which needs deposit:write and deposit:actions`,
      );
    }
    return new Failure("refused", `${problem}${inWords(jsonIn(await answer.text()))}`);
  }

  #odd(what: string, how: string): Failure {
    const problem = `${this.label}: ${what}: the answer of ${this.options.url} is not one of Zenodo's (${how})`;
    return new Failure("refused", `${problem}: look whether --endpoint is right, or its API has changed`);
  }
}
