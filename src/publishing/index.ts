/** Shards and their manifest to a published dataset: pages, checksums, and one file a target. */
export { type FolderOptions, type Published, publishToFolder } from "./folder.js";
export { type Release, releaseOf } from "./release.js";
export { FORMAT_VERSION, type ReleaseFile } from "./release-manifest.js";
export { parseTarget, TARGETS, type Target } from "./targets.js";
