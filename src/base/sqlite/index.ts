export { Database, exactName, openFile, requireExactName } from "./sqlite.js";
export { asFailure, Damage, explain, Hindrance, isBusy, isCorrupt } from "./sqlite-errors.js";
export { patiently, type Waiting } from "./waiting.js";
