/** The door to SQLite: a program says what kind of database it keeps, and opens its files here. */
export { besideDatabase } from "./beside.js";
export { Door, type Opening } from "./door.js";
export { Damage, Hindrance, isBusy, isCorrupt } from "./errors.js";
export { isLocked, lockHolder } from "./locks.js";
export { Database, exactName, openFile } from "./sqlite.js";
export { integrityFaults } from "./tables.js";
export { patiently, type Waiting } from "./waiting.js";
