import { Failure } from "../failure.js";

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
