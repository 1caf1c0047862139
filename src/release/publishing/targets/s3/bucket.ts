import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import { Failure } from "../../../../base/failure.js";
import { guardedFetch, type SendOptions, sendRetrying } from "../../../../base/http/index.js";
import { Secrets } from "../../../../base/secrets/index.js";
import { inWordsOf, oneLine } from "../answers.js";
import type { S3Settings } from "./settings.js";
import { isOf, textsIn } from "./xml.js";

/** A bucket and how to reach it. */
export interface BucketOptions extends S3Settings {
  readonly bucket: string;
  /** The bucket as a part of the host name instead of the path. */
  readonly virtualHost: boolean;
  readonly sending: SendOptions;
}

export interface BucketRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Of an object; without it the bucket itself is asked. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface BucketAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const EMPTY = new Uint8Array();

/** Requests to one bucket: each is signed (SigV4, with the SHA-256 of its body), sent, and tried again where that can help. */
export class Bucket {
  readonly #options: BucketOptions;
  readonly #client: AwsClient;
  readonly #base: URL;
  readonly #fetch: typeof fetch;

  constructor(options: BucketOptions) {
    const { accessKeyId, secretAccessKey, sessionToken = "", region } = options;
    this.#options = options;
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, sessionToken, region, service: "s3" });
    this.#base = baseOf(options);
    const { sending } = options;
    this.#fetch = guardedFetch({ ...sending, hosts: sending.hosts.with([this.#base]) });
  }

  get name(): string {
    return this.#options.bucket;
  }

  /** Asks, and gives back any answer that no retry changes. */
  async ask({
    method,
    key = "",
    query = {},
    headers = {},
    body = EMPTY,
  }: BucketRequest): Promise<BucketAnswer> {
    // A URL has no names of dots: such a key would be another one.
    if (key.split("/").some((name) => name === "." || name === ".."))
      throw new Failure(
        "refused",
        `s3://${this.name}/${key}: a key with dots for a name cannot be asked for`,
      );
    const url = new URL(this.#base);
    url.pathname += key.split("/").map(encodeSegment).join("/");
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const hash = createHash("sha256").update(bytes).digest("hex");
    let signature = "";
    const content = method === "PUT" || method === "POST" ? { body: bytes } : {};
    const send = async () => {
      const signed = { method, headers: { ...headers, "x-amz-content-sha256": hash }, ...content };
      const request = await this.#client.sign(url, signed);
      signature = signatureOf(request);
      // A signature is for one host, and a session token, too: a redirect is told of, not followed.
      return this.#fetch(url, { method, headers: request.headers, ...content, redirect: "manual" });
    };
    const response = await sendRetrying(url, send, this.#options.sending);
    const { status, ok, headers: said } = response;
    const text = await response.text();
    const isRefusal = !ok || isOf(text, "Error");
    return {
      status: status === 204 ? 200 : status,
      headers: said,
      text: isRefusal ? new Secrets([signature]).hide(text) : text,
    };
  }

  /** Asks, and throws a `Failure` for any answer that is not a good one, or not XML of this element where one is named. */
  async demand(request: BucketRequest, element?: string): Promise<BucketAnswer> {
    const answer = await this.ask(request);
    // Some operations answer 200 first and say later that they failed.
    if (answer.status >= 300 || isOf(answer.text, "Error")) throw this.failure(request, answer);
    if (element !== undefined && !isOf(answer.text, element)) throw this.odd(request, answer.text);
    return answer;
  }

  /** For an answer that S3 would not give. */
  odd({ method, key = "" }: BucketRequest, text: string): Failure {
    const what = `${method} s3://${this.name}/${key}`;
    const problem = `the answer of ${this.#base.origin} is not one of S3's (${inWordsOf(text)})`;
    return new Failure("refused", `${what}: ${problem}; look whether the endpoint is right`);
  }

  /** What a bad answer means. */
  failure({ method, key }: BucketRequest, { status, text, headers }: BucketAnswer): Failure {
    const [code, message] = ["Code", "Message"].map((name) => oneLine(textsIn(text, name)[0] ?? ""));
    const what = `${method} s3://${this.name}/${key ?? ""}: status ${status}${code ? `, ${code}` : ""}`;
    if (code === "NoSuchBucket")
      return new Failure("no_output", `there is no bucket ${this.name}; make it first`);
    if (status === 401 || status === 403) {
      return new Failure(
        "no_permission",
        `${what}: check the credentials and what they may do, and the clock`,
      );
    }
    if (status >= 300 && status < 400) {
      const region = /^[a-z0-9-]{1,40}$/.exec(headers.get("x-amz-bucket-region") ?? "")?.[0];
      const advice = region
        ? `set AWS_REGION=${region}`
        : "name it with --endpoint, or its region with AWS_REGION";
      return new Failure(
        "refused",
        `${what}: ${this.#base.host} sends us to another address, which is not followed; ${advice}`,
      );
    }
    if (code === "") return new Failure("refused", `${what} of ${this.#base.origin} (${inWordsOf(text)})`);
    return new Failure("refused", `${what}${message ? `: ${message}` : ""}`);
  }
}

/** Some servers tell what they were asked and how it was signed, which others could use for some minutes. */
function signatureOf(request: Request): string {
  return /Signature=([\da-f]+)/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
}

function baseOf({ bucket, region, endpoint, virtualHost }: BucketOptions): URL {
  if (!/^[a-z0-9-]{1,40}$/i.test(region))
    throw new Failure(
      "usage",
      `AWS_REGION: ${JSON.stringify(region.slice(0, 100))} is no region; write it as us-east-1`,
    );
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  url.pathname = url.pathname.replace(/\/*$/, "/");
  if (!virtualHost) url.pathname += `${encodeSegment(bucket)}/`;
  else {
    const hostname = `${bucket}.${url.hostname}`;
    url.hostname = hostname;
    // An IP address has no names below it.
    if (url.hostname !== hostname)
      throw new Failure("usage", `--virtual-host: ${hostname} is no name of a host`);
  }
  return url;
}

/** As SigV4 requires it: everything but letters, digits and `-._~`. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
