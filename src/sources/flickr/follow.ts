import { Failure } from "../../base/failure.js";
import type { OpenClient, Redirect } from "../../base/http/index.js";
import {
  type FlickrUrl,
  type FlickrUrlError,
  followableUrl,
  isFlickrHost,
  type ParseOptions,
  parseFlickrUrl,
} from "./urls/index.js";

/** The most redirects that are followed from one URL. */
const MOST_HOPS = 10;

/** Why a URL could not be followed to its end. */
export interface NotFollowed {
  readonly error: "NotFollowed" | "UnrecognisedUrl";
  readonly reason: string;
  /** Whether trying again later can help. */
  readonly retryable: boolean;
}

export type Followed = FlickrUrl | FlickrUrlError | NotFollowed;

/** What a URL means: at once where it says so itself, else a promise of what Flickr says. */
export type Follow = (url: string) => Followed | Promise<Followed>;

/**
 * Follows short URLs, guest passes and secret links to what they stand for; every other URL is parsed as it is. Only
 * hosts of Flickr are asked. Each address is asked for once, so repeated URLs cost nothing.
 *
 * Failures are results: `UnrecognisedUrl` where Flickr knows no such address (it does not tell revoked from wrong) or
 * leads to something that we do not know, `NotFollowed` where it could not be found out; with `decodeShort`, a code that could
 * not be followed is decoded. Something is thrown only when the client's signal ends everything.
 */
export function createFollow(client: Asking, options: ParseOptions = {}): Follow {
  // As many entries as there were requests, which the client's pace keeps few.
  const cache = new Map<string, Promise<FlickrUrl | NotFollowed>>();
  return (url) => {
    const result = parseFlickrUrl(url, options);
    if (isSettled(result)) return result;
    const start = followableUrl(url);
    if (start === undefined) return result;
    const answer = cache.get(start) ?? redirected(client, new URL(start));
    cache.set(start, answer);
    return "error" in result || !result.inferred ? answer : orElse(answer, result);
  };
}

type Asking = Pick<OpenClient, "redirect">;

/** Whether Flickr has nothing to add. */
function isSettled(result: FlickrUrl | FlickrUrlError): boolean {
  return (
    "type" in result && result.type !== "short_url" && result.type !== "shared_items" && !result.inferred
  );
}

async function orElse(answer: Promise<FlickrUrl | NotFollowed>, inferred: FlickrUrl): Promise<Followed> {
  const result = await answer;
  return "error" in result && result.error === "NotFollowed" ? inferred : result;
}

async function redirected(client: Asking, start: URL): Promise<FlickrUrl | NotFollowed> {
  let url = start;
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    let answer: Redirect;
    try {
      answer = await client.redirect({ url });
    } catch (error) {
      if (!(error instanceof Failure) || error.outcome === "interrupted") throw error;
      return { error: "NotFollowed", reason: error.message, retryable: error.retryable };
    }
    const { target } = answer;
    if (target === undefined) return endOf(url, answer.status);
    if (!isFlickrHost(target.hostname) || target.port !== "") {
      const reason = `${url.href} redirects to ${target.host}, which is not of Flickr`;
      return { error: "NotFollowed", reason, retryable: false };
    }
    const result = parseFlickrUrl(target.href);
    // Flickr has named it: the page itself need not be loaded.
    if ("type" in result && isSettled(result)) return result;
    url = target;
  }
  const reason = `${start.href} redirects more than ${MOST_HOPS} times`;
  return { error: "NotFollowed", reason, retryable: false };
}

/** What it means that an address does not redirect. */
function endOf({ href }: URL, status: number): NotFollowed {
  if (status === 401 || status === 403) {
    return { error: "NotFollowed", reason: `${href} does not let us (status ${status})`, retryable: false };
  }
  if (status >= 500)
    return { error: "NotFollowed", reason: `${href} answered with status ${status}`, retryable: true };
  const reason =
    status < 300
      ? `Flickr leads to ${href}, which is not recognised`
      : `${href} answered with status ${status}`;
  return { error: "UnrecognisedUrl", reason, retryable: false };
}
