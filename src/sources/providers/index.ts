/** Providers: where the records of each come from, one file each. */
import { Failure } from "../../base/failure.js";
import { didYouMean } from "../../base/nearest.js";
import type { Provider } from "../engine/index.js";
import * as list from "./list.js";

export { convertInThreads, type SavedPart } from "./saved-parallel.js";

/** All providers, in the order of their names. */
export const PROVIDERS: readonly Provider[] = Object.values(list);

/** The provider of a name. Throws a `Failure` (`usage`) that names the nearest where there is none. */
export function findProvider(name: string): Provider {
  const found = PROVIDERS.find((provider) => provider.name === name);
  if (found) return found;
  const names = PROVIDERS.map((provider) => provider.name);
  const help = didYouMean(name, names);
  throw new Failure(
    "usage",
    `there is no provider ${JSON.stringify(name)}; there are ${names.join(", ")}${help}`,
  );
}
