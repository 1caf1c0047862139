import { errorCode, Failure } from "../failure.js";
import type { Limits } from "./exchange.js";
import { NotAsked, NotPublic } from "./hosts.js";
import { Trouble } from "./retry.js";

/** What was waited for did not come in its time. */
export class TooSlow extends Error {
  /** `what` came of it in so many milliseconds: "no answer". */
  constructor(what: string, time: number) {
    super(`${what} in ${time / 1000} s`);
  }
}

interface Passing {
  readonly code: RegExp;
  readonly words: (limits: Limits) => string;
  /** The most attempts after the first one: a server that takes all of its time is not given it five times. */
  readonly retries?: number;
}

/** What may be otherwise the next time, by the codes of Node and undici. */
const PASSING: readonly Passing[] = [
  { code: /^UND_ERR_CONNECT_TIMEOUT/, words: ({ connect }) => `no connection in ${connect / 1000} s` },
  {
    code: /^UND_ERR_HEADERS_TIMEOUT/,
    words: ({ headers }) => `no answer in ${headers / 1000} s`,
    retries: 2,
  },
  {
    code: /^UND_ERR_BODY_TIMEOUT/,
    words: ({ body }) => `the answer stopped for ${body / 1000} s`,
    retries: 2,
  },
  {
    code: /^UND_ERR_HEADERS_OVERFLOW|^HPE_HEADER_OVERFLOW/,
    words: () => "the headers of its answer are too large",
  },
  { code: /^HPE_/, words: () => "its answer is not HTTP" },
  { code: /^ECONNREFUSED/, words: () => "the connection was refused" },
  { code: /^ENOTFOUND/, words: () => "there is no such host, or no network" },
  { code: /^EAI_AGAIN/, words: () => "the host's address could not be looked up" },
];

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
  // What names the host already.
  if (error instanceof NotAsked) return error;
  if (error instanceof NotPublic) return error.failureFor(url);
  if (error instanceof Failure)
    return error.message.includes(place) ? error : new Failure(error.outcome, `${place}: ${error.message}`);
  if (error instanceof TooSlow)
    return new Trouble(`the request to ${place} failed: ${error.message}`, { cause: error, retries: 1 });
  const code = codeOf(error);
  const lasting = LASTING.find((one) => one.code.test(code));
  if (lasting) {
    const { words } = lasting;
    const more = code.startsWith("UND_") ? "" : ` (${code})`;
    return new Failure("refused", `the request to ${place} failed: ${words}${more}`, { cause: error });
  }
  const passing = PASSING.find((one) => one.code.test(code));
  const reason = passing?.words(limits) ?? `the connection broke off (${code || "unknown reason"})`;
  const { retries } = passing ?? {};
  return new Trouble(`the request to ${place} failed: ${reason}`, {
    cause: error,
    ...(retries !== undefined && { retries }),
  });
}

/** The code of an error; where several addresses of a host were tried, that of the last one stands for all. */
function codeOf(error: unknown): string {
  const own = errorCode(error);
  if (own !== undefined) return own;
  // Of answers that are nothing like HTTP undici does not tell it.
  if (error instanceof Error && error.name === "HTTPParserError") return "HPE_UNKNOWN";
  return error instanceof AggregateError ? (errorCode(error.errors.at(-1)) ?? "") : "";
}
