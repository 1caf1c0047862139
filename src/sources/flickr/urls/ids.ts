/** What names and numbers on Flickr look like. */

/** Whether a text can be the id of a photo: one digit or more. */
export function looksLikeFlickrPhotoId(text: string): boolean {
  return isDigits(text);
}

/** Whether a text can be the id (NSID) of a user: 5 to 11 digits, `@N`, two digits. */
export function looksLikeFlickrUserId(text: string): boolean {
  return text.charCodeAt(text.length - 3) === CAPITAL_N && nsidOf(text) !== null;
}

/** Whether a text is one ASCII digit or more. */
export function isDigits(text: string): boolean {
  return text.length > 0 && areDigits(text, 0, text.length);
}

/** How many ASCII digits a text starts with. */
export function digitsAtStart(text: string): number {
  let end = 0;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end;
}

function areDigits(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!isDigit(text.charCodeAt(i))) return false;
  return true;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

const CAPITAL_N = 0x4e;
const SMALL_N = 0x6e;
const AT = 0x40;

/** The NSID in its own writing, with a capital N; null for any other text. */
export function nsidOf(text: string): string | null {
  const at = text.length - 4;
  if (at < 5 || at > 11 || text.charCodeAt(at) !== AT) return null;
  const letter = text.charCodeAt(at + 1);
  if ((letter !== CAPITAL_N && letter !== SMALL_N) || !areDigits(text, at + 2, text.length)) return null;
  if (!areDigits(text, 0, at)) return null;
  return letter === CAPITAL_N ? text : `${text.slice(0, at)}@N${text.slice(at + 2)}`;
}

/** Whether a text can stand for a thing in a path: WHATWG resolves `.` and `..`, so they name nothing. */
export function isName(text: string): boolean {
  return text !== "" && text !== "." && text !== "..";
}

/** Words under `/photos/` and `/people/` that the site's router takes before users (its route table of October 2023). */
const NO_USERS = [
  ...["contacts", "friends", "me", "organise", "organize", "organizr", "recommendations", "search", "tags"],
  ...["tags-day", "tags-week", "upload"],
];
const NO_USERS_BY_LENGTH = NO_USERS.reduce<string[][]>((lists, word) => {
  lists[word.length] = [...(lists[word.length] ?? []), word];
  return lists;
}, []);

/** Whether a text can name a user. The router knows letters, digits, `-` and `_`; older aliases have more. */
export function isUser(text: string): boolean {
  const words = NO_USERS_BY_LENGTH[text.length];
  return isName(text) && (words === undefined || !words.includes(text));
}

/** Whether a text can name a group. */
export function isGroup(text: string): boolean {
  return isName(text) && text !== "new";
}

/** The most digits of a page number that is still exact. */
const MOST_PAGE_DIGITS = 15;

/** The number in `page3`; undefined for any other text. */
export function pageOf(text: string): number | undefined {
  if (!text.startsWith("page") || text.length > 4 + MOST_PAGE_DIGITS) return undefined;
  const digits = text.slice(4);
  return isDigits(digits) ? Number(digits) : undefined;
}
