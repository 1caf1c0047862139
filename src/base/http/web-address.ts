import { Failure } from "../failure.js";
import { refuseUserInfo } from "../secrets/index.js";

/**
 * An address that a person gave, as an option, in a variable or a profile: http or https, without user and password,
 * which are secrets and would stand in messages. `name` is where it was given: `--base-url`. Throws a `Failure`
 * ("usage"); the message shows the address only where there can be no password in it.
 */
export function webAddress(text: string, name: string): string {
  const trimmed = text.trim();
  refuseUserInfo(name, trimmed);
  if (!/[\s\p{Cc}]/u.test(trimmed) && /^https?:\/\/[^/]/i.test(trimmed) && URL.canParse(trimmed))
    return trimmed;
  const shown = trimmed.includes("@") ? "what is given" : JSON.stringify(trimmed);
  throw new Failure(
    "usage",
    `${name}: ${shown} is no address of the web; it begins with https:// or http:// and a host`,
  );
}
