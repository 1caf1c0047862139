import type { Column, MergeRule, Tag } from "../../record/index.js";
import { isJson } from "./schema.js";

/** A value as SQLite stores it. */
export type Stored = null | string | number;

/** The time of a load and the record's provider, which some rules need. */
interface MergeContext {
  readonly now: string;
  readonly provider: string;
  /** Whether what the record says of the work being gone is newer than what is known here. */
  readonly isNews?: boolean;
  /** Whether the record was read before what is stored was seen: then it only adds what is not there. */
  readonly isOlder?: boolean;
}

type Rule = (stored: Stored, given: Stored, context: MergeContext) => Stored;

/** What each merge rule does with the stored and the new value of a column. */
const RULES: Record<Exclude<MergeRule, "changed" | "seen">, Rule> = {
  key: (stored) => stored,
  keep: (stored, given) => stored ?? given,
  newest: (stored, given) => given ?? stored,
  members: mergeMembers,
  tags: mergeTags,
  union: mergeLists,
  // A record that does not carry the mark was seen; one that does was not, and may be an old story.
  reset: (stored, given, { isNews }) => (given !== 1 ? 0 : isNews ? 1 : stored),
  // The loader computes it where it can.
  calculated: (stored, given) => stored ?? given,
};

const stays: Rule = (stored) => stored;
const fills: Rule = (stored, given) => stored ?? given;

/** The same where the record is older than what is stored, so that both orders of two loads end in the same row. */
const OLDER_RULES: typeof RULES = {
  key: stays,
  keep: fills,
  newest: fills,
  members: fillMembers,
  tags: addTags,
  union: mergeLists,
  reset: stays,
  calculated: fills,
};

/**
 * The row after a load: the stored row merged with the new one column by column, or undefined when that changes
 * nothing but the time the record was last seen. Both rows are in the order of the columns.
 */
export function mergeRows(
  columns: readonly Column[],
  stored: readonly Stored[],
  given: readonly Stored[],
  context: MergeContext,
): Stored[] | undefined {
  const rules = context.isOlder ? OLDER_RULES : RULES;
  let changed = false;
  const merged = columns.map(({ merge }, i) => {
    const before = stored[i] as Stored;
    if (merge === "changed" || merge === "seen") return context.now;
    const after = rules[merge](before, given[i] as Stored, context);
    if (after !== before) changed = true;
    return after;
  });
  return changed ? merged : undefined;
}

/** A value of a cleaned record as SQLite stores it. */
export function storedValue(column: Column, value: unknown): Stored {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (!isJson(column)) return value as string | number;
  return JSON.stringify(value);
}

/** Member by member; null never overwrites. */
function mergeMembers(stored: Stored, given: Stored): Stored {
  if (given === null || given === stored) return stored;
  if (stored === null) return given;
  const news = Object.entries(JSON.parse(given as string)).filter(([, member]) => member !== null);
  return JSON.stringify({ ...storedObject(stored), ...Object.fromEntries(news) });
}

/** Members that are not there, or null. */
function fillMembers(stored: Stored, given: Stored): Stored {
  if (given === null || stored === null) return stored ?? given;
  const there = JSON.parse(stored as string);
  const missing = Object.entries(JSON.parse(given as string)).filter(
    ([name, member]) => member !== null && (there[name] ?? null) === null,
  );
  return missing.length === 0 ? stored : JSON.stringify({ ...there, ...Object.fromEntries(missing) });
}

/** The provider's own tags, so that a tag taken away at the source goes; those of others stay. */
function mergeTags(stored: Stored, given: Stored, { provider }: MergeContext): Stored {
  if (given === null || given === stored) return stored;
  if (stored === null) return given;
  const others = storedList<Tag>(stored).filter((tag) => tag.provider !== provider);
  return JSON.stringify(distinct([...(JSON.parse(given as string) as Tag[]), ...others], tagKey));
}

/** What others than the provider have given. */
function addTags(stored: Stored, given: Stored, { provider }: MergeContext): Stored {
  if (given === null || stored === null) return stored ?? given;
  const there = JSON.parse(stored as string) as Tag[];
  const others = (JSON.parse(given as string) as Tag[]).filter((tag) => tag.provider !== provider);
  const all = distinct([...there, ...others], tagKey);
  return all.length === there.length ? stored : JSON.stringify(all);
}

/** Tags are distinct by name and provider; another accuracy does not make another tag. */
function tagKey({ name, provider }: Tag): string {
  return `${provider}\n${name}`;
}

function mergeLists(stored: Stored, given: Stored): Stored {
  if (given === null || given === stored) return stored;
  if (stored === null) return given;
  return JSON.stringify(distinct([...storedList(stored), ...JSON.parse(given as string)], canonical));
}

/** What is stored is ours, unless somebody else has written to the file: then it fails, and is not merged into something. */
function storedObject(stored: Stored): object {
  const value = JSON.parse(stored as string);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError("not an object");
  return value;
}

function storedList<T>(stored: Stored): T[] {
  const value = JSON.parse(stored as string);
  if (!Array.isArray(value)) throw new TypeError("not a list");
  return value;
}

/** The first element of each key. */
function distinct<T>(elements: readonly T[], keyOf: (element: T) => string): T[] {
  const seen = new Set<string>();
  return elements.filter((element) => {
    const key = keyOf(element);
    return !seen.has(key) && seen.add(key);
  });
}

/** JSON with sorted members, which is the same text for equal values. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
