/**
 * Output that appears under its name only when it is whole: written under a temporary name beside it, synced to
 * the disk, then renamed.
 */
export { orFail, WholeFile, writeWholeFile } from "./whole-file.js";
export { type FolderRules, sync, WholeFolder } from "./whole-folder.js";
