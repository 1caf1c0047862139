/**
 * What a file is by its first bytes, what is in it where it is packed, and which paths name the same one. Output that
 * appears under its name only when it is whole: written under a temporary name beside it, synced to the disk, then renamed.
 */

export { FORMAT_BYTES, type Format, type FormatKind, formatOf } from "./format.js";

export { type Identity, identityOf, lineageOf, pathOf } from "./identity.js";

export { followed } from "./links.js";
export { entriesUnder } from "./listing.js";

export { makeScratch } from "./scratch.js";
export { isUnpacked, unpacked, zstdBinding } from "./unpacked.js";
export { type OutputOptions, openGrowing, WholeFile, writeWholeFile } from "./whole-file.js";
export { type FolderRules, sync, WholeFolder } from "./whole-folder.js";
