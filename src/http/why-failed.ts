import { errorCode, Failure } from "../failure.js";
import type { Limits } from "./exchange.js";
import { NotPublic } from "./hosts.js";
import { Trouble } from "./retry.js";

/** An answer did not come whole in the time that it had. */
export class TooSlow extends Error {}

/** What may be otherwise the next time, by the codes of Node and undici. */
const PASSING: Readonly<Record<string, (limits: Limits) => string>> = {
  TOTAL_TIMEOUT: ({ total }) => `no whole answer in ${total / 1000} s`,
  UND_ERR_CONNECT_TIMEOUT: ({ connect }) => `no connection in ${connect / 1000} s`,
  UND_ERR_HEADERS_TIMEOUT: ({ headers }) => `no answer in ${headers / 1000} s`,
  UND_ERR_BODY_TIMEOUT: ({ body }) => `the answer stopped for ${body / 1000} s`,
  ECONNREFUSED: () => "the connection was refused",
  ENOTFOUND: () => "there is no such host, or no network",
  EAI_AGAIN: () => "the host's address could not be looked up",
};

/** What stays as it is, until somebody mends it: certificates, and requests that cannot be sent. */
const LASTING: readonly { readonly code: RegExp; readonly words: string }[] = [
  { code: /^UND_ERR_INVALID_ARG/, words: "it cannot be sent (is the key or contact one line?)" },
  { code: /^CERT_HAS_EXPIRED/, words: "its certificate has expired" },
  { code: /^CERT_NOT_YET_VALID/, words: "its certificate is not valid yet (is the clock right?)" },
  { code: /^(?:DEPTH_ZERO_SELF|SELF_SIGNED)/, words: "its certificate is signed by itself" },
  { code: /^ERR_TLS_CERT_ALTNAME|^HOSTNAME_MISMATCH/, words: "its certificate is for another host" },
  { code: /^ERR_SSL_(?:WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST)/, words: "it does not speak TLS" },
  {
    code: /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|INVALID_CA)/,
    words: "its certificate is not to be trusted",
  },
];

/**
 * Why a request failed, for people: a `Trouble` where another attempt may help, else a `Failure`. `place` is the address
 * as messages may show it.
 */
export function whyFailed(error: unknown, url: URL, place: string, limits: Limits): Error {
  if (error instanceof Trouble) return error;
  if (error instanceof NotPublic) return whyFailed(error.failureFor(url), url, place, limits);
  if (error instanceof Failure)
    return error.message.includes(place) ? error : new Failure(error.outcome, `${place}: ${error.message}`);
  const code = error instanceof TooSlow ? "TOTAL_TIMEOUT" : codeOf(error);
  const lasting = LASTING.find((one) => one.code.test(code));
  if (lasting) {
    const { words } = lasting;
    const more = code.startsWith("UND_") ? "" : ` (${code})`;
    return new Failure("refused", `the request to ${place} failed: ${words}${more}`, { cause: error });
  }
  const reason = PASSING[code]?.(limits) ?? `the connection broke off (${code || "unknown reason"})`;
  return new Trouble(`the request to ${place} failed: ${reason}`, { cause: error });
}

/** Where several addresses of a host were tried, the code of the last one stands for all. */
function codeOf(error: unknown): string {
  const own = errorCode(error);
  if (own !== undefined) return own;
  return error instanceof AggregateError ? (errorCode(error.errors.at(-1)) ?? "") : "";
}
