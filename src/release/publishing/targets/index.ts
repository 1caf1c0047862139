import { Failure } from "../../../base/failure.js";
import { nameOf, type Option } from "../../../base/option.js";
import { FOLDER } from "./folder/target.js";
import { HUB } from "./hub/target.js";
import { S3 } from "./s3/target.js";
import { ZENODO, ZENODO_SANDBOX } from "./zenodo/target.js";

/** Where a dataset can be published to. Options, help, documentation and completion are made from this list. */
export const TARGETS = [FOLDER, S3, HUB, ZENODO, ZENODO_SANDBOX] as const;

/** The options of all targets. */
export const TARGET_OPTIONS = [...new Set(TARGETS.flatMap(({ options }) => [...options]))];

/**
 * Reads a target, `folder:DIR`, and gives what opens it. Throws a `Failure` ("usage") for anything else, which lists what
 * there is, and for options that are for other targets.
 */
export function parseTarget(text: string, given: Readonly<Record<string, unknown>>) {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):(.*)$/su.exec(text) ?? [];
  const target = TARGETS.find((one) => one.scheme === scheme);
  const name = JSON.stringify(text);
  if (!target) {
    const problem = scheme === undefined ? `${name} is no target` : `unknown target ${name}`;
    throw new Failure("usage", `${problem}; there is ${TARGETS.map(({ form }) => form).join(", ")}`);
  }
  const open = target.parse(rest);
  if (!open) throw new Failure("usage", `${name} ${target.mistake}`);
  const own: readonly Option[] = target.options;
  for (const option of TARGET_OPTIONS as readonly Option[]) {
    const value = given[nameOf(option)] ?? false;
    if (own.includes(option) || value === false || value === option.default) continue;
    const flag = option.flags.split(" ")[0] as string;
    const users = TARGETS.filter(({ options }) => (options as readonly Option[]).includes(option));
    const services = [...new Set(users.map(({ service }) => service))].join(" and ");
    const reasons: Readonly<Record<string, string>> = target.refuses ?? {};
    throw new Failure("usage", `${flag} is for ${services}: ${reasons[flag] ?? `${name} has no use for it`}`);
  }
  return open;
}
