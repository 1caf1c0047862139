import { addressKey, parseHost } from "../../record/index.js";
import { originalOf } from "./archives.js";
import { flickrNames, isOfFlickr } from "./flickr-names.js";
import { fragmentOf, hostOf, providerName, type RuleKind } from "./names.js";
import { IPV4, oddityOf } from "./oddities.js";

/**
 * Rules of an opt-out list, one a line:
 *
 *     # comments and blank lines are skipped
 *     https://www.flickr.com/photos/24662369@N07/   an account, by any address of it: of its albums, too
 *     24662369@N07                                  the same account
 *     https://www.flickr.com/photos/1@N01/53248015  one photo, in any form, its media files included
 *     https://example.org/people/ada                a creator's page, a landing page or a media file
 *     example.org                                   everything on a domain and those below it, with https:// or without
 *     provider:stocksnap                            everything of a provider
 */

/** A rule, in the form that records are compared with. */
export interface Rule {
  readonly kind: RuleKind;
  readonly value: string;
}

/** What is wrong with a line. */
export interface RuleProblem {
  readonly problem: string;
}

const NSID = /^(\d+)(?:@|%40)(n\d\d)$/i;
const PROVIDER = /^provider:(.*)$/is;
/** What says that only a domain is meant. */
const DOMAIN = /^domain:\s*(?:\*?\.)?|^(?:https?:\/\/)?\*?\.(?=[^.])/i;
/** What people write for "and all that is below it". */
const PATTERN = /\*$/;
/** Separators between the entries of other lists; hardly any address ends with one. */
const LIST_MARK = /[,;、，；]$/;

/** Invisible characters that come along with text copied from a mail: joiners, directions of writing. */
const UNSEEN = /^\p{Cf}+|\p{Cf}+$/gu;

/** What people put around an address (RFC 3986, appendix C). */
const WRAPPED = /^(?:<(.*)>|"(.*)"|'(.*)'|“(.*)”|«(.*)»)$/s;

/** What a line says, without a comment and blanks; "" where that is nothing. */
export function ruleText(line: string): string {
  const text = (line.includes("#") ? line.replace(/^\s*#.*|\s#.*/s, "") : line).trim();
  return /^[!-~]*$/.test(text) ? text : text.replace(UNSEEN, "");
}

/** A rule without what stands around it. */
function unwrapped(text: string): string {
  const inner = WRAPPED.exec(text)
    ?.slice(1)
    .find((part) => part !== undefined);
  return inner !== undefined && /[./@]/.test(inner) ? inner.trim() : text;
}

/** What a line says, without a comment and what stands around it: an address as people paste it. */
export function plainLine(line: string): string {
  return unwrapped(ruleText(line));
}

/** Reads one line; undefined where there is no rule on it. */
export function parseRule(line: string): Rule | RuleProblem | undefined {
  // Otherwise everything after a comment would be part of it.
  if (/\r./s.test(line)) return { problem: "this line ends with CR alone; save the list with LF, or CR LF" };
  const text = plainLine(line);
  if (text === "") return undefined;
  const [, number, suffix] = NSID.exec(text) ?? [];
  if (number !== undefined) return { kind: "flickr_account", value: `${number}@${suffix?.toUpperCase()}` };
  const provider = PROVIDER.exec(text)?.[1];
  if (provider !== undefined) return parseProvider(provider);
  const bare = text.replace(DOMAIN, "");
  if (/\s/.test(bare)) return { problem: "a rule has no blanks in it; one rule a line" };
  if (/["<>]/.test(bare)) return NO_RULE;
  if (LIST_MARK.test(bare)) return listMark(bare);
  if (/^[\p{L}\p{N}_-]+$/u.test(text)) return bareWord(text);
  if (/^(?:mailto:.*|[^/?#:@]+@[^/?#:@]+\.[^/?#:@]+)$/i.test(text)) return MAIL;
  const problem = oddityOf(bare);
  if (problem !== undefined) return { problem };
  return parseAddress(bare, bare !== text);
}

function listMark(text: string): RuleProblem {
  const mark = text.at(-1) as string;
  return {
    problem: `a rule does not end with '${mark}': one rule a line, and nothing between them (where the address itself ends so, write ${encodeURIComponent(mark)})`,
  };
}

function parseProvider(given: string): Rule | RuleProblem {
  const quoted = /^\s*(["'])(.+)\1\s*$/s.exec(given)?.[2];
  const value = providerName(quoted ?? given);
  if (value !== undefined && (quoted !== undefined || !/[*,;|"'<>/\\]/.test(value)))
    return { kind: "provider", value };
  if (value !== undefined) {
    return {
      problem: `this is no name of one provider: ${JSON.stringify(value)}; one rule a line, and no patterns (a name with such signs stands in quotes)`,
    };
  }
  return { problem: "provider: has no name after it; write it as in provider:stocksnap" };
}

const MAIL: RuleProblem = {
  problem:
    "this is an address of mail, and records have none; write the address of the creator's page, a Flickr account " +
    "(12345@N00) or a domain (example.org)",
};

/** A number or word can mean several things: how each is written. */
function bareWord(word: string): RuleProblem {
  const ways = /^\d+$/.test(word)
    ? `a Flickr photo as https://www.flickr.com/photo.gne?id=${word}, a Flickr account as ${word}@N00`
    : `a provider as provider:${word}, a Flickr account as https://www.flickr.com/photos/${word}/`;
  return {
    problem: `'${word}' alone can mean several things: write ${ways}, a domain in full (example.org), anything else by its address`,
  };
}

/** An address, or a host alone, which stands for its domain. */
function parseAddress(text: string, isDomain: boolean): Rule | RuleProblem {
  const key = addressKey(text);
  // Numbers are hosts to browsers: `3.14` is 3.0.0.14.
  if (key === undefined || (/^[\d.]+$/.test(text) && !IPV4.test(text))) return isDomain ? NO_DOMAIN : NO_RULE;
  const original = originalOf(key);
  if (original === null) return NO_ORIGINAL;
  const meant = original ?? key;
  const host = hostOf(meant);
  const isHost = !/[/?]/.test(meant);
  if (PATTERN.test(meant)) return isHost ? NO_DOMAIN : noPattern(host);
  if (isDomain) return isHost ? parseDomain(host) : NO_DOMAIN;
  // The site itself is no one's page; as `flickr.com` it is a domain.
  if (isHost && (!isOfFlickr(host) || !/[/\\]/.test(text))) return parseDomain(host);
  return parseKey(meant, fragmentOf(text));
}

function noPattern(host: string): RuleProblem {
  return {
    problem: `a rule has no * for what is below a page: name each page, or all of ${host} by that name alone`,
  };
}

const NO_RULE: RuleProblem = {
  problem: "this is no URL, no domain, no Flickr account (12345@N00) and no provider (provider:name)",
};
const NO_DOMAIN: RuleProblem = {
  problem: "this is no domain: write it as in example.org; those below it are meant, too",
};
const NO_ORIGINAL: RuleProblem = {
  problem: "this archived copy does not say what it is a copy of; write the address of the original",
};

/** Top-level domains for tests and documentation (RFC 2606, RFC 6762), which no list of suffixes has. */
const RESERVED = new Set(["example", "test", "invalid", "local"]);

function parseDomain(host: string): Rule | RuleProblem {
  const { domain, isIp, isIcann, isPrivate, publicSuffix } = parseHost(host, { allowPrivateDomains: true });
  if (isIp) return { kind: "domain", value: host };
  if (publicSuffix === null) return NO_DOMAIN;
  if (!isIcann && !isPrivate && !RESERVED.has(publicSuffix)) {
    return { problem: `no domain ends in .${publicSuffix}; a file or page is named by its whole address` };
  }
  if (domain !== null) return { kind: "domain", value: host };
  return {
    problem: `${host} is a public suffix, under which others register their domains; write one of those, as in example.${host}`,
  };
}

function parseKey(key: string, fragment: string): Rule | RuleProblem {
  if (!isOfFlickr(hostOf(key))) return { kind: "url", value: key };
  const { isPhoto, photo, account, alias } = flickrNames(key, fragment);
  if (isPhoto && photo !== undefined) return { kind: "flickr_photo", value: photo };
  if (account !== undefined) return { kind: "flickr_account", value: account };
  if (alias !== undefined) return { kind: "flickr_alias", value: alias };
  if (photo !== undefined) return { kind: "flickr_photo", value: photo };
  return { problem: "this address of Flickr names no account and no photo" };
}
