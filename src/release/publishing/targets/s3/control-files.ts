import { Failure } from "../../../../base/failure.js";
import { isObject, jsonIn, objectOf, type Shape, sha256, text } from "../../checks/shapes.js";
import { manifestOf, type Release } from "../../release.js";
import { sha256Of, withoutSyncTimes } from "../../release-manifest.js";
import { isReleaseName } from "../../release-paths.js";
import { inWordsOf } from "../answers.js";

/** The two small files beside the releases: which release is the latest, and which one is being published. */

/** Names the latest release; it moves last. */
export const POINTER = "latest.json";
/** There while somebody publishes: which release it is to be. */
export const CLAIM = "publishing.json";

/** What `latest.json` holds. */
export interface Pointer {
  readonly version: string;
  /** Of the release, below the prefix: `v=2026-11-02/`. */
  readonly path: string;
  readonly manifest_sha256: string;
}

/** The folder of a release, below the prefix. */
export function folderOf({ version }: Release): string {
  return `v=${version.version}/`;
}

/** What `publishing.json` holds while a release is being published: the same for the same release on another night. */
export function claimOf(release: Release): string {
  const { version } = release.version;
  return `${JSON.stringify({ version, manifest_sha256: sha256Of(withoutSyncTimes(manifestOf(release))) })}\n`;
}

/** What `latest.json` is to hold. */
export function pointerOf(release: Release): string {
  const pointer: Pointer = {
    version: release.version.version,
    path: folderOf(release),
    manifest_sha256: sha256Of(manifestOf(release)),
  };
  return `${JSON.stringify(pointer)}\n`;
}

const name: Shape<string> = (value): value is string => text(value) && isReleaseName(value);
const pointer = objectOf<Pointer>({ version: name, path: text, manifest_sha256: sha256 });

/** Reads `latest.json`. Throws a `Failure` ("refused") for a file that is not ours. */
export function parsePointer(json: string, where: string): Pointer {
  const found = jsonIn(json);
  // Its path becomes a part of keys: it is that of a release, and leads nowhere else.
  if (pointer(found) && found.path === `v=${found.version}/`) {
    const { version, path, manifest_sha256 } = found;
    return { version, path, manifest_sha256 };
  }
  throw new Failure("refused", `${where} is not one of ours (${inWordsOf(json)}); name another prefix`);
}

/** The release that a claim is of, for a message. */
export function parseVersion(json: string | undefined): string {
  const found = jsonIn(json ?? "");
  return isObject(found) && name(found.version) ? found.version : "unknown";
}
