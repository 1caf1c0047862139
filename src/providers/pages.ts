import { Failure } from "../failure.js";
import type { Provider, Session } from "./provider.js";

/** What the walks of several providers need. */

/** An address without slashes at its end, so that a path can be put behind it. */
export function dropTrailingSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

/** An address with a query; numbers are written out, undefined members left out. */
export function withQuery(
  address: string,
  query: Readonly<Record<string, string | number | undefined>>,
): URL {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

/** The session's API key; without one a `Failure` (`no_permission`) that says where to get it. */
export function keyOf({ title, key }: Provider, session: Session): string {
  if (session.key) return session.key;
  throw new Failure(
    "no_permission",
    `${title} asks for an API key: set ${key?.variable} (get one at ${key?.where})`,
  );
}
