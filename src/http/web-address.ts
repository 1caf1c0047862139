import { Failure } from "../failure.js";

/**
 * An address that a person gave, as an option, in a variable or a profile: http or https, without user and password,
 * which are secrets and would stand in messages. `name` is where it was given: `--base-url`. Throws a `Failure`
 * ("usage"); the message shows the address only where there can be no password in it.
 */
export function webAddress(text: string, name: string): string {
  const trimmed = text.trim();
  const shown = trimmed.includes("@") ? "what is given" : JSON.stringify(trimmed);
  const problem = (why: string) => new Failure("usage", `${name}: ${shown} ${why}`);
  if (/[\s\p{Cc}]/u.test(trimmed) || !/^https?:\/\/[^/]/i.test(trimmed) || !URL.canParse(trimmed)) {
    throw problem("is no address of the web; it begins with https:// or http:// and a host");
  }
  const { username, password } = new URL(trimmed);
  if (username !== "" || password !== "") throw problem("has a user or password in it; give it without them");
  return trimmed;
}
