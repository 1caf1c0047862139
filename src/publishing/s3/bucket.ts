import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import { Failure } from "../../failure.js";
import { type PatienceOptions, sendPatiently } from "../../http/index.js";
import { Secrets } from "../../secrets.js";
import type { S3Settings } from "./settings.js";
import { textsIn } from "./xml.js";

/** A bucket and how to reach it. */
export interface BucketOptions extends S3Settings {
  readonly bucket: string;
  /** The bucket as a part of the host name instead of the path. */
  readonly virtualHost: boolean;
  readonly patience: PatienceOptions;
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

  constructor(options: BucketOptions) {
    this.#options = options;
    this.#client = new AwsClient({ ...withoutUndefined(options), service: "s3" });
    this.#base = baseOf(options);
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
    const url = new URL(this.#base);
    url.pathname += key.split("/").map(encodeSegment).join("/");
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const hash = createHash("sha256").update(bytes).digest("hex");
    const send = async (signal: AbortSignal | undefined) => {
      const request = await this.#client.sign(url, {
        method,
        headers: { ...headers, "x-amz-content-sha256": hash },
        ...(method === "PUT" || method === "POST" ? { body: bytes } : {}),
      });
      const response = await fetch(request, signal ? { signal } : {});
      // The body is read here, so that a cut connection is tried again, too.
      const said = await response.text();
      const text = response.ok && !isError(said) ? said : withoutSignature(said, request);
      return new Response(text || null, {
        status: response.status === 204 ? 200 : response.status,
        headers: response.headers,
      });
    };
    const response = await sendPatiently(url, send, this.#options.patience);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Asks, and throws a `Failure` for any answer that is not a good one. */
  async demand(request: BucketRequest): Promise<BucketAnswer> {
    const answer = await this.ask(request);
    // Some operations answer 200 first and say later that they failed.
    const failed = answer.status >= 300 || isError(answer.text);
    if (failed) throw this.failure(request, answer);
    return answer;
  }

  /** What a bad answer means. */
  failure({ method, key }: BucketRequest, { status, text }: BucketAnswer): Failure {
    const [code = ""] = textsIn(text, "Code");
    const [message = ""] = textsIn(text, "Message");
    const what = `${method} s3://${this.name}/${key ?? ""}: status ${status}${code ? `, ${code}` : ""}`;
    if (code === "NoSuchBucket")
      return new Failure("no_output", `there is no bucket ${this.name}; make it first`);
    if (status === 401 || status === 403) {
      return new Failure(
        "no_permission",
        `${what}: check the credentials and what they may do, and the clock`,
      );
    }
    return new Failure("refused", `${what}${message ? `: ${message}` : ""}`);
  }
}

function isError(text: string): boolean {
  return /<Error>/.test(text.slice(0, 1000));
}

/** Some servers tell what they were asked and how it was signed, which others could use for some minutes. */
function withoutSignature(text: string, request: Request): string {
  const [, signature] = /Signature=([\da-f]+)/.exec(request.headers.get("authorization") ?? "") ?? [];
  return new Secrets([signature]).hide(text);
}

function withoutUndefined({ accessKeyId, secretAccessKey, sessionToken, region }: S3Settings) {
  return { accessKeyId, secretAccessKey, region, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

function baseOf({ bucket, region, endpoint, virtualHost }: BucketOptions): URL {
  const base = endpoint ?? `https://s3.${region}.amazonaws.com`;
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
    throw new Failure("usage", `--endpoint: ${JSON.stringify(base)} is not an address`);
  }
  const url = new URL(base);
  url.pathname = url.pathname.replace(/\/*$/, "/");
  if (virtualHost) url.hostname = `${bucket}.${url.hostname}`;
  else url.pathname += `${encodeSegment(bucket)}/`;
  return url;
}

/** As SigV4 wants it: everything but letters, digits and `-._~`. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
