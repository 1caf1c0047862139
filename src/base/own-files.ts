/** What the build makes. A bundle that this is part of lies one folder below it, as this file does: install/bundle.cjs. */
const BUILT = new URL("../", import.meta.url);

/** A file that the build makes, by its path below `src`: a module of WebAssembly, or one for threads (`run/…`). */
export function builtFile(path: string): URL {
  return new URL(path, BUILT);
}

/** A file of the package, by its path below package.json. */
export function packageFile(path: string): URL {
  return new URL(`../${path}`, BUILT);
}
