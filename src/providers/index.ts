/** Providers: how their pages are walked and how their items become media records. */
import { Failure } from "../failure.js";
import { clevelandmuseum } from "./clevelandmuseum.js";
import { flickr } from "./flickr.js";
import { openverse } from "./openverse.js";
import type { Provider } from "./provider.js";
import { smithsonian } from "./smithsonian.js";
import { stocksnap } from "./stocksnap.js";
import { wikimedia } from "./wikimedia.js";

export { type Batch, Collector, type CollectorOptions } from "./collector.js";
export { convertItem } from "./convert.js";
export type { ItemTools, Page, Provider, RawRecord, Session, Skipped } from "./provider.js";
export { savedItems } from "./saved-answers.js";
export { openWalk, type Walk, type WalkOptions } from "./walk.js";

/** All providers, in the order of their names. */
export const PROVIDERS: readonly Provider[] = [
  clevelandmuseum,
  flickr,
  openverse,
  smithsonian,
  stocksnap,
  wikimedia,
];

/** The provider of a name. Throws a `Failure` (`usage`) that lists the names where there is none. */
export function findProvider(name: string): Provider {
  const found = PROVIDERS.find((provider) => provider.name === name);
  if (found) return found;
  const names = PROVIDERS.map((provider) => provider.name).join(", ");
  throw new Failure("usage", `there is no provider ${JSON.stringify(name)}; there are ${names}`);
}
