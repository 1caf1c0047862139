import { hash } from "node:crypto";
import { IDENTIFIER_NAMESPACE } from "../../record/index.js";
import type { Scratch } from "./scratch.js";
import { copyBytes } from "./scratch.js";

const VARIANTS = "89ab";

/** Writes the identifiers that `identifierOf` gives, from bytes: a UUID of version 5 (RFC 9562, section 5.5). */
export class IdentifierWriter {
  /** The namespace, then the name. */
  #bytes = new Uint8Array(1024);
  #length = 0;

  constructor() {
    this.#bytes.set(IDENTIFIER_NAMESPACE);
  }

  begin(): void {
    this.#length = IDENTIFIER_NAMESPACE.length;
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    copyBytes(bytes, start, end, this.#bytes, this.#length);
    this.#length = length;
  }

  writeTo(scratch: Scratch): void {
    const digest = hash("sha1", this.#bytes.subarray(0, this.#length), "hex");
    const variant = VARIANTS[Number.parseInt(digest[16] as string, 16) & 3];
    const middle = `${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}`;
    scratch.appendAscii(`${digest.slice(0, 8)}-${middle}-${digest.slice(20, 32)}`);
  }
}
