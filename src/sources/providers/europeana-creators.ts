import { at, isObject, type JsonObject, objectAt, textAt, textsAt } from "../../base/ndjson/index.js";

/** An address of a person, where their name should stand. */
const ADDRESS = /^(?:[a-z][a-z\d+.-]*:\/\/|urn:|#)\S*$/i;

/**
 * Whom `dcCreator` names, and for addresses in it the labels of those agents, joined by semicolons. Null where nobody
 * is named: https://pro.europeana.eu/page/edm-documentation
 */
export function creatorOf(item: JsonObject): string | null {
  // The plain member repeats a name for every language it is known in.
  const names = namesIn(objectAt(item, "dcCreatorLangAware")) ?? namesOf(textsOf(item, "dcCreator")) ?? [];
  return distinct([...names, ...(labelsOf(item) ?? [])]).join("; ") || null;
}

/** Names of which no earlier one has the same words: `Ada Walker` and `Walker, Ada, 1800-1860` are one. */
function distinct(names: readonly string[]): string[] {
  const kept: { readonly name: string; readonly words: ReadonlySet<string> }[] = [];
  for (const name of names) {
    const words = new Set(name.toLowerCase().match(/\p{L}+/gu));
    const isKnown = kept.some((one) => one.name === name || [...one.words].every((word) => words.has(word)));
    if (!isKnown) kept.push({ name, words });
  }
  return kept.map(({ name }) => name);
}

/** Names in English and in no language; in the first language that has any where there are none. */
function namesIn(byLanguage: JsonObject): string[] | undefined {
  // A name in no language need not be the English one translated: better to name a person twice than not at all.
  const usual = namesOf(["en", "def"].flatMap((language) => textsOf(byLanguage, language)));
  if (usual) return usual;
  for (const texts of Object.values(byLanguage)) {
    const names = namesOf(textsOf(texts));
    if (names) return names;
  }
  return undefined;
}

/** Texts that are names; undefined where none is. */
function namesOf(texts: readonly string[]): string[] | undefined {
  const names = texts.map((text) => text.trim()).filter((text) => !ADDRESS.test(text));
  return names.length > 0 ? names : undefined;
}

/** The labels of the agents that made the work. Agents and labels are two lists side by side. */
function labelsOf(item: JsonObject): string[] | undefined {
  const byLanguage = Object.values(objectAt(item, "dcCreatorLangAware")).flatMap((texts) => textsOf(texts));
  const named = [...textsOf(item, "dcCreator"), ...byLanguage].map((text) => text.trim());
  const makers = new Set(named.filter((text) => ADDRESS.test(text)));
  if (makers.size === 0) return undefined;
  const agents = textsOf(item, "edmAgent");
  const labels = [at(item, "edmAgentLabel") ?? []].flat();
  // Where the agents are not named, or have labels in several languages, the lists are not side by side.
  if (agents.length === labels.length) {
    const own = labels.filter((_, i) => makers.has((agents[i] as string).trim()));
    return namesOf(own.flatMap(labelOf));
  }
  const isOnlyOne =
    makers.size === 1 && (agents.length === 0 ? labels.length === 1 : makers.has(agents.join()));
  if (!isOnlyOne) return undefined;
  return namesIn(objectAt(item, "edmAgentLabelLangAware")) ?? namesOf(labels.flatMap(labelOf).slice(0, 1));
}

/** A label is `{def: name}`, or a name. */
const labelOf = (label: unknown): string[] =>
  isObject(label) ? (namesIn(label) ?? []).slice(0, 1) : textsOf(label);

/** The texts under a path. Every member of Europeana's rich profile is a list; many converters make texts of single ones. */
export function textsOf(value: unknown, ...path: (string | number)[]): string[] {
  const text = textAt(value, ...path);
  return text === undefined ? textsAt(at(value, ...path)) : [text];
}
