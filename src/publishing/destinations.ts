import type { Destination } from "./destination.js";
import { FolderDestination } from "./folder.js";
import type { Watch } from "./shard-files.js";
import type { Target } from "./targets.js";

/** What targets are told beside where they are; each takes what it needs. */
export interface TargetOptions extends Watch {
  /** Whether an older dataset may be replaced; for folders. */
  readonly replace: boolean;
}

/** Opens a target. */
export async function openDestination(target: Target, options: TargetOptions): Promise<Destination> {
  return new FolderDestination({ ...options, folder: target.folder });
}
