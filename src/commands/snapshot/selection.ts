import { Failure } from "../../base/failure.js";
import type { Output, Parts, Selection } from "../../sources/commons/index.js";
import type { Streaming } from "./options.js";

type Commons = typeof import("../../sources/commons/index.js");

/** What the options ask for. */
export function selectionOf(
  options: Streaming["options"],
  { parseCondition, parseParts }: Pick<Commons, "parseCondition" | "parseParts">,
): Selection {
  const kinds = (["flickr", "count", "simplify"] as const).filter((name) => options[name]);
  if (kinds.length > 1) throw new Failure("usage", `--${kinds[0]} does not go with --${kinds[1]}`);
  const [kind] = kinds;
  const keep = options.keep === undefined ? undefined : parseParts(options.keep, "--keep");
  if (keep && (kind === "flickr" || kind === "count"))
    throw new Failure("usage", `--keep does not go with --${kind}`);
  if (options.qualifiers && kind !== "simplify")
    throw new Failure("usage", "--qualifiers goes with --simplify");
  const conditions = (name: "has" | "not") =>
    (options[name] ?? []).map((text) => parseCondition(text, `--${name}`));
  return {
    output: outputOf(kind, keep, options.qualifiers),
    has: conditions("has"),
    not: conditions("not"),
  };
}

function outputOf(
  kind: "flickr" | "count" | "simplify" | undefined,
  keep: Parts | undefined,
  qualifiers: boolean,
): Output {
  if (kind === "flickr" || kind === "count") return { kind };
  const kept = keep ? { keep } : {};
  return kind === "simplify" ? { kind: "simplified", ...kept, qualifiers } : { kind: "entities", ...kept };
}
