import type { BadLine, Json, JsonObject } from "../../base/ndjson/index.js";
import { isObject, replaceTokens } from "../../base/ndjson/index.js";
import { decodedParameter, heldSecrets, Secrets } from "../../base/secrets/index.js";
import {
  COLUMNS,
  cleanRecord,
  type MediaRecord,
  REQUIRED_COLUMNS,
  type Refusal,
} from "../../record/index.js";
import { withoutParameters } from "./addresses.js";
import type { Provider } from "./provider.js";

/**
 * Some APIs put the key of whoever asks into the addresses of their answers, and from there it would go into records
 * and be published. This is the one place that everything passes that is written: records, raw items and rejects.
 * The key is found by its value, where we know it; saved answers may hold the key of somebody else, which is found by
 * the names of parameters that carry keys and nothing else.
 */

/** Parameters that carry keys, whatever the API. Not `key` and `token`: without those some files are not served. */
const KEY_PARAMETERS =
  "api_key api-key apikey access_token client_id client_secret subscription-key wskey".split(" ");

/** Older answers of Europeana lead to institutions through `https://www.europeana.eu/api/KEY/redirect?shownAt=…`. */
const KEY_IN_PATH = /(\beuropeana\.eu\/api\/)[^/\s"]+(?=\/redirect\?.*=)/gi;

const URL_COLUMNS = new Set(COLUMNS.filter(({ type }) => type === "url").map(({ name }) => name));

const NUMBER = /-?\d[\d.eE+-]*/g;

/** A record without keys, and the columns that held one. */
export interface Cut {
  readonly record: MediaRecord;
  readonly columns: readonly string[];
}

/** Finds keys in what is to be written, and takes them out. */
export class KeyGuard {
  readonly #secrets: Secrets;
  readonly #isName: RegExp;
  readonly #named: RegExp;

  constructor(
    { key: { sentAs, quotedAs = [] } = {} as NonNullable<Provider["key"]> }: Provider,
    key?: string,
  ) {
    // A thread holds none of its own, and is told the key.
    this.#secrets = new Secrets([key, ...heldSecrets().values]);
    const own = sentAs && "parameter" in sentAs ? [sentAs.parameter] : [];
    const names = [...new Set([...KEY_PARAMETERS, ...own, ...quotedAs])].join("|");
    this.#isName = new RegExp(`^(?:${names})$`, "i");
    this.#named = new RegExp(`(?:[?&;#]|%3f|%26)(?:${names})(?:=|%3d)|${KEY_IN_PATH.source}`, "i");
  }

  /** Whether a text holds a key, or a parameter that is there for one. Quick: nearly nothing does. */
  isIn(text: string): boolean {
    // Few records have one of these, which is quickly found out.
    if (!text.includes("=") && !text.includes("%")) return this.#secrets.areIn(text);
    return this.#named.test(text) || this.#secrets.areIn(text);
  }

  /**
   * The record without the key: in an address the parameter goes that holds it, from other texts the word. A refusal
   * where a column that a record must have is nothing without it.
   */
  cutRecord(record: MediaRecord): Cut | Refusal {
    const cut: JsonObject = {};
    const columns: string[] = [];
    for (const [name, value] of Object.entries(record as unknown as Record<string, Json>)) {
      const holdsKey = value !== null && this.isIn(JSON.stringify(value));
      cut[name] = holdsKey ? this.#without(value, "") : value;
      if (!holdsKey) continue;
      columns.push(name);
      // An identifier or address with a hole in it is that of something else.
      const isSpoilt = this.#secrets.areIn(this.#withoutParameters(String(value)));
      if (isSpoilt && URL_COLUMNS.has(name)) cut[name] = null;
      if (isSpoilt && REQUIRED_COLUMNS.includes(name)) {
        return { error: `${name} holds the API key`, code: `bad_${name}` };
      }
    }
    const cleaned = cleanRecord(cut);
    return "record" in cleaned ? { record: cleaned.record, columns } : cleaned;
  }

  /** An item of a source, as JSON, without the key; its other strings and its numbers stay as they are written. */
  cutItem(json: string): string {
    // Escapes hide the names of parameters.
    if (!this.isIn(json) && !json.includes("\\")) return json;
    return replaceTokens(json, (token, kind) => {
      if (kind === "between")
        return token.replace(NUMBER, (number) => (this.#secrets.areIn(number) ? "null" : number));
      const text = JSON.parse(token) as string;
      const cut = kind === "name" ? this.#secrets.hide(text) : this.#withoutKeys(text, "…");
      return cut === text ? token : JSON.stringify(cut);
    });
  }

  /** A reject without the key. */
  cutBadLine(bad: BadLine): BadLine {
    if (!this.isIn(bad.input) && !this.isIn(bad.error)) return bad;
    // The input is JSON: a word cut out of that could begin in an escape.
    const cut = (text: string) => this.#secrets.hide(this.#withoutParameters(text), "…");
    return { ...bad, error: cut(bad.error), input: cut(bad.input) };
  }

  #without(value: Json, instead: string): Json {
    if (typeof value === "string") return this.#withoutKeys(value, instead);
    if (Array.isArray(value)) return value.map((element) => this.#without(element, instead));
    // A key of digits alone.
    if (typeof value === "number") return this.#secrets.areIn(String(value)) ? null : value;
    if (!isObject(value)) return value;
    const members = Object.entries(value).map(([name, member]) => [
      this.#secrets.hide(name, instead),
      this.#without(member as Json, instead),
    ]);
    return Object.fromEntries(members) as JsonObject;
  }

  #withoutKeys(text: string, instead: string): string {
    return this.#secrets.cutWords(this.#withoutParameters(text), instead);
  }

  #withoutParameters(text: string): string {
    const cut = withoutParameters(text, (name, value) => {
      const [plainName, plainValue] = [decodedParameter(name), decodedParameter(value)];
      return this.#isName.test(plainName) || this.isIn(value) || this.isIn(plainValue);
    });
    return cut.replace(KEY_IN_PATH, "$1…");
  }
}
