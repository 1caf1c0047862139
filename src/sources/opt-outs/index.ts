/** Opt-outs: lists of people, places and works that are to be left out, and which records they mean. */
export { type ListedRule, type Named, OptOuts, readOptOuts } from "./list.js";
export { NAMED_COLUMNS, type RuleKind } from "./names.js";
export { oddityOf } from "./oddities.js";
export { parseRule, plainLine, type Rule, type RuleProblem } from "./rules.js";
