import { formatTable, printLines } from "../../base/cli/index.js";
import { limitsOf } from "../../sources/engine/index.js";
import { PROVIDERS } from "../../sources/providers/index.js";

/** Shows every provider with what it needs. */
export async function listProviders(): Promise<void> {
  const lines = await formatTable(
    ["provider", "media", "key", "coverage", "limits", "checked", "licences"],
    PROVIDERS.map((provider) => {
      const { name, media, key, coverage, checked, licenses } = provider;
      const variable = key ? `${key.variable}${key.required ? "" : " (optional)"}` : "none";
      return [name, media.join(", "), variable, coverage, limitsOf(provider), checked, licenses];
    }),
  );
  await printLines(lines);
}
