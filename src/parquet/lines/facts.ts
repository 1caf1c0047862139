import { cleanRecord, cleanUrl, type MediaRecord, type MediaType } from "../../record/index.js";
import { Interned } from "./interned.js";

/**
 * What the record rules make of values that repeat from line to line. Nothing is decided here: `cleanRecord` is asked
 * once for each value, with a record around it that is otherwise clean, and its answer is remembered.
 */

/** A record that is clean, with some members of one's own. */
function cleaned(members: Readonly<Record<string, unknown>>): MediaRecord | undefined {
  const result = cleanRecord({
    provider: "example",
    foreign_identifier: "1",
    foreign_landing_url: "https://example.org/1",
    url: "https://example.org/1.jpg",
    license: "by",
    license_version: "4.0",
    ...members,
  });
  return "record" in result ? result.record : undefined;
}

/** A text and what follows from it; undefined where the value is not taken as it is. */
export interface ProviderFacts {
  readonly text: string;
  /** The category that goes without saying, or null. */
  readonly category: string | null;
  readonly keepsLastSlash: boolean;
}

export function providerFacts(): Interned<ProviderFacts | undefined> {
  return new Interned((provider) => {
    const record = cleaned({ provider, url: "https://example.org/1/" });
    if (record?.provider !== provider) return undefined;
    return {
      text: provider,
      category: record.category as string | null,
      keepsLastSlash: record.url === "https://example.org/1/",
    };
  });
}

export interface SourceFacts {
  readonly text: string;
  /** How the record was collected, where it does not say. */
  readonly ingestionType: string;
}

export function sourceFacts(): Interned<SourceFacts | undefined> {
  return new Interned((source) => {
    const record = cleaned({ source });
    if (record?.source !== source) return undefined;
    return { text: source, ingestionType: record.ingestion_type as string };
  });
}

/** Whether a host may stand in a URL, with `https://` before it and anything after it. */
export function hostFacts(): Interned<boolean> {
  return new Interned((host) => {
    const url = `https://${host}/1`;
    const result = cleanUrl(url, 1000);
    return "url" in result && result.url === url;
  });
}

export interface LicenseFacts {
  /** `by-sa 2.0`. */
  readonly pair: string;
  readonly license: string;
  /** The licence's own page, as JSON text. */
  readonly urlJson: string;
}

/**
 * The licence of `license`, `license_version` and `meta_data.license_url` with a line end between them; the URL is
 * empty where there is none. Undefined where they are not taken as they are.
 */
export function licenseFacts(): Interned<LicenseFacts | undefined> {
  return new Interned((given) => {
    const [license, license_version, url = ""] = given.split("\n");
    const record = cleaned({ license, license_version, meta_data: url === "" ? null : { license_url: url } });
    if (!record || record.license !== license || record.license_version !== license_version) return undefined;
    const page = (record.meta_data as { license_url: string }).license_url;
    if (url !== "" && url !== page) return undefined;
    return {
      pair: `${license} ${license_version}`,
      license: license as string,
      urlJson: JSON.stringify(page),
    };
  });
}

/** Whether a filetype of one media type is taken as it is. */
export function filetypeFacts(media_type: MediaType): Interned<boolean> {
  return new Interned((filetype) => cleaned({ media_type, filetype })?.filetype === filetype);
}

/** The filetype that the end of a URL shows, from its last dot on; null where it shows none. */
export function extensionFacts(media_type: MediaType): Interned<string | null> {
  return new Interned(
    (extension) =>
      (cleaned({ media_type, url: `https://example.org/1${extension}` })?.filetype ?? null) as string | null,
  );
}
