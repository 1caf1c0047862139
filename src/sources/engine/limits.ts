import { thousands } from "../../base/counted.js";
import type { Provider } from "./provider.js";

/** The pace and the budget of a provider in words: `1 s, 35,000 a month`; what a key changes stands in brackets. */
export function limitsOf({ delay, budget, key }: Provider): string {
  const pace =
    typeof delay === "number" ? `${delay} s` : `${delay.anonymous} s (${delay.keyed} s with a key)`;
  if (!budget) return pace;
  const { requests, keyed, per } = budget;
  const more = key && keyed !== undefined ? ` (${thousands(keyed)} with a key)` : "";
  return `${pace}, ${thousands(requests)} a ${per}${more}`;
}
