import { readFileSync } from "node:fs";
import { limitsOf, type Provider } from "../sources/engine/index.js";
import { PROVIDERS } from "../sources/providers/index.js";
import { markdownTable } from "./markdown.js";

/** The score of a provider, as the conformance test writes it: facts met, and facts that differ by the reason. */
type Scores = Readonly<
  Record<string, { readonly met: number; readonly differing: Readonly<Record<string, number>> }>
>;

/** The table of `docs/providers.md`: all providers at a glance. */
export function providerTable(): string {
  return markdownTable(
    ["provider", "of", "media", "key", "coverage", "limits", "checked", "licences"],
    PROVIDERS.map((provider) => [
      `[${provider.name}](#${provider.name})`,
      provider.title,
      provider.media.join(", "),
      keyCell(provider),
      provider.coverage,
      limitsOf(provider),
      provider.checked,
      provider.licenses,
    ]),
  ).join("\n");
}

/** A section for every provider: where it is asked, how to get its key, and what we do differently. */
export function providerSections(): string {
  return PROVIDERS.map(section).join("\n\n");
}

/** How many facts about each provider's records are met. */
export function conformanceTable(project: string): string {
  const scores = JSON.parse(readFileSync(`${project}/docs/conformance.json`, "utf8")) as Scores;
  return markdownTable(
    ["provider", "facts met", "differing on purpose, and why"],
    Object.entries(scores).map(([name, { met, differing }]) => [
      name,
      String(met),
      Object.entries(differing)
        .map(([reason, count]) => `${count}: ${reason}`)
        .join("; "),
    ]),
  ).join("\n");
}

function keyCell({ key }: Provider): string {
  if (!key) return "none";
  return `\`${key.variable}\`${key.required ? "" : " (optional)"}`;
}

function section(provider: Provider): string {
  const { name, title, baseUrl, documentation, key, differences = [] } = provider;
  const lines = [
    `### ${name}`,
    "",
    `${title}: \`${baseUrl}\`, documented at <${documentation}>.`,
    ...(key ? ["", `Key: ${keyCell(provider)}, from <${key.where}>. ${key.steps}`] : []),
    ...(differences.length > 0
      ? ["", "Differently from the catalogue:", "", ...differences.map((one) => `- ${one}`)]
      : []),
  ];
  return lines.join("\n");
}
