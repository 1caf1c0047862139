/**
 * Words that make a native reader stumble, and what we write instead. `plain-words.test.ts` looks for them in code,
 * comments, messages and pages; a word joins this table when a review finds it, not when somebody dislikes it.
 */
export interface Avoided {
  /** Found in one line of text. */
  readonly pattern: RegExp;
  readonly instead: string;
}

export const AVOIDED: readonly Avoided[] = [
  // "Behind" is a place: behind a proxy, left behind, fall behind. In time and in a list it is "after".
  {
    pattern:
      /(?<!\b(?:left|leave|leaves|leaving|lies|lag|lags|lagging|stay|stays|falls?) )(?<!\b(?:left|leaves?) \w+ )\bbehind\b(?! (?:a|the|its|one|another) (?:proxy|door|name|command|scenes|link))/i,
    instead: "after, following, at the end of",
  },
  {
    pattern: /(?<!\bthere )(?<!\bbut there )\b(?:is|are|was|were|be) none\b/i,
    instead: "is not a …, is missing",
  },
  {
    pattern: /\bso many\b(?! that\b)/i,
    instead: "that many, N",
  },
  { pattern: /\banew\b/i, instead: "again" },
  { pattern: /\bgo(?:es)? without saying\b/i, instead: "by default, is implied" },
  { pattern: /\bthe way back\b/i, instead: "reading back, restoring" },
  { pattern: /\bat (?:the|any|a) joints?\b|\bthe joints\b/i, instead: "between two commands" },
  { pattern: /\bsurroundings?\b/i, instead: "environment" },
  { pattern: /\bTrouble\b/, instead: "RetryableError, fault, problem" },
  {
    pattern: /\b(?:held|hold|holds|holding) (?:\w+ ){0,3}against\b/i,
    instead: "checked against, compared with",
  },
  { pattern: /\b(?:can|cannot|could|may|to|not) be had\b/i, instead: "is available, fails" },
  { pattern: /\bborders?\b(?!-)/i, instead: "boundary, boundaries" },
  { pattern: /\b(?:is|are|was|were) nobody's\b/i, instead: "belongs to no one, is unused" },
  { pattern: /\bof somebody else's\b/i, instead: "of another program, of another person" },
];
