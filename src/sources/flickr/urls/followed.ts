import { SITE } from "./address.js";
import { innerUrl } from "./give-detours.js";
import { type Gives, Inner, type Rule } from "./pattern.js";
import { RuleTable } from "./rule-table.js";
import { splitUrl } from "./split.js";

/** Addresses that only Flickr can resolve: it redirects from them to what they stand for. */

const onSite: Gives = ({ parts }) => innerUrl(SITE, parts.segments, parts);
const onShort: Gives = ({ parts }) => innerUrl("https://flic.kr/", parts.segments, parts);
/** Without the `x/t/{number}` that mails put in front. */
const afterTracking: Gives = ({ parts }) => innerUrl(SITE, parts.segments.slice(3), parts);

const SITE_RULES: readonly Rule[] = [
  ["gp/{name}/{name}/...", onSite, "gp/199246608@N02/nSN80jZ64E"],
  ["x/t/{number}/gp/{name}/{name}/...", afterTracking, "x/t/0097009/gp/54527420@N02/38Xg65"],
  ["photos/{user}/shares/{name}", onSite, "photos/blueminds/shares/8sKd73"],
  ["short_urls.gne", onSite, "short_urls.gne?photoset=aHsjybZ5ZD"],
  ["e/{name}", onSite, "e/a1b2c3"],
  ["photos/e/{name}", onSite, "photos/e/a1b2c3"],
];

/** Guest passes, secret links and short URLs; `flic.kr/p/` is here, too, but nobody needs to ask for it. */
export const FOLLOWED: { readonly [served in "site" | "short"]: readonly Rule[] } = {
  site: SITE_RULES,
  short: [["{name}/...", onShort, "s/aHsjybZ5ZD"]],
};

const tables: { site?: RuleTable; short?: RuleTable } = {};

/** The address to ask Flickr for, where a URL is one that it resolves by redirecting; undefined for all others. */
export function followableUrl(text: string): string | undefined {
  const parts = splitUrl(text);
  const served = parts?.served === "mobile" ? "site" : parts?.served;
  if (parts === undefined || (served !== "site" && served !== "short")) return undefined;
  tables[served] ??= new RuleTable(FOLLOWED[served]);
  const given = tables[served].find(parts, false);
  return given instanceof Inner ? given.url : undefined;
}
