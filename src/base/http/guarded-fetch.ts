import { Failure } from "../failure.js";
import type { Json } from "../ndjson/index.js";
import { ACCEPT_ENCODING } from "./decode.js";
import { BODILESS, Connections, type Exchange } from "./exchange.js";
import type { Hosts } from "./hosts.js";
import { checkJson, readJson } from "./json.js";
import type { Limits } from "./limits.js";
import { following } from "./redirects.js";
import { RetryableError, type RetryOptions, retrying } from "./retry.js";
import { throwIfPassing } from "./why-failed.js";

/** How requests of publishing are sent, and tried again. */
export interface SendOptions extends RetryOptions {
  /** Which hosts may be asked: those of the endpoint that the person gave, and what `--allow-host` names. */
  readonly hosts: Hosts;
}

/** What a guarded `fetch` is told. */
export interface GuardedOptions extends Pick<SendOptions, "hosts" | "signal" | "clock"> {
  /** `size` is the most bytes of an answer, unpacked, errors included: all answers are read whole. */
  readonly limits?: Partial<Limits> | undefined;
}

/** Five files at once, each of which goes in five parts at once, is what the library of the Hub asks for. */
const CONNECTIONS = 32;
/**
 * A `fetch` for publishing, and for libraries that want one. It asks only hosts that may be asked, follows redirects one
 * by one without secrets for others (with `redirect: "manual"` it gives them back), sends texts, bytes, Blobs, forms and
 * streams, and reads answers whole, within limits of bytes, of JSON and of time. It throws as `Connections.exchange` does.
 */
export function guardedFetch(options: GuardedOptions): typeof fetch {
  const { hosts, limits, clock } = options;
  const connections = new Connections({ hosts, limits, clock, nameOf: placeOf, connections: CONNECTIONS });
  return async (input, init) => {
    const asked = await exchangeOf(input, init, options.signal);
    const send = (one: Exchange) => connections.exchange(one);
    const { answer, url } =
      init?.redirect === "manual"
        ? { answer: await send(asked), url: asked.url }
        : await following(asked, { hosts, nameOf: placeOf }, send);
    const { status, headers, body } = answer;
    checkJson(body, placeOf(url));
    // The body is unpacked, and no longer as long as it came.
    const { "content-encoding": _, "content-length": length, ...others } = headers;
    const isUnpacked = headers["content-encoding"] !== undefined;
    const response = new Response(BODILESS.has(status) || body.length === 0 ? null : body, {
      status,
      headers: { ...others, ...(length !== undefined && !isUnpacked && { "content-length": length }) },
    });
    const json = async () => jsonOf(body, placeOf(url));
    return Object.defineProperties(response, { url: { value: url.href }, json: { value: json } });
  };
}

/** Libraries pass on why an answer is not JSON, so the message has to be for people. */
function jsonOf(body: Buffer, place: string): Json {
  try {
    return readJson(body, place);
  } catch (error) {
    if (error instanceof RetryableError) throw new Failure("refused", error.message, { cause: error });
    throw error;
  }
}

async function exchangeOf(
  input: string | URL | Request,
  init: RequestInit | undefined,
  signal: AbortSignal | undefined,
): Promise<Exchange> {
  const isRequest = input instanceof Request;
  const headers = new Headers(init?.headers ?? (isRequest ? input.headers : {}));
  const method = (init?.method ?? (isRequest ? input.method : "GET")).toUpperCase();
  const given = init?.body ?? (isRequest && input.body ? await input.clone().arrayBuffer() : undefined);
  const body = await bodyOf(given, headers);
  if (!headers.has("accept")) headers.set("accept", "*/*");
  if (!headers.has("accept-encoding")) headers.set("accept-encoding", ACCEPT_ENCODING);
  const signals = [signal, init?.signal].filter((one) => one instanceof AbortSignal);
  return {
    method,
    url: new URL(isRequest ? input.url : input),
    headers: Object.fromEntries(headers),
    ...(body !== undefined && { body }),
    ...(signals.length > 0 && { signal: signals.length === 1 ? signals[0] : AbortSignal.any(signals) }),
    readsAll: true,
  };
}

/** What is sent, and its type, where that is not given: as `fetch` takes it from the kind of body. */
async function bodyOf(body: unknown, headers: Headers): Promise<Exchange["body"]> {
  if (body === undefined || body === null) return undefined;
  const typed = (type: string) => {
    if (type !== "" && !headers.has("content-type")) headers.set("content-type", type);
  };
  if (typeof body === "string") {
    typed("text/plain;charset=UTF-8");
    return body;
  }
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (body instanceof FormData || body instanceof URLSearchParams) {
    const form = new Response(body);
    typed(form.headers.get("content-type") ?? "");
    return new Uint8Array(await form.arrayBuffer());
  }
  if (body instanceof Blob) typed(body.type);
  return body as Blob | AsyncIterable<Uint8Array>;
}

/**
 * Sends until there is an answer that no retry can change, and returns it, whatever its status. `send` is called for every
 * attempt, so that it can sign each of them. Throws a `Failure` ("temporary") when the attempts are used up.
 */
export function sendRetrying(
  url: URL,
  send: (signal: AbortSignal | undefined) => Promise<Response>,
  options: RetryOptions = {},
): Promise<Response> {
  return retrying(async () => {
    options.signal?.throwIfAborted();
    const response = await send(options.signal);
    throwIfPassing({ status: response.status, headers: Object.fromEntries(response.headers) }, placeOf(url));
    return response;
  }, options);
}

/** A guarded `fetch` for libraries that do not try again themselves. A stream is sent once, whatever comes of it. */
export function retryingFetch(options: SendOptions & GuardedOptions): typeof fetch {
  const once = guardedFetch(options);
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return sendRetrying(url, () => once(input, init), options);
  };
}

/** An address without its query: links to upload to carry signatures there. */
function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
