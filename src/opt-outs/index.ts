/** Opt-outs: lists of people, places and works that are to be left out, and which records they mean. */
export { OptOuts, readOptOuts } from "./list.js";
export { parseRule, type Rule, type RuleKind, type RuleProblem } from "./rules.js";
