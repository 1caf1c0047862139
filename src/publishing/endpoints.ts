import { Failure } from "../failure.js";

/**
 * The address of a service as a person gave it, by an option or a variable: http or https, without user, password, query
 * and fragment, and without slashes at its end. Throws a `Failure` ("usage") for anything else.
 */
export function checkEndpoint(address: string, source: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const problem = (words: string) =>
    new Failure("usage", `${source}: ${words}; write it as https://example.org`);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw problem(`${JSON.stringify(address.slice(0, 200))} is not an address`);
  }
  // It may hold a password, so it is not repeated.
  if (url.username !== "" || url.password !== "")
    throw problem("an address with user and password is none for it");
  if (url.search !== "" || url.hash !== "" || /[?#]$/.test(address)) {
    throw problem(`${JSON.stringify(address.slice(0, 200))} has a query or a fragment`);
  }
  return url.href.replace(/\/+$/, "");
}
