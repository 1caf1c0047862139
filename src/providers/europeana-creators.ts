import type { JsonObject } from "../ndjson/index.js";
import { at, isObject, objectAt } from "../ndjson/index.js";
import { textsOf } from "./europeana-texts.js";

/** An address of a person, where their name should stand. */
const ADDRESS = /^(?:[a-z][a-z\d+.-]*:\/\/|urn:|#)\S*$/i;

/**
 * Whom `dcCreator` names, joined by semicolons; where it holds addresses only, the labels of those agents. Null where
 * nobody is named: https://pro.europeana.eu/page/edm-documentation
 */
export function creatorOf(item: JsonObject): string | null {
  const byLanguage = objectAt(item, "dcCreatorLangAware");
  // The plain member repeats a name for every language it is known in.
  const found = namesIn(byLanguage) ?? namesOf(textsOf(item, "dcCreator")) ?? labelsOf(item);
  return found ? [...new Set(found)].join("; ") : null;
}

/** Names in English, in no language, or in the first one that has any. */
function namesIn(byLanguage: JsonObject): string[] | undefined {
  for (const language of new Set(["en", "def", ...Object.keys(byLanguage)])) {
    const names = namesOf(textsOf(byLanguage, language));
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
  const makers = new Set([...textsOf(item, "dcCreator"), ...byLanguage].map((address) => address.trim()));
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
