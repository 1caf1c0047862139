import { createRequire } from "node:module";
import type * as Tldts from "tldts";

let tldts: typeof Tldts | undefined;

/**
 * The list of public suffixes. It is 100 kB of CommonJS, which `import` parses twice: a fifth of the processor time that
 * `ov-stage` takes to start. `require` parses it once, when the first host is looked at.
 */
export const parseHost: typeof Tldts.parse = (...host) => {
  tldts ??= createRequire(import.meta.url)("tldts") as typeof Tldts;
  return tldts.parse(...host);
};
