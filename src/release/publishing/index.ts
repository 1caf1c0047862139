/** From shards and their manifest to a published dataset: checks, pages, and targets. */
export { readNotes } from "./checks/card-notes.js";
export { checkSets } from "./checks/claims.js";
export { manifestOfFolder } from "./checks/found-manifest.js";
export { excludeLicenses, parseExclusion } from "./checks/left-out.js";
export type { OptOutList } from "./checks/opted-out.js";
export type { Watch } from "./checks/shard-files.js";
export { readTombstones } from "./checks/tombstones.js";
export { type Published, type PublishOptions, publish } from "./publish.js";
export { FORMAT_VERSION, type ReleaseFile } from "./release-manifest.js";
