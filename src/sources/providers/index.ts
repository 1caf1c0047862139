/** Providers: how their pages are walked and how their items become media records. */
import { Failure } from "../../base/failure.js";
import { nearestName } from "../../base/nearest.js";
import * as list from "./list.js";
import type { Provider } from "./provider.js";

export { type Batch, Collector, type CollectorOptions, type PageSoFar, REMEMBERED } from "./collector.js";
export { convertItem } from "./convert.js";
export { isTableFile, joinedItems } from "./dump.js";
export { limitsOf } from "./limits.js";
export type {
  Budget,
  ItemTools,
  Page,
  Provider,
  ProviderKey,
  RawRecord,
  Session,
  Skipped,
} from "./provider.js";
export { savedItems } from "./saved-answers.js";
export { convertInThreads, type SavedPart } from "./saved-parallel.js";
export { openWalk, type Walk, type WalkOptions } from "./walk.js";
export { type LockOptions, lockWalk, type WalkLock } from "./walk-lock.js";
export {
  type Arrivals,
  type Done,
  findPlace,
  forgetPlace,
  lockOf,
  type OutputFile,
  type Place,
  type WalkPlace,
} from "./walk-place.js";

/** All providers, in the order of their names. */
export const PROVIDERS: readonly Provider[] = Object.values(list);

/** The provider of a name. Throws a `Failure` (`usage`) that names the nearest where there is none. */
export function findProvider(name: string): Provider {
  const found = PROVIDERS.find((provider) => provider.name === name);
  if (found) return found;
  const names = PROVIDERS.map((provider) => provider.name);
  const near = nearestName(name, names);
  const help = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw new Failure(
    "usage",
    `there is no provider ${JSON.stringify(name)}; there are ${names.join(", ")}${help}`,
  );
}
