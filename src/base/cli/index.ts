/** What commands share: their shape, messages, stdin and stdout, and the one place where errors become exit codes. */

export { nameOf, type Option, type Options, type OptionTable } from "../option.js";
export { allOptions, type Command, FILES_OPERAND, type Invocation, SHARED, START_AGAIN } from "./command.js";
export { type Contents, checkFiles } from "./contents.js";
export { contactOf, isByClock, nowOf, stateFolder } from "./environment.js";
export { describeOption, usageLine } from "./help.js";
export type { Messages } from "./messages.js";
export { usesOf } from "./named-paths.js";
export { main } from "./program.js";
export { type Progress, startProgress, timeLeft } from "./progress.js";
export {
  endIfNothingGood,
  forEachBlock,
  forEachEntry,
  forEachRecord,
  type Handler,
  type Source,
  type Tally,
} from "./records.js";
export {
  openInput,
  openInputs,
  openOutput,
  openOutputAside,
  printLines,
} from "./streams.js";
export { formatTable } from "./table.js";
export type { Use, Uses } from "./uses.js";
export { packageFolder, packageVersion } from "./version.js";
