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

/** Who asks: the package, its version, and how to reach whoever runs it. */
export interface Asker {
  /** The package's version, for `User-Agent: ov-tools/1.2.3`. */
  readonly version: string;
  /** An e-mail or web address. */
  readonly contact?: string | undefined;
}

/** The user agent; a contact that no header can carry is a `Failure` (`usage`). */
export function userAgentOf({ version, contact }: Asker): string {
  if (!contact) return `ov-tools/${version}`;
  if (/[^\x20-\x7e]/.test(contact)) {
    throw new Failure(
      "usage",
      "the contact has characters that a request cannot carry: use an e-mail or web address",
    );
  }
  return `ov-tools/${version} (+${contact})`;
}
