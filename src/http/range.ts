import type { Readable } from "node:stream";
import type { Agent } from "undici";
import { Failure } from "../failure.js";
import { redactUrl } from "./redact.js";
import { Trouble } from "./retry.js";

/** A request for the rest of a file. */
export interface RangeRequest {
  readonly url: URL;
  /** The first byte that is wanted. */
  readonly from: number;
  /** What tells the version of the file that the bytes before are from; without it the whole file is asked for. */
  readonly validator: string | undefined;
  readonly userAgent: string;
  readonly agent: Agent;
  readonly signal: AbortSignal | undefined;
}

export type RangeAnswer =
  | {
      readonly kind: "bytes";
      /** Where they begin: 0 where the server sends the file from its start, whatever was asked for. */
      readonly from: number;
      readonly body: Readable;
      /** The size of the whole file, where the server says so. */
      readonly total: number | undefined;
      readonly validator: string | undefined;
    }
  | {
      /** There is nothing from that byte on. */
      readonly kind: "nothing_left";
      readonly size: number | undefined;
    };

const MOST_REDIRECTS = 10;

/** Asks for the rest of a file. Throws a `Trouble` where another attempt may help, else a `Failure`. */
export async function requestRange(request: RangeRequest): Promise<RangeAnswer> {
  const { request: send } = await import("undici");
  let { url } = request;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const headers = headersOf(request);
    const { agent: dispatcher, signal } = request;
    const answer = await send(url, { headers, dispatcher, ...(signal && { signal }) }).catch(
      (error: unknown) => {
        signal?.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        throw new Trouble(`the request to ${redactUrl(url)} failed: ${reason}`, { cause: error });
      },
    );
    const { statusCode: status, headers: said, body } = answer;
    // A body that is given up says so with an error, when nobody waits for it any more.
    body.on("error", () => {});
    if (status === 200 || status === 206) return bytesOf(status, said, body, request);
    body.destroy();
    if (status === 416) return { kind: "nothing_left", size: sizeIn(said["content-range"]) };
    const target = status >= 300 && status < 400 ? text(said.location) : undefined;
    if (target === undefined || !URL.canParse(target, url.href))
      throw refusal(status, url, text(said["retry-after"]));
    url = new URL(target, url);
  }
  throw new Failure("refused", `${redactUrl(request.url)} redirects more than ${MOST_REDIRECTS} times`);
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function headersOf({ from, validator, userAgent }: RangeRequest): Record<string, string> {
  return {
    // Unpacked on the way, the bytes could not be counted.
    "accept-encoding": "identity",
    "user-agent": userAgent,
    ...(from > 0 && validator !== undefined && { range: `bytes=${from}-`, "if-range": validator }),
  };
}

function bytesOf(status: number, said: Headers, body: Readable, { from }: RangeRequest): RangeAnswer {
  const validator = validatorOf(said);
  if (status === 200) {
    const length = text(said["content-length"]);
    const total = length === undefined ? undefined : Number(length);
    return { kind: "bytes", from: 0, body, total, validator };
  }
  const range = text(said["content-range"]) ?? "";
  const begins = Number(/^bytes (\d+)-/.exec(range)?.[1] ?? Number.NaN);
  if (begins !== from) {
    body.destroy();
    throw new Trouble(`the server sent another part of the file than the one from byte ${from}`);
  }
  return { kind: "bytes", from, body, total: sizeIn(range), validator };
}

/** A strong ETag tells versions apart for certain; a weak one may not be used here, then the time of the last change. */
function validatorOf(said: Headers): string | undefined {
  const etag = text(said.etag);
  return etag?.startsWith('"') ? etag : text(said["last-modified"]);
}

function sizeIn(contentRange: string | string[] | undefined): number | undefined {
  const size = /\/(\d+)$/.exec(text(contentRange) ?? "")?.[1];
  return size === undefined ? undefined : Number(size);
}

function refusal(status: number, url: URL, retryAfter: string | undefined): Error {
  const problem = `${redactUrl(url)} answered with status ${status}`;
  if (status === 429 || status >= 500) return new Trouble(problem, { retryAfter });
  if (status === 401 || status === 403) {
    return new Failure("no_permission", `${problem}: it does not let us; name a contact with --contact`);
  }
  return new Failure("refused", `${problem}: there is no such file`);
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
