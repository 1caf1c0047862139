/** An address without slashes at its end, so that a path can be added. */
export function dropTrailingSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

/** Whether a source's id can stand in a path as it is: no slash, and no dots that lead elsewhere. */
export function isPlainId(id: string | undefined): id is string {
  return id !== undefined && /^[\w-]{1,100}$/.test(id);
}

/** What may stand in a query; a list is sent as one parameter for each of its elements. */
export type QueryParameters = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** An address with a query; numbers are written out, undefined members left out. */
export function withQuery(address: string | URL, query: QueryParameters): URL {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const element of value) url.searchParams.append(name, element);
    else if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

/** An address without the parameters that only say where a visitor came from; the rest as it is written. */
export function withoutTracking(url: string): string {
  return withoutParameters(url, (name) => /^utm_/i.test(name));
}

/** A parameter of an address, which may stand in a text or in HTML. */
const PARAMETER = /(\?|#|&amp;|[&;])([^\s=&;?#"'<>\\]+)=([^\s&;#"'<>\\]*)/g;
/** Where the first parameter after a mark was taken out: the next one takes its place, or the mark goes, too. */
const GAP = /([?#])\u0000(?:(?:&amp;|[&;])|(?=[\s#"'<>\\]|$))/g;

/** A text without some parameters of the addresses in it; the rest as it is written. */
export function withoutParameters(text: string, isCut: (name: string, value: string) => boolean): string {
  const cut = text.replace(PARAMETER, (all, mark: string, name: string, value: string) => {
    if (!isCut(name, value)) return all;
    return mark === "?" || mark === "#" ? `${mark}\u0000` : "";
  });
  if (cut === text) return text;
  return cut.replace(GAP, (gap, mark: string) => (gap.length > 2 ? mark : ""));
}
