/** How modules of WebAssembly are loaded. Their source, and what they share, is in `assembly` folders. */
import { readFileSync } from "node:fs";

/**
 * Compiles the module in a file; gives what makes an instance of it, with a memory of its own. `Exports` is what the
 * module offers, `host` what it imports from "host". `name` is how an error calls the module: "the reader of lines".
 */
export function moduleAt<Exports>(file: URL, name: string): (host?: object) => Exports {
  const module = new WebAssembly.Module(readFileSync(file));
  const env = {
    abort: () => {
      throw new Error(`${name} is out of memory`);
    },
  };
  return (host = {}) => new WebAssembly.Instance(module, { host, env }).exports as Exports;
}
