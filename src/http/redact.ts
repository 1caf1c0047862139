/**
 * Query parameters that carry API keys, by the names that providers use. Their values are never shown, and never
 * sent to another host.
 */
const KEY_PARAMETERS = new Set([
  ...["access_token", "api_key", "apikey", "client_id", "client_secret", "key", "s", "token", "wskey"],
]);

/** Whether a query parameter carries a key; case does not matter. */
export function isKeyParameter(name: string): boolean {
  return KEY_PARAMETERS.has(name.toLowerCase());
}

/** How an address is named in messages. */
export type NameOf = (url: URL) => string;

/** A URL for messages and state files: without user and password, the values of key parameters as `…`. */
export function redactUrl(url: URL | string): string {
  const text = String(url).replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, "$1");
  return text.replace(/([?&])([^=&#]*)=[^&#]*/g, (pair, mark: string, name: string) =>
    isKeyParameter(decoded(name)) ? `${mark}${name}=…` : pair,
  );
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replace(/\+/g, " "));
  } catch {
    return name;
  }
}

/** The values of the key parameters of a URL. */
export function keysIn(url: URL): Set<string> {
  return new Set([...url.searchParams].filter(([name]) => isKeyParameter(name)).map(([, value]) => value));
}

/** A URL without the parameters, of whatever name, that carry one of these keys. */
export function withoutKeys(url: URL, keys: ReadonlySet<string>): URL {
  const bare = new URL(url);
  for (const [name, value] of url.searchParams) if (keys.has(value)) bare.searchParams.delete(name);
  return bare;
}
