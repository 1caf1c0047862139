import { createRequire } from "node:module";
import type * as Tldts from "tldts";

/**
 * The list of public suffixes. It is 100 kB of CommonJS, which `import` parses twice: a fifth of the processor time that
 * `ov-stage` takes to start. `require` parses it once.
 */
const tldts: typeof Tldts = createRequire(import.meta.url)("tldts");

export const parseHost = tldts.parse;
