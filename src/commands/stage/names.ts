import { unknownName } from "../../base/nearest.js";
import type { Database } from "../../base/sqlite/index.js";
import { isLicenseName, LICENSE_GROUPS } from "../../record/index.js";

/**
 * Names that options give are checked against those that are known and those that are stored: an empty result should
 * mean that there is nothing of that name, and never that it is misspelt.
 */

/** Names that were given. */
interface Named {
  readonly provider: string | undefined;
  readonly source?: string | undefined;
  readonly license?: readonly string[] | undefined;
}

/** Checks --provider, --source and --license, those that there are. A `Failure` (`usage`) suggests what was meant. */
export async function checkNames(database: Database, { provider, source, license }: Named): Promise<void> {
  if (provider !== undefined) await checkStored(database, "provider", provider);
  if (source !== undefined) await checkStored(database, "source", source);
  for (const name of licensesOf(license) ?? []) checkLicense(name);
}

/** The names of --license: one, or several with commas between them, each time it is given. */
export function licensesOf(license: Named["license"]): readonly string[] | undefined {
  return license?.flatMap((names) => names.split(",").map((name) => name.trim()));
}

async function checkStored(database: Database, column: "provider" | "source", name: string): Promise<void> {
  const { storedNames } = await import("../../store/staging/index.js");
  const { PROVIDERS } = await import("../../sources/providers/index.js");
  const known = new Set(PROVIDERS.map((provider) => provider.name));
  if (known.has(name)) return;
  if (column === "source") {
    const { SUB_PROVIDERS } = await import("../../sources/sub-providers/index.js");
    for (const row of SUB_PROVIDERS) known.add(row.source);
    if (known.has(name)) return;
  }
  const stored = storedNames(database, column);
  if (stored.includes(name)) return;
  throw unknownName(`--${column}`, name, `is no ${column} that is stored or known`, [
    ...new Set([...stored, ...known]),
  ]);
}

function checkLicense(name: string): void {
  if (Object.hasOwn(LICENSE_GROUPS, name) || isLicenseName(name)) return;
  const known = [...new Set([...Object.keys(LICENSE_GROUPS), ...Object.values(LICENSE_GROUPS).flat()])];
  // What people write around a name: `CC BY 4.0`.
  const bare = name.replace(/^\s*(?:cc|creative commons)[\s-]+|\s+\d\.\d\s*$/gi, "");
  const near = bare === "" ? name : bare;
  throw unknownName("--license", name, "is no licence or group of licences", known, near);
}
