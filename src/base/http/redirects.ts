import { Failure } from "../failure.js";
import type { Exchange } from "./exchange.js";
import { type Hosts, hostAndPort, NotAsked } from "./hosts.js";
import { keysIn, type NameOf, redactUrl, withoutKeys } from "./redact.js";
import type { Headed } from "./why-failed.js";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 10;

/**
 * Headers that any host may see. Credentials come under many names, so only known names pass: what says which answer is
 * wanted, and of what kind a body is.
 */
const NOT_HARMLESS =
  /^(?!(?:accept(?:-encoding|-language)?|(?:if-)?range|if-none-match|user-agent|content-(?:type|length|md5))$)/i;

export function isRedirect({ status }: Headed): boolean {
  return REDIRECTS.has(status);
}

/** Where a redirect leads. Throws a `Failure` ("refused") where that is no address that can be asked. */
export function targetOf({ status, headers }: Headed, from: URL, nameOf: NameOf = redactUrl): URL {
  const { location } = headers;
  const problem = `${nameOf(from)} redirects (status ${status}) to no address that can be asked`;
  if (location === undefined) throw new Failure("refused", `${problem}: it names none`);
  if (!URL.canParse(location, from.href)) throw new Failure("refused", problem);
  const url = new URL(location, from);
  if (/^https?:$/.test(url.protocol)) return url;
  throw new Failure(
    "refused",
    `${problem}: it begins with ${url.protocol}, and only http and https are asked`,
  );
}

/**
 * Sends a request, and what its redirects ask for, one after the other: `send` looks at every hop. Gives the last answer
 * and the address that gave it. Throws a `Failure` ("refused") for redirects that lead nowhere or round in circles.
 */
export async function following<A extends Headed>(
  asked: Exchange,
  { hosts, nameOf = redactUrl }: { readonly hosts: Hosts; readonly nameOf?: NameOf },
  send: (asked: Exchange) => Promise<A>,
): Promise<{ answer: A; url: URL }> {
  const keys = keysIn(asked.url);
  let next = asked;
  let from: URL | undefined;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await send(next).catch((error: unknown) => {
      if (!from || !(error instanceof NotAsked)) throw error;
      throw new NotAsked("refused", `${nameOf(from)} redirects to ${nameOf(next.url)}: ${error.message}`);
    });
    if (!isRedirect(answer)) return { answer, url: next.url };
    const { url } = next;
    from = url;
    const target = targetOf(answer, url, nameOf);
    next = { ...readInstead(next, answer.status), url: target };
    if (target.origin === url.origin) continue;
    if (next.body !== undefined && !hosts.isTrusted(target)) throw notSentOn(nameOf(url), target);
    next = elsewhere(next, keys);
  }
  throw new Failure("refused", `${nameOf(asked.url)} redirects more than ${MOST_REDIRECTS} times`);
}

/** Only 307 and 308 ask for the same request again; what else is sent is answered by a page to be read. */
function readInstead(asked: Exchange, status: number): Exchange {
  const { method, body: _, headers, ...rest } = asked;
  const isRead = status === 303 ? method !== "HEAD" : status < 307 && method === "POST";
  return isRead ? { ...rest, method: "GET", headers: without(headers, /^content-/i) } : asked;
}

/**
 * A request as another origin may see it, and a change from https to http is one: harmless headers, and no parameter
 * that carries a key of the first address.
 */
function elsewhere(asked: Exchange, keys: ReadonlySet<string>): Exchange {
  const url = withoutKeys(asked.url, keys);
  // User and password in an address are no better there.
  [url.username, url.password] = ["", ""];
  return { ...asked, url, headers: without(asked.headers, NOT_HARMLESS) };
}

/** What is sent goes only to hosts that the person has named. */
function notSentOn(from: string, to: URL): Failure {
  return new Failure(
    "refused",
    `${from} redirects what is sent to another host, ${to.host}, which nobody has named; ` +
      `if it is meant, allow it with --allow-host ${hostAndPort(to)}`,
  );
}

function without(headers: Exchange["headers"], pattern: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !pattern.test(name)));
}
