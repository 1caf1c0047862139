/**
 * What a file is by its first bytes, and what is in it where it is packed. Output that appears under its name only when
 * it is whole: written under a temporary name beside it, synced to the disk, then renamed.
 */
export { FORMAT_BYTES, type Format, type FormatKind, formatOf } from "./format.js";
export { gunzip } from "./gunzip.js";
export type { Damage } from "./inflate.js";
export { MAGIC, MemberInflater, type Text, ZEROS } from "./member-inflater.js";
export { isUnpacked, unpacked } from "./unpacked.js";
export { isSameFile, orFail, WholeFile, writeWholeFile } from "./whole-file.js";
export { type FolderRules, sync, WholeFolder } from "./whole-folder.js";
