import { errorCode, Failure } from "../failure.js";
import { NotAsked, NotPublic } from "./hosts.js";
import { type Limits, TooSlow } from "./limits.js";
import { RetryableError } from "./retry.js";

/** What is worth another attempt, and what is not: the statuses of answers, and the codes of errors where there is none. */

/** Statuses that may be different next time; each is one of RFC 9110, §15, or RFC 6585. */
const PASSING_STATUSES: Readonly<Record<number, string>> = {
  408: "the server waited too long for the request",
  429: "too many requests in a time",
  500: "something broke in the server",
  502: "a server behind the proxy broke",
  503: "overloaded, or under repair",
  504: "a server behind the proxy took too long",
};

/** What is known of an answer before its body is read. */
export interface Headed {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer whose status no retry can change. */
export class StatusFailure extends Failure {
  constructor(
    readonly status: number,
    outcome: ConstructorParameters<typeof Failure>[0],
    message: string,
  ) {
    super(outcome, message);
  }
}

/** An answer that says when to come back, and by which clock. */
export function retryableAnswer(problem: string, { headers }: Pick<Headed, "headers">): RetryableError {
  return new RetryableError(problem, { retryAfter: headers["retry-after"], date: headers.date });
}

/** Throws a `RetryableError` for a status that may be different next time. `place` is the address, for messages. */
export function throwIfPassing(answer: Headed, place: string): void {
  const { status } = answer;
  if (Object.hasOwn(PASSING_STATUSES, status))
    throw retryableAnswer(`${place} answered with status ${status}`, answer);
}

/** Throws what a status means that is not a good one; `denied` and `refused` are the advice to whoever asked. */
export function refuse(answer: Headed, place: string, advice: { denied: string; refused: string }): never {
  throwIfPassing(answer, place);
  const { status } = answer;
  const problem = `${place} answered with status ${status}`;
  if (status === 401 || status === 403)
    throw new StatusFailure(status, "no_permission", `${problem}: it does not let us; ${advice.denied}`);
  throw status >= 500
    ? new StatusFailure(status, "temporary", `${problem}: try again later`)
    : new StatusFailure(status, "refused", `${problem}: ${advice.refused}`);
}

interface Passing {
  readonly code: RegExp;
  readonly words: (limits: Limits) => string;
  /** The most attempts after the first one: a server that takes all of its time is not given it five times. */
  readonly retries?: number;
}

/** What may be different next time, by the codes of Node and undici. */
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

/** What stays the same until somebody repairs it: certificates, and requests that cannot be sent. */
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
 * Why a request failed, for people: a `RetryableError` where another attempt may help, else a `Failure`. `place` is the address
 * as messages may show it.
 */
export function whyFailed(error: unknown, url: URL, place: string, limits: Limits): Error {
  if (error instanceof RetryableError) return error;
  // These name the host already.
  if (error instanceof NotAsked) return error;
  if (error instanceof NotPublic) return error.failureFor(url);
  if (error instanceof Failure)
    return error.message.includes(place) ? error : new Failure(error.outcome, `${place}: ${error.message}`);
  if (error instanceof TooSlow)
    return new RetryableError(`the request to ${place} failed: ${error.message}`, {
      cause: error,
      retries: 1,
    });
  const code = codeOf(error);
  const lasting = LASTING.find((one) => one.code.test(code));
  if (lasting) {
    const { words } = lasting;
    const more = code.startsWith("UND_") ? "" : ` (${code})`;
    return new Failure("refused", `the request to ${place} failed: ${words}${more}`, { cause: error });
  }
  const passing = PASSING.find((one) => one.code.test(code));
  const reason = passing?.words(limits) ?? `the connection broke off (${code || "unknown reason"})`;
  return new RetryableError(`the request to ${place} failed: ${reason}`, {
    ...{ cause: error, retries: passing?.retries },
  });
}

/** The code of an error; where several addresses of a host were tried, that of the last one stands for all. */
function codeOf(error: unknown): string {
  const own = errorCode(error);
  if (own !== undefined) return own;
  // undici has no code for answers that are nothing like HTTP.
  if (error instanceof Error && error.name === "HTTPParserError") return "HPE_UNKNOWN";
  return error instanceof AggregateError ? (errorCode(error.errors.at(-1)) ?? "") : "";
}
