/** What the walks of several providers need. */

/** An address without slashes at its end, so that a path can be put behind it. */
export function dropTrailingSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

/** What may stand in a query; a list is sent as one parameter for each of its elements. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** An address with a query; numbers are written out, undefined members left out. */
export function withQuery(address: string | URL, query: Query): URL {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const element of value) url.searchParams.append(name, element);
    else if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}
