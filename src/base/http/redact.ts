import { isSecretName, redactAddresses } from "../secrets/index.js";

/** Whether a query parameter carries a key. Its value is never shown, and never sent to another host. */
export const isKeyParameter = isSecretName;

/** How an address is named in messages. */
export type NameOf = (url: URL) => string;

/** A URL for messages and state files: without user and password, the values of key parameters as `…`. */
export function redactUrl(url: URL | string): string {
  return redactAddresses(String(url));
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
