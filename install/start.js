import { existsSync } from "node:fs";

/** Runs a command of `src/commands`, for the executables in `bin`. */

const DIST = new URL("../dist/", import.meta.url);

/** Runs the command that a file of `src/commands` exports under this name. */
export async function start(file, name) {
  if (!existsSync(DIST)) {
    const { build } = await import("./first-use.js");
    build();
  }
  const [{ main }, commands] = await Promise.all([
    import(new URL("command-line/index.js", DIST)),
    import(new URL(`commands/${file}.js`, DIST)),
  ]);
  await main(commands[name]);
}
