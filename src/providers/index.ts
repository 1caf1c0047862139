/** Providers: how their pages are walked and how their items become media records. */
import { Failure } from "../failure.js";
import { aucklandmuseum } from "./aucklandmuseum.js";
import { brooklynmuseum } from "./brooklynmuseum.js";
import { ccmixter } from "./ccmixter.js";
import { clevelandmuseum } from "./clevelandmuseum.js";
import { europeana } from "./europeana.js";
import { finnishmuseums } from "./finnishmuseums.js";
import { flickr } from "./flickr.js";
import { freesound } from "./freesound.js";
import { inaturalist } from "./inaturalist.js";
import { jamendo } from "./jamendo.js";
import { justtakeitfree } from "./justtakeitfree.js";
import { met } from "./met.js";
import { museumsvictoria } from "./museumsvictoria.js";
import { nappy } from "./nappy.js";
import { nypl } from "./nypl.js";
import { openverse } from "./openverse.js";
import { phylopic } from "./phylopic.js";
import type { Provider } from "./provider.js";
import { rawpixel } from "./rawpixel.js";
import { sciencemuseum } from "./sciencemuseum.js";
import { smithsonian } from "./smithsonian.js";
import { smk } from "./smk.js";
import { stocksnap } from "./stocksnap.js";
import { wikimedia } from "./wikimedia.js";
import { wordpress } from "./wordpress.js";

export { type Batch, Collector, type CollectorOptions } from "./collector.js";
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

/** All providers, in the order of their names. */
export const PROVIDERS: readonly Provider[] = [
  aucklandmuseum,
  brooklynmuseum,
  ccmixter,
  clevelandmuseum,
  europeana,
  finnishmuseums,
  flickr,
  freesound,
  inaturalist,
  jamendo,
  justtakeitfree,
  met,
  museumsvictoria,
  nappy,
  nypl,
  openverse,
  phylopic,
  rawpixel,
  sciencemuseum,
  smithsonian,
  smk,
  stocksnap,
  wikimedia,
  wordpress,
];

/** The provider of a name. Throws a `Failure` (`usage`) that lists the names where there is none. */
export function findProvider(name: string): Provider {
  const found = PROVIDERS.find((provider) => provider.name === name);
  if (found) return found;
  const names = PROVIDERS.map((provider) => provider.name).join(", ");
  throw new Failure("usage", `there is no provider ${JSON.stringify(name)}; there are ${names}`);
}
