const { load } = require("./start.cjs");

/** For the build: has a bundle show its help, and keeps what Node has compiled for that: it is needed at every start. */
const [file] = process.argv.splice(2, 1, "--help");
const { keep, main, command } = load(file);
process.on("exit", keep);
main(command);
