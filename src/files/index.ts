/**
 * Output that appears under its name only when it is whole: written under a temporary name beside it, synced to
 * the disk, then renamed.
 */
export { WholeFile, writeWholeFile } from "./whole-file.js";
export { type FolderRules, WholeFolder } from "./whole-folder.js";
