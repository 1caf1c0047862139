import { at, textAt, textsAt } from "../../base/ndjson/index.js";
import { cleanText } from "../../record/index.js";
import { SUB_PROVIDERS, type SubProviderRow } from "./built-in.js";

/** How a provider's records name their institution. */
interface KeyRule {
  /** The keys of a record, raw or cleaned; the first one decides unless `any` is set. */
  readonly keysOf: (record: Readonly<Record<string, unknown>>) => readonly string[];
  /** Every key counts, so a record may belong to several institutions. */
  readonly any?: true;
  /** A key also matches where it is a part of the table's. */
  readonly partial?: true;
  /** The form that keys are compared in; undefined for a text that names no work of the provider. */
  readonly formOf: (key: string) => string | undefined;
  /** What a key is, for messages. */
  readonly keyIs: string;
  /** Every record has an institution, so a key that is not in the table is news. */
  readonly complete?: true;
}

/** How the records of a provider name their institution, by the provider. */
export const KEYS: Readonly<Record<string, KeyRule>> = {
  flickr: {
    keysOf: ({ creator_url }) => ownerOf(creator_url),
    formOf: accountOf,
    keyIs: "a Flickr account (35067687@N04, or the address of its page)",
  },
  europeana: {
    keysOf: (record) => textOrTexts(at(record, "meta_data", "dataProvider")),
    formOf: plain,
    keyIs: "a data provider",
    any: true,
  },
  finnishmuseums: {
    keysOf: (record) => textOrTexts(at(record, "meta_data", "building")),
    formOf: plain,
    keyIs: "a building",
    partial: true,
  },
  smithsonian: {
    keysOf: (record) => textOrTexts(at(record, "meta_data", "unit_code")),
    formOf: (key) => (/^[\w-]+$/.test(plain(key)) ? plain(key).toUpperCase() : undefined),
    keyIs: "a unit code (NMAH)",
    complete: true,
  },
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
    for (const key of keys) {
      const form = KEYS[provider]?.formOf(key) ?? key;
      if (!ofProvider.has(form)) ofProvider.set(form, source);
    }
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

function find(
  sources: ReadonlyMap<string, string>,
  { formOf, partial }: KeyRule,
  key: string,
): string | undefined {
  const form = formOf(key) ?? key;
  const source = sources.get(form);
  if (source !== undefined || !partial) return source;
  return [...sources].find(([known]) => known.includes(form))?.[1];
}

/** The NSID in the URL of an account's page: any scheme, any subdomain, whatever follows. */
function ownerOf(creatorUrl: unknown): string[] {
  const page = /^(?:(?:https?:)?\/\/)?(?:[\w-]+\.)?flickr\.com\/(?:photos|people)\/([^/?#]+)/i;
  const owner = page.exec(textAt(creatorUrl)?.trim() ?? "")?.[1];
  return owner === undefined ? [] : [owner.replace(/%40/g, "@")];
}

/** An account by its NSID or alias, alone or in the address of its page; Flickr takes both in any case. */
function accountOf(key: string): string | undefined {
  const name = /[/:]/.test(key) ? ownerOf(key)[0] : key.trim().replace("%40", "@");
  return name !== undefined && /^(?:\d+@n\d\d|[\w-]+)$/i.test(name) ? name.toLowerCase() : undefined;
}

/** A text as cleaned records have it, in the composed form of its letters. */
function plain(text: string): string {
  return cleanText(text).normalize("NFC");
}

function textOrTexts(value: unknown): string[] {
  return textsAt(Array.isArray(value) ? value : [value]).map((text) => text.trim());
}
