/** Shards and their manifest to a published dataset: pages, checksums, guards, and one file a target. */
export { readNotes } from "./checks/card-notes.js";
export { checkSets } from "./checks/claims.js";
export { parseExclusion } from "./checks/exclusion.js";
export { manifestOfFolder } from "./checks/found-manifest.js";
export { excludeLicenses } from "./checks/left-out.js";
export type { OptOutList } from "./checks/opted-out.js";
export { readTombstones } from "./checks/tombstones.js";
export { type Published, type PublishOptions, publish } from "./publish.js";
export { FORMAT_VERSION, type ReleaseFile } from "./release-manifest.js";
export { checkKeepReleases, openDestination, type TargetOptions } from "./targets/destinations.js";
export { parseTarget, TARGETS, type Target } from "./targets/list.js";
