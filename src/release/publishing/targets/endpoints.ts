import { Failure } from "../../../base/failure.js";
import { webAddress } from "../../../base/http/index.js";

/**
 * The address of a service as a person gave it, without slashes at its end. Throws a `Failure` ("usage") for anything else,
 * also for one with a query or a fragment: paths are added to it.
 */
export function endpointOf(address: string, name: string): string {
  const text = webAddress(address, name);
  if (!/[?#]/.test(text)) return text.replace(/\/+$/, "");
  throw new Failure("usage", `${name}: an address with a query or a fragment cannot be that of a service`);
}
