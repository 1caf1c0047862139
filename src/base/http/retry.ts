import { Failure } from "../failure.js";
import { httpTimeIn, timeIn } from "../times.js";
import { type Clock, systemClock } from "./clock.js";

/** An error that another attempt may avoid. */
export class RetryableError extends Error {
  /** What the server wrote in `Retry-After`. */
  readonly retryAfter: string | undefined;
  /** The server's clock when it wrote that, from its `Date` header. */
  readonly date: string | undefined;
  /** The most attempts after the first one, where that is fewer than the rules allow. */
  readonly retries: number;

  /** `message` says what happened and to which (redacted) URL: `503 from https://…`. */
  constructor(
    message: string,
    details: {
      retryAfter?: string | undefined;
      date?: string | undefined;
      retries?: number | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.retryAfter = details.retryAfter;
    this.date = details.date;
    this.retries = details.retries ?? Number.POSITIVE_INFINITY;
  }
}

/** How often and how long to try. */
export interface RetryRules {
  /** Attempts after the first one. */
  readonly retries: number;
  /** Milliseconds before the first retry; doubled with every further one. */
  readonly firstWait: number;
  /** The longest wait in milliseconds. A server that asks for more is not asked again. */
  readonly longestWait: number;
}

const RETRY_RULES: RetryRules = {
  retries: 4,
  firstWait: 1000,
  longestWait: 120_000,
};

/** How something is tried again, whoever does it. */
export interface RetryOptions {
  readonly retry?: Partial<RetryRules> | undefined;
  /** Ends every wait at once; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told before every retry: what happened, and how it goes on. For messages; holds no key. */
  readonly onRetry?: ((problem: string) => void) | undefined;
  /** For tests. */
  readonly clock?: Clock | undefined;
  /** For tests: from 0 to 1, like `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Works until it works: a `RetryableError` is tried again after a wait, everything else is thrown at once. With the
 * retries used up, a `Failure` (`temporary`).
 */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { retry, signal, onRetry, clock = systemClock, random = Math.random } = options;
  const rules = { ...RETRY_RULES, ...retry };
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      if (attempt >= Math.min(rules.retries, error.retries)) {
        throw gaveUp(error, `after ${attempt + 1} ${attempt === 0 ? "attempt" : "attempts"}`);
      }
      const asked = retryAfterOf(error, clock);
      // Asking sooner than the server wants is impolite, and sleeping for hours helps nobody.
      if (asked > rules.longestWait) {
        const back = new Date(clock.now() + asked).toISOString().slice(0, 16);
        throw gaveUp(error, `it asks to wait ${Math.ceil(asked / 1000)} s, until ${back}Z`);
      }
      const wait = Math.max(asked, backoff(attempt, rules, random));
      onRetry?.(`${error.message}; trying again in ${(wait / 1000).toFixed(1)} s`);
      await clock.sleep(wait, signal);
    }
  }
}

function gaveUp(error: RetryableError, why: string): Failure {
  return new Failure("temporary", `${error.message}; gave up (${why}): try again later`, { cause: error });
}

/** Between a half and the whole of a wait that doubles: clients that failed together do not come back together. */
function backoff(attempt: number, { firstWait, longestWait }: RetryRules, random: () => number): number {
  return Math.min(firstWait * 2 ** attempt, longestWait) * (0.5 + random() / 2);
}

/**
 * The wait in a `Retry-After` header in milliseconds: seconds or a date. 0 for none, the past and nonsense. A date is
 * meant by the server's clock, so it is compared with its `Date` header where there is one: ours may be wrong.
 */
function retryAfterOf(
  { retryAfter, date }: Pick<RetryableError, "retryAfter" | "date">,
  clock: Clock,
): number {
  if (retryAfter === undefined) return 0;
  const text = retryAfter.trim();
  const now = httpTimeIn(date ?? "") ?? clock.now();
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : (httpTimeIn(text) ?? timeIn(text) ?? now) - now;
  // A date beyond what a clock can show is nonsense, too.
  return Number.isNaN(wait) || wait > 1e12 ? 0 : Math.max(0, wait);
}
