import { Drops, isEmpty } from "./dropped.js";
import { elementOf } from "./json-text.js";
import { accuracyOf } from "./numbers.js";
import { cleanText, textOf } from "./text.js";

/** A tag, who gave it, and how sure it is where a machine gave it (0 to 1). */
export interface Tag {
  name: string;
  provider: string;
  accuracy?: number;
}

/** Tags that say nothing about the work, as a whole. */
const DROPPED_TAGS = new Set([
  "no person",
  "squareformat",
  "uploaded:by=flickrmobile",
  "uploaded:by=instagram",
  "flickriosapp:filter=flamingo",
]);

/**
 * Words that mark a tag as a note of software or a licence rather than about the work; matched as whole words
 * (letters, digits and hyphens), so that "by" does not take "baby" with it.
 */
const DROPPED_WORDS = new Set(
  "flickriosapp uploaded cc0 by by-nc by-nd by-sa by-nc-nd by-nc-sa pdm".split(" "),
);

/** Machine tags (`namespace:predicate=value`) are dropped wherever these occur. */
const DROPPED_CHARACTERS = /[:=]/;

/** What every tag has that is dropped; most tags have none of it. */
const SUSPICIOUS = new RegExp([...DROPPED_WORDS, ...DROPPED_TAGS, DROPPED_CHARACTERS.source].join("|"));

/** Whether a tag is about the work. Case matters: "CC0" stays, as in the catalogue. */
export function keepTag(name: string): boolean {
  if (!SUSPICIOUS.test(name)) return true;
  if (DROPPED_TAGS.has(name) || DROPPED_CHARACTERS.test(name)) return false;
  return !(name.match(/[\p{L}\p{N}-]+/gu) ?? []).some((word) => DROPPED_WORDS.has(word));
}

/**
 * Tags as the record stores them: texts become the provider's own, objects that have a name and a provider stay;
 * what is not about the work goes; distinct by name and provider, the first one winning. Null when none is left.
 * What is lost is noted in `drops`.
 */
export function cleanTags(tags: unknown, provider: string, drops = new Drops()): Tag[] | null {
  if (!Array.isArray(tags)) return drops.noteType(tags);
  const distinct = new Map<string, Tag>();
  for (const given of tags) {
    const tag = tagOf(elementOf(given), provider, drops);
    if (!tag) continue;
    if (!keepTag(tag.name)) {
      drops.note("not about the work");
      continue;
    }
    const key = tag.provider === provider ? tag.name : `${tag.provider}\n${tag.name}`;
    const known = distinct.get(key);
    if (!known) distinct.set(key, tag);
    else if (tag.accuracy !== undefined && tag.accuracy !== known.accuracy) drops.note("repeated");
  }
  return distinct.size > 0 ? [...distinct.values()] : null;
}

function hasUnknownMember(tag: Readonly<Record<string, unknown>>): boolean {
  for (const member in tag) {
    const isKnown = member === "name" || member === "provider" || member === "accuracy";
    if (!isKnown && !isEmpty(tag[member])) return true;
  }
  return false;
}

function tagOf(given: unknown, provider: string, drops: Drops): Tag | null {
  if (typeof given === "string" || typeof given === "number") {
    const name = textOf(given);
    if (name === null && typeof given === "number") return drops.note("too large");
    return name === null ? null : { name, provider };
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) return drops.noteType(given);
  if (hasUnknownMember(given as Record<string, unknown>)) drops.note("unknown member");
  const { name, provider: by, accuracy } = given as Record<string, unknown>;
  if (typeof name !== "string" || typeof by !== "string") return drops.note("no name or provider");
  const cleaned = { name: cleanText(name), provider: cleanText(by) };
  if (cleaned.name === "" || cleaned.provider === "") return drops.note("no name or provider");
  const sureness = accuracyOf(accuracy, drops);
  return sureness === null ? cleaned : { ...cleaned, accuracy: sureness };
}
