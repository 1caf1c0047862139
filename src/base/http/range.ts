import type { Readable } from "node:stream";
import type { Connections, Opened } from "./exchange.js";
import type { Hosts } from "./hosts.js";
import { redactUrl } from "./redact.js";
import { following } from "./redirects.js";
import { RetryableError } from "./retry.js";
import { type Headed, refuse } from "./why-failed.js";

/** A request for the rest of a file. */
export interface RangeRequest {
  readonly url: URL;
  /** The first byte that is wanted. */
  readonly from: number;
  /** What tells the version of the file that the bytes before are from; without it the whole file is asked for. */
  readonly validator: string | undefined;
  readonly userAgent: string;
  readonly connections: Connections;
  readonly hosts: Hosts;
  readonly signal: AbortSignal | undefined;
}

/** Bytes of the file, as they begin to come. */
export interface RangeBytes {
  /** Where they begin: 0 where the server sends the file from its start, whatever was asked for. */
  readonly from: number;
  readonly body: Readable;
  /** The size of the whole file, where the server says so. */
  readonly total: number | undefined;
  readonly validator: string | undefined;
}

/** There is nothing from the byte on that was asked for. */
export interface NothingLeft {
  readonly size: number | undefined;
}

/**
 * Asks for the rest of a file, which `take` reads. Throws what `take` throws, a `RetryableError` where another attempt may help,
 * else a `Failure`.
 */
export async function requestRange(
  request: RangeRequest,
  take: (bytes: RangeBytes) => Promise<void>,
): Promise<NothingLeft | undefined> {
  const { url: asked, connections, hosts, signal } = request;
  const first = { method: "GET", url: asked, headers: headersOf(request), ...(signal && { signal }) };
  const isGood = ({ status }: Headed) =>
    status === 200 || (status === 206 && first.headers.range !== undefined);
  const { answer, url } = await following(first, { hosts }, (one) =>
    connections.use(one, async (opened) => {
      if (isGood(opened)) await take(bytesOf(opened, request));
      opened.body.destroy();
      return { status: opened.status, headers: opened.headers };
    }),
  );
  if (isGood(answer)) return undefined;
  // Of the whole file there is something left at any server that means well.
  if (answer.status === 416 && first.headers.range !== undefined)
    return { size: sizeIn(answer.headers["content-range"]) };
  return refuse(answer, redactUrl(url), answer.status === 206 ? ADVICE_FOR_PART : ADVICE);
}

function headersOf({ from, validator, userAgent }: RangeRequest): Record<string, string> {
  return {
    // Unpacked on the way, the bytes could not be counted.
    "accept-encoding": "identity",
    "user-agent": userAgent,
    ...(from > 0 && validator !== undefined && { range: `bytes=${from}-`, "if-range": validator }),
  };
}

function bytesOf({ status, headers, body }: Opened, { url, from }: RangeRequest): RangeBytes {
  const validator = validatorOf(headers);
  if (status === 200) {
    const { "content-length": length = "" } = headers;
    return { from: 0, body, total: /^\d+$/.test(length) ? Number(length) : undefined, validator };
  }
  const range = headers["content-range"] ?? "";
  const begins = Number(/^bytes (\d+)-/.exec(range)?.[1] ?? Number.NaN);
  if (begins === from) return { from, body, total: sizeIn(range), validator };
  body.destroy();
  throw new RetryableError(`${url.host} sent another part of the file than the one from byte ${from}`);
}

/** A strong ETag tells versions apart for certain; a weak one may not be used here, then the time of the last change. */
function validatorOf({ etag, "last-modified": changed }: Opened["headers"]): string | undefined {
  return etag?.startsWith('"') ? etag : changed;
}

function sizeIn(contentRange = ""): number | undefined {
  const size = /\/(\d+)$/.exec(contentRange)?.[1];
  return size === undefined ? undefined : Number(size);
}

/** What a status means where a file was asked for. */
const ADVICE = { denied: "name a contact with --contact", refused: "there is no such file" };
const ADVICE_FOR_PART = { ...ADVICE, refused: "it gives a part of the file where all of it was asked for" };
