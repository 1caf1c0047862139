import assert from "node:assert/strict";
import { OptOuts } from "./list.js";
import { parseRule, type Rule } from "./rules.js";

/** Whether a rule names a record that has an address in a column. */
export function named(rule: string, address: string, column = "creator_url"): boolean {
  const parsed = parseRule(rule);
  assert.ok(parsed && !("problem" in parsed), `${rule}: ${JSON.stringify(parsed)}`);
  const list = new OptOuts();
  list.add(parsed as Rule, 1);
  return list.ruleFor({ provider: "my_museum", [column]: address }) !== undefined;
}
