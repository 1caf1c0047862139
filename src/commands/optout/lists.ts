import type { Invocation, Messages, Option } from "../../base/cli/index.js";
import { counted, thousands } from "../../base/counted.js";
import { WholeFile } from "../../base/files/index.js";
import { didYouMean } from "../../base/nearest.js";
import { visibleJson } from "../../base/visible.js";
import type { OptOuts } from "../../sources/opt-outs/index.js";

/** Opt-out lists as commands read them, and what they say of rules that do nothing. */

/** For commands that apply a list. */
export const UNUSED_OPTION = {
  flags: "--unused <file>",
  description: "write the rules of the list that named nothing to this file, as JSON lines",
  use: "output",
} as const satisfies Option;

/** Reads a list, and warns of rules that will name less than they seem to. */
export async function readOptOutList(path: string, messages: Messages): Promise<OptOuts> {
  const { readOptOuts } = await import("../../sources/opt-outs/index.js");
  const optOuts = await readOptOuts(path);
  if (optOuts.count() === 0) messages.warn(`${path}: there is no rule in this list; nobody is left out`);
  const aliases = optOuts.count("flickr_alias");
  if (aliases > 0) {
    messages.warn(
      `${path}: ${counted(aliases, "rule names a Flickr account", "rules name Flickr accounts")} ` +
        "by an alias; most records name accounts by their NSID (12345@N00), so give that as well",
    );
  }
  for (const rule of optOuts.rules("provider")) {
    const misprint = await misprintOf(rule.value);
    if (misprint !== undefined) messages.warn(misprint, { place: { file: path, line: rule.line } });
  }
  return optOuts;
}

/** What may be wrong with the name of a provider. One that nothing is like may be of a source of the user's own. */
async function misprintOf(name: string): Promise<string | undefined> {
  const { PROVIDERS } = await import("../../sources/providers/index.js");
  const names = PROVIDERS.map((provider) => provider.name);
  if (names.includes(name)) return undefined;
  const { SUB_PROVIDERS } = await import("../../sources/sub-providers/index.js");
  const part = SUB_PROVIDERS.find(({ source }) => source === name);
  if (part)
    return `${name} is a source within ${part.provider}, not a provider; name its account or its domain`;
  const help = didYouMean(name, names);
  return help ? `no provider is known as ${name}${help}` : undefined;
}

/** How many of the rules that named nothing are shown. */
const TOLD = 3;
/** How many characters of a rule are shown. */
const SHOWN = 100;
/** How many characters are written at once. */
const BLOCK = 64 * 1024;

/** Says which rules have named nothing, and writes all of them to the file of `--unused`. */
export async function tellUnused(
  optOuts: OptOuts,
  path: string,
  messages: Messages,
  file: WholeFile | undefined,
): Promise<void> {
  if (file) {
    let lines = "";
    for (const { line, text } of optOuts.unused()) {
      lines += `${visibleJson(JSON.stringify({ list: path, line, rule: text }))}\n`;
      if (lines.length < BLOCK) continue;
      await file.write(lines);
      lines = "";
    }
    await file.write(lines);
    await file.commit();
  }
  const unused = optOuts.unusedCount;
  if (unused === 0) return;
  const { cutText } = await import("../../record/index.js");
  const first: string[] = [];
  for (const { line, text } of optOuts.unused()) {
    if (first.push(`line ${line} (${cutText(text, SHOWN)})`) === TOLD) break;
  }
  const more = unused > TOLD && !file ? ", …; --unused FILE writes all of them" : "";
  messages.info(
    `${path}: ${thousands(unused)} of ${counted(optOuts.count(), "rule")} named nothing: ${first.join(", ")}${more}`,
    { unused },
  );
}

/** Opens the file of `--unused`, where one is asked for. */
export async function openUnused({
  options: { unused },
  signal,
}: Pick<Invocation<[typeof UNUSED_OPTION]>, "options" | "signal">): Promise<WholeFile | undefined> {
  return unused === undefined ? undefined : WholeFile.create(unused, { signal });
}
