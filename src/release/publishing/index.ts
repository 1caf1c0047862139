/** Shards and their manifest to a published dataset: pages, checksums, guards, and one file a target. */
export { readNotes } from "./card-notes.js";
export { checkSets } from "./claims.js";
export { checkKeepReleases, openDestination, type TargetOptions } from "./destinations.js";
export { parseExclusion } from "./exclusion.js";
export { manifestOfFolder } from "./found-manifest.js";
export { excludeLicenses } from "./left-out.js";
export type { OptOutList } from "./opted-out.js";
export { type Published, type PublishOptions, publish } from "./publish.js";
export { FORMAT_VERSION, type ReleaseFile } from "./release-manifest.js";
export { parseTarget, TARGETS, type Target } from "./targets.js";
export { readTombstones } from "./tombstones.js";
