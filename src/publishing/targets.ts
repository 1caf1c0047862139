import { basename } from "node:path";
import { Failure } from "../failure.js";

/** Where a dataset can be published to, one row a kind of target; help pages are made from it. */
export const TARGETS = [
  { scheme: "folder", form: "folder:DIR", description: "a folder on this machine, made whole or not at all" },
] as const;

/** A target that was named on the command line. A new kind of target is a new member of this union. */
export interface Target {
  readonly scheme: (typeof TARGETS)[number]["scheme"];
  readonly folder: string;
}

/**
 * Reads a target: `folder:DIR`. Throws a `Failure` ("usage") for anything else, which lists what there is. A folder
 * is made beside its name and renamed, so `.`, `..` and `/`, which have no name of their own, are refused.
 */
export function parseTarget(text: string): Target {
  const [, scheme, folder = ""] = /^([a-z][a-z0-9+.-]*):(.*)$/su.exec(text) ?? [];
  if (scheme !== "folder") {
    const forms = TARGETS.map(({ form }) => form).join(", ");
    const problem = scheme === undefined ? `${quoted(text)} is no target` : `unknown target ${quoted(text)}`;
    throw new Failure("usage", `${problem}; there is ${forms}`);
  }
  if (["", ".", ".."].includes(basename(folder))) {
    throw new Failure("usage", `${quoted(text)} does not name a folder; write it as folder:build/dataset`);
  }
  return { scheme, folder };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
