/**
 * What a file is by its first bytes. Output that appears under its name only when it is whole: written under a
 * temporary name beside it, synced to the disk, then renamed.
 */
export { FORMAT_BYTES, type Format, type FormatKind, formatOf } from "./format.js";
export { orFail, WholeFile, writeWholeFile } from "./whole-file.js";
export { type FolderRules, sync, WholeFolder } from "./whole-folder.js";
