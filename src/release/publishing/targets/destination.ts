import { Failure } from "../../../base/failure.js";
import type { Release } from "../release.js";
import type { ReleaseFile, ReleaseManifest } from "../release-manifest.js";

/** What a target did with a release. */
export interface Delivery {
  /** Files that had to be written or sent; the others were there already. */
  readonly sent: readonly ReleaseFile[];
  /** Where people find it. */
  readonly url?: string | undefined;
  readonly doi?: string | undefined;
  /** An earlier run had put it there, whole: this one has left it as it is. */
  readonly unchanged?: boolean;
}

/** Old releases that were removed, or would be. */
export interface Pruned {
  readonly releases: readonly string[];
  /** All files of them, and their bytes. */
  readonly files: number;
  readonly bytes: number;
}

/** A release of this name stands there with other files; one whose name nobody chose takes the next name. */
export class NameTaken extends Failure {
  constructor(destination: string, version: string) {
    const problem = `the release ${version} is there already, with other files; name another with --release`;
    super("no_output", `${destination}: ${problem}`);
  }
}

/** A place to publish to. One release at a time; what was there before stays whole until the new one is. */
export interface Destination {
  /** As people write it: `folder:dataset`. */
  readonly name: string;
  /** Whether releases stand side by side here, so that a delta takes the place of none. */
  readonly keepsReleases?: true;
  /** The text of the latest release's manifest.json; undefined where there is none. */
  latest(): Promise<string | undefined>;
  /** The text of the card that people see now; undefined where there is none, or it cannot be overwritten. */
  readCard?(): Promise<string | undefined>;
  /** Whether this very release stands there whole; it then need not be published again. */
  holds(release: Release): Promise<boolean>;
  /** Puts the release in place; the pointer to it moves last. Throws `NameTaken` before anything is changed. */
  put(release: Release, latest: ReleaseManifest | undefined): Promise<Delivery>;
  /** Finishes what a run that died after its last file has left undone. Only for a release that is there whole. */
  finish?(release: Release): Promise<void>;
  /**
   * Removes old releases until `keep` are left, this one included (of a dry run: as if it were there). For places
   * where releases stand side by side.
   */
  prune?(release: Release, options: { readonly keep: number; readonly isDry: boolean }): Promise<Pruned>;
  /** Where people find it, known beforehand. */
  readonly url?: string | undefined;
  /** The git repository that releases lie in, where they lie in one. */
  readonly repository?: string | undefined;
  /** Closes connections. */
  close?(): Promise<void>;
}
