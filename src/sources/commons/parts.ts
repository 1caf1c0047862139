import { Failure } from "../../base/failure.js";
import { nearestName } from "../../base/nearest.js";
import { KEEPABLE, type Parts } from "./selection.js";

/**
 * Reads what to keep of an entity: `P12120,P7482,labels`. A part that there is not is a `Failure` (`usage`) that names
 * the option and those that there are.
 */
export function parseParts(text: string, option: string): Parts {
  const names = [...new Set(text.split(",").map((name) => name.trim()))];
  const properties = names.filter((name) => /^P[1-9]\d*$/.test(name));
  const members = names.filter((name) => !properties.includes(name));
  const unknown = members.find((name) => !(KEEPABLE as readonly string[]).includes(name));
  if (unknown !== undefined) {
    const near = nearestName(unknown, KEEPABLE);
    const help = near === undefined ? "" : ` (did you mean ${near}?)`;
    throw new Failure(
      "usage",
      `${option}: '${unknown}' is not valid: parts are properties (P180) and ${KEEPABLE.join(", ")}${help}`,
    );
  }
  // All statements are more than some.
  return { members, properties: members.includes("statements") ? [] : properties };
}
