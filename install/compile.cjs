const { writeFileSync } = require("node:fs");
const { compiledFile, load } = require("./start.cjs");

/** For the build: has a bundle show its help, and keeps what Node has compiled for that: it is needed at every start. */
const [file] = process.argv.splice(2, 1, "--help");
const { script, main, command } = load(file);
process.on("exit", () => writeFileSync(compiledFile(file), script.createCachedData()));
main(command);
