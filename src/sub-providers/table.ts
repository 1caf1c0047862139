import { Failure } from "../failure.js";
import { at, isObject, textAt, textsAt } from "../ndjson/index.js";
import { SUB_PROVIDERS } from "./built-in.js";

/** Institutions inside a provider: whose works carry which `source`. */
export interface SubProviderRow {
  readonly provider: string;
  /** What `source` says for these works: `nasa`, `wellcome_collection`. */
  readonly source: string;
  /** What marks the works, see `KEYS`: NSIDs for Flickr, unit codes for the Smithsonian, … */
  readonly keys: readonly string[];
}

/** How a provider's records name their institution. */
interface KeyRule {
  /** The keys of a record, raw or cleaned; the first one decides unless `any` is set. */
  readonly keysOf: (record: Readonly<Record<string, unknown>>) => readonly string[];
  /** Every key counts, so a record may belong to several institutions. */
  readonly any?: true;
  /** A key also matches where it is a part of the table's. */
  readonly partial?: true;
  /** Every record has an institution, so a key that is not in the table is news. */
  readonly complete?: true;
}

const KEYS: Readonly<Record<string, KeyRule>> = {
  flickr: { keysOf: ({ creator_url }) => ownerOf(creator_url) },
  europeana: { keysOf: (record) => textOrTexts(at(record, "meta_data", "dataProvider")), any: true },
  finnishmuseums: { keysOf: (record) => textOrTexts(at(record, "meta_data", "building")), partial: true },
  smithsonian: { keysOf: (record) => textOrTexts(at(record, "meta_data", "unit_code")), complete: true },
};

/** The providers whose records name their institution. */
export const PROVIDERS_WITH_SOURCES: readonly string[] = Object.keys(KEYS);

/** What the table says about one record. */
export interface SourceAnswer {
  /** The institution; null where the record belongs to none in the table. */
  readonly source: string | null;
  /** What of the record is in the table; absent where `source` is null. */
  readonly key?: string;
  /** A key that should be in the table and is not (the Smithsonian's unit codes): worth a warning. */
  readonly unknownKey?: string;
  /** More than one institution fits, and the record does not say which: worth a warning. */
  readonly ambiguous?: readonly string[];
}

/** Finds the institution of records. */
export interface SubProviderTable {
  /** `record` is a media record, raw or cleaned: `provider`, `creator_url` and `meta_data` are looked at. */
  sourceOf(record: Readonly<Record<string, unknown>>): SourceAnswer;
}

/** A table of institutions; where two rows claim the same key, the first one wins. */
export function createSubProviderTable(rows: readonly SubProviderRow[] = SUB_PROVIDERS): SubProviderTable {
  const sources = new Map<string, Map<string, string>>();
  for (const { provider, source, keys } of rows) {
    const ofProvider = sources.get(provider) ?? new Map<string, string>();
    for (const key of keys) if (!ofProvider.has(key)) ofProvider.set(key, source);
    sources.set(provider, ofProvider);
  }
  return {
    sourceOf(record) {
      const provider = textAt(record.provider) ?? "";
      const ofProvider = sources.get(provider);
      const rule = Object.hasOwn(KEYS, provider) ? KEYS[provider] : undefined;
      return ofProvider && rule ? answer(ofProvider, rule, rule.keysOf(record)) : { source: null };
    },
  };
}

function answer(sources: ReadonlyMap<string, string>, rule: KeyRule, keys: readonly string[]): SourceAnswer {
  const looked = rule.any ? keys : keys.slice(0, 1);
  const found = new Map<string, string>();
  for (const key of looked) {
    const source = find(sources, rule, key);
    if (source !== undefined && !found.has(source)) found.set(source, key);
  }
  const [match, ...others] = found;
  if (others.length > 0) return { source: null, ambiguous: [...found.keys()] };
  if (match) return { source: match[0], key: match[1] };
  return rule.complete && looked[0] !== undefined
    ? { source: null, unknownKey: looked[0] }
    : { source: null };
}

function find(sources: ReadonlyMap<string, string>, rule: KeyRule, key: string): string | undefined {
  const source = sources.get(key);
  if (source !== undefined || !rule.partial) return source;
  return [...sources].find(([known]) => known.includes(key))?.[1];
}

/** The NSID in the URL of an account's page: any scheme, any subdomain, whatever follows. */
function ownerOf(creatorUrl: unknown): string[] {
  const page = /^(?:(?:https?:)?\/\/)?(?:[\w-]+\.)?flickr\.com\/(?:photos|people)\/([^/?#]+)/i;
  const owner = page.exec(textAt(creatorUrl)?.trim() ?? "")?.[1];
  return owner === undefined ? [] : [owner.replace(/%40/g, "@")];
}

function textOrTexts(value: unknown): string[] {
  return textsAt(Array.isArray(value) ? value : [value]).map((text) => text.trim());
}

/**
 * Rows that a user gives, checked: a list of `{"provider", "source", "keys"}`. Throws a `Failure` (`bad_input`)
 * that says which row is wrong; rows count from 1.
 */
export function parseSubProviderRows(json: unknown): SubProviderRow[] {
  if (!Array.isArray(json)) {
    throw new Failure("bad_input", 'the table is no list of rows {"provider", "source", "keys"}');
  }
  return json.map((row, index) => parseRow(row, `row ${index + 1}`));
}

function parseRow(row: unknown, name: string): SubProviderRow {
  const fail = (problem: string) => new Failure("bad_input", `${name} ${problem}`);
  if (!isObject(row)) throw fail("is no object");
  for (const member of ["provider", "source", "keys"]) {
    if (row[member] === undefined || row[member] === null) throw fail(`has no "${member}"`);
  }
  const { provider, source, keys } = row;
  if (typeof provider !== "string" || !Object.hasOwn(KEYS, provider)) {
    const known = Object.keys(KEYS).join(", ");
    throw fail(
      `has a "provider" whose records name no institution: ${JSON.stringify(provider)} (${known} do)`,
    );
  }
  if (typeof source !== "string" || source.trim() === "") throw fail('has a "source" that is no text');
  if (!Array.isArray(keys) || keys.length === 0) throw fail('has a "keys" that is no list of texts');
  const texts = keys.map((key) => {
    if (typeof key !== "string" || key.trim() === "") throw fail('has a key that is no text in "keys"');
    return key.trim();
  });
  return { provider, source: source.trim(), keys: texts };
}
