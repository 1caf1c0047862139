import {
  AFTER_NEGATIONS,
  BY_PARTS,
  FILLERS,
  keyOf,
  NEGATIONS,
  PARTS,
  PORT_NAMES,
  REPLACEMENTS,
  WHOLE,
  WHOLE_AFTER_CC,
} from "./lexicon.js";
import { closed, type Reading } from "./reading.js";
import { formOf, onlyVersionOf, PORTS, toolOf } from "./tools.js";

/**
 * Licences by their names: `CC BY-SA 4.0`, `cc-by-sa-3.0-de` (an SPDX identifier), `Attribution-ShareAlike 2.5 Generic`,
 * also in the midst of a sentence. A name begins with what only licences have: "CC", "Creative Commons", the word
 * "Attribution", or two parts with a hyphen; or it is the whole text.
 */

interface Word {
  readonly word: string;
  /** As the text has it. */
  readonly shown: string;
  /** The text between it and the word before. */
  readonly gap: string;
}

function wordsOf(text: string): Word[] {
  let plain = text
    .normalize("NFKC")
    .replace(/[\u2010-\u2015\u2212_]/g, "-")
    .replaceAll("’", "'");
  for (const [phrase, word] of REPLACEMENTS) plain = plain.replace(phrase, word);
  // `CCBY4.0`, `ccbyncsa`, `BY-NCSA`; `4,0`, `cc-by-4-0`
  plain = plain
    .replace(/(?<!\p{L})(cc)?(by)(nc)?(sa|nd)?(?!\p{L})/giu, (run, cc, by, nc, last) =>
      cc || nc || last ? [cc, by, nc, last].filter(Boolean).join("-") : run,
    )
    .replace(/(?<![.\d])(\d),(\d)(?![.\d])|(?<=\p{L}-)(\d)-(\d)(?![.\d])/gu, "$1$3.$2$4");
  const words: Word[] = [];
  let end = 0;
  for (const { 0: shown, index } of plain.matchAll(/cc0(?!\p{L})|\p{L}+|\d+(?:\.\d+)*/giu)) {
    words.push({ word: shown.toLowerCase(), shown, gap: plain.slice(end, index) });
    end = index + shown.length;
  }
  return words;
}

/** Whether a sentence ends between a word and the one before it; not at `v. 4.0`. */
function isApart(words: readonly Word[], at: number): boolean {
  const { gap = "" } = words[at] ?? {};
  return /[;!?]|\.(?=\s|$)/.test(gap) && !/^(?:v|ver|vers|int|intl)$/.test(words[at - 1]?.word ?? "");
}

/** The first word from here on that is no filler. */
function pastFillers(words: readonly Word[], at: number): number {
  let end = at;
  while (FILLERS.has(words[end]?.word ?? "") && !isApart(words, end)) end++;
  return end;
}

/** A name, and where the word after it is. */
interface Name {
  /** Undefined where no licence has these parts. */
  readonly license: string | undefined;
  readonly end: number;
}

function nameAt(words: readonly Word[], at: number): Name | undefined {
  const { word = "", gap = "" } = words[at] ?? {};
  const isAfterCc = word === "cc";
  const start = isAfterCc ? pastFillers(words, at + 1) : at;
  if (start > at && isApart(words, start)) return undefined;
  const first = words[start]?.word ?? "";
  const whole = WHOLE.get(first);
  if (whole !== undefined) return { license: whole, end: start + 1 };

  const isAll = (name: Name) =>
    at === 0 && pastFillers(words, versionsAt(words, name.end).end) === words.length;
  const tool = { license: WHOLE_AFTER_CC.get(first), end: start + 1 };
  // Not "CC: 0 items".
  const isNear =
    isAfterCc && (first !== "0" || (start === at + 1 && /^[\s-]$/.test(words[start]?.gap ?? "")));
  if (tool.license !== undefined && (isNear || (first === "pdm" && isAll(tool)))) return tool;

  const name = partsAt(words, start);
  if (name.end === start) return undefined;
  const isLong = name.end > start + 1;
  const isJoined = first === "by" && isLong && words[start + 1]?.gap === "-" && !gap.endsWith("-");
  // The word alone may be about anything: "Attribution: Ada Walker".
  const isTitle = word === "attribution" && (isLong || versionsAt(words, name.end).versions.length > 0);
  return isAfterCc || isJoined || isTitle || isAll(name) ? name : undefined;
}

/** The parts of a licence that follow each other. */
function partsAt(words: readonly Word[], start: number): Name {
  const parts = new Set<string>();
  let end = start;
  for (; end < words.length; end++) {
    const part = PARTS.get(words[end]?.word ?? "");
    if (part === undefined || parts.has(part) || (end > start && isApart(words, end))) break;
    parts.add(part);
  }
  const { word = "", gap = "" } = words[end] ?? {};
  // `CC BY-XY 4.0` is not BY.
  const goesOn = end > start && gap === "-" && /^\p{L}/u.test(word) && !FILLERS.has(word);
  return { license: goesOn ? undefined : BY_PARTS.get(keyOf(parts)), end };
}

/** The versions after a name, each with its port, and where the word after them is. */
interface Versions {
  readonly versions: readonly { readonly version: string; readonly port: string | undefined }[];
  readonly end: number;
}

function versionsAt(words: readonly Word[], at: number): Versions {
  const versions: Versions["versions"][number][] = [];
  let end = at;
  for (;;) {
    // `3.0 and 4.0`
    const from =
      versions.length > 0 && /^(?:and|or|und|oder|et|ou|y|o|e)$/.test(words[end]?.word ?? "") ? end + 1 : end;
    const next = pastFillers(words, from);
    if (isApart(words, next) || !isVersion(words, next, versions.length > 0)) return { versions, end };
    const after = pastFillers(words, next + 1);
    const port = isApart(words, after) ? undefined : portAt(words, after);
    versions.push({ version: words[next]?.word as string, port: port?.code });
    end = port?.end ?? next + 1;
  }
}

/** Whether a word is a version. A number without a decimal may be anything, but not at the end. */
function isVersion(words: readonly Word[], at: number, isFurther: boolean): boolean {
  const { word = "" } = words[at] ?? {};
  if (/^\d+\./.test(word)) return true;
  if (isFurther || !/^\d{1,2}$/.test(word)) return false;
  const [before = "", after] = [words[at - 1]?.word, words[at + 1]?.word];
  return after === undefined || FILLERS.has(after) || /^v(?:er(?:sion)?)?$/.test(before);
}

function portAt(words: readonly Word[], at: number): { code: string; end: number } | undefined {
  for (const length of [3, 2, 1]) {
    const some = words.slice(at, at + length).map(({ word }) => word);
    const code = some.length === length ? PORT_NAMES.get(some.join(" ")) : undefined;
    if (code !== undefined) return { code, end: at + length };
  }
  const { word = "", shown = "", gap = "" } = words[at] ?? {};
  // `3.0 DE`, `-3.0-de`, `3.0 de` at the end. Elsewhere "de" and "in" are words.
  const isCode = gap === "-" || at === words.length - 1 || (shown !== word && shown === shown.toUpperCase());
  return isCode && Object.hasOwn(PORTS, word) ? { code: word, end: at + 1 } : undefined;
}

const UNCLEAR = closed("names a licence in a way that cannot be read for certain");
const FURTHER: Reading = { ...UNCLEAR, against: "a further condition" };
const DENIED = closed("says which licence the work is not under", "that the work is not under a licence");

/** All licences that a text names, in its order. */
export function namesIn(text: string): Reading[] {
  const words = wordsOf(text);
  const found: Reading[] = [];
  for (let at = 0; at < words.length; ) {
    const name = nameAt(words, at);
    if (name === undefined) {
      at++;
      continue;
    }
    const { versions, end } = versionsAt(words, name.end);
    if (isDenied(words, at)) found.push(DENIED);
    else if (name.license === undefined) found.push(UNCLEAR);
    else if (versions.length > 0 && goesOn(words, end, name.license)) found.push(FURTHER);
    else found.push(...foundAs(name.license, versions));
    at = end;
  }
  return found;
}

/** `not licensed under CC BY 4.0`, `no longer CC BY 4.0`: back to the last mark between parts of a sentence. */
function isDenied(words: readonly Word[], at: number): boolean {
  for (let i = at; i > 0 && !/[,;:!?|]|\.(?=\s|$)|\s-\s/.test(words[i]?.gap ?? ""); i--) {
    const { word = "", gap = "" } = words[i - 1] ?? {};
    const two = `${words[i - 2]?.word ?? ""}${gap}${word}`;
    if (NEGATIONS.has(word) || NEGATIONS.has(two)) return true;
    if (!AFTER_NEGATIONS.has(word) && !FILLERS.has(word)) return false;
  }
  return false;
}

/** `CC BY 4.0 NC`, `CC BY 4.0 (non-commercial only)`: who says this does not mean BY. */
function goesOn(words: readonly Word[], at: number, license: string): boolean {
  const next = pastFillers(words, at);
  const part = PARTS.get(words[next]?.word ?? "");
  return part !== undefined && part !== "by" && !license.split("-").includes(part) && !isApart(words, next);
}

function foundAs(name: string, versions: Versions["versions"]): Reading[] {
  if (versions.length === 0 || name === "publicdomain") {
    const only = name === "publicdomain" ? toolOf(name, "N/A") : onlyVersionOf(name);
    return [only ? { license: only } : { name }];
  }
  return versions.map(({ version: written, port }) => {
    const version = written.includes(".") ? written : `${written}.0`;
    const license = (port && formOf(name, version, port)) || toolOf(name, version);
    return license ? { license } : { name, version };
  });
}
