import { errorCode, Failure } from "../failure.js";
import { type Clock, systemClock } from "./clock.js";
import { RETRY_RULES, type RetryRules, retrying, Trouble } from "./retry.js";

/** How requests that upload are tried again. */
export interface PatienceOptions {
  /** Ends every request and every wait at once; its reason is what is thrown. */
  readonly signal?: AbortSignal | undefined;
  readonly retry?: Partial<RetryRules> | undefined;
  /** Told before every retry: what happened, and the seconds to wait. For messages; holds no key. */
  readonly onRetry?: ((problem: string, seconds: number) => void) | undefined;
  /** For tests. */
  readonly clock?: Clock;
  /** For tests: from 0 to 1. */
  readonly random?: () => number;
}

/** Statuses that may be others the next time. */
const RETRIED = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Sends until there is an answer that no retry can change: such a one is given back, whatever its status. `send` is
 * called for every attempt, so that it can sign anew. Throws a `Failure` ("temporary") when the attempts are used up.
 */
export function sendPatiently(
  url: URL,
  send: (signal: AbortSignal | undefined) => Promise<Response>,
  { signal, retry, onRetry, clock = systemClock, random = Math.random }: PatienceOptions = {},
): Promise<Response> {
  const place = placeOf(url);
  const attempt = async () => {
    signal?.throwIfAborted();
    let response: Response;
    try {
      response = await send(signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw explain(error, place);
    }
    if (!RETRIED.has(response.status)) return response;
    await response.arrayBuffer().catch(() => undefined);
    const retryAfter = response.headers.get("retry-after") ?? undefined;
    throw new Trouble(`${place} answered with status ${response.status}`, { retryAfter });
  };
  return retrying(
    attempt,
    { ...RETRY_RULES, ...retry },
    {
      clock,
      random,
      signal,
      onRetry: (trouble, wait) => onRetry?.(trouble.message, wait / 1000),
    },
  );
}

/** A `fetch` for libraries that do not try again themselves. Bodies have to be texts, bytes or Blobs. */
export function patientFetch(options: PatienceOptions): typeof fetch {
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return sendPatiently(url, () => fetch(input instanceof Request ? input.clone() : input, init), options);
  };
}

/** An address without its query: links to upload to carry signatures there. */
function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** Errors of `fetch` say only that it failed; why is in their cause. */
function explain(error: unknown, place: string): Error {
  if (error instanceof Failure || error instanceof Trouble) return error;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = errorCode(cause) ?? errorCode(error);
  if (code === undefined && !(error instanceof TypeError)) return error as Error;
  if (/^(?:CERT_|ERR_TLS_|DEPTH_ZERO_SELF|SELF_SIGNED|UNABLE_TO_)/.test(code ?? "")) {
    return new Failure("refused", `the request to ${place} failed: ${code}`);
  }
  return new Trouble(
    `the request to ${place} failed: the connection broke off (${code ?? "unknown reason"})`,
  );
}
