/**
 * Walks over JSON as text, for what must stay as it was written: `JSON.parse` and `JSON.stringify` give numbers other
 * digits, put names of digits first and drop members that come twice. All of it takes only what `JSON.parse` took.
 */

const MARKS = /["{}[\],]/g;

/**
 * Calls back with every string, bracket and comma of JSON, in turn: its first character, where it begins and ends, and
 * how deep it stands: 1 in the outermost object or list, whose own brackets are part of it. It stops where told `true`.
 */
export function walkMarks(
  text: string,
  visit: (mark: string, start: number, end: number, depth: number) => boolean | undefined,
): void {
  let depth = 0;
  for (let start = nextMark(text, 0), end = 0; start !== -1; start = nextMark(text, end)) {
    const mark = text[start] as string;
    end = mark === '"' ? stringEnd(text, start) : start + 1;
    if (mark === "{" || mark === "[") depth++;
    if (visit(mark, start, end, depth)) return;
    if (mark === "}" || mark === "]") depth--;
  }
}

/** Where the next quote, bracket or comma stands, from a place outside strings on; -1 where no more comes. */
function nextMark(text: string, from: number): number {
  MARKS.lastIndex = from;
  return MARKS.test(text) ? MARKS.lastIndex - 1 : -1;
}

/**
 * The place after the string whose first quote stands at `start`. No regular expression: one that knows escapes
 * remembers every one of them, and a string of millions is more than it can.
 */
function stringEnd(text: string, start: number): number {
  for (let quote = start; ; ) {
    quote = text.indexOf('"', quote + 1);
    if (quote === -1) return text.length;
    let before = quote;
    while (text[before - 1] === "\\") before--;
    if ((quote - before) % 2 === 0) return quote + 1;
  }
}

const LINE_END = /[\r\n]/;
const BLANKS = /[ \t\r\n]+/g;
const COLON = /[ \t\r\n]*:/y;

/** JSON over several lines on one: the blanks outside strings go, all else stays. What is one line stays as it is. */
export function onOneLine(text: string): string {
  return LINE_END.test(text) ? replaceTokens(text, (token) => token, "") : text;
}

/**
 * JSON with something else in the place of strings and of what stands between them (numbers, words and marks); names of
 * members are told from other strings by the colon after them. `blanks` replaces those outside strings.
 */
export function replaceTokens(
  text: string,
  replace: (token: string, kind: "name" | "string" | "between") => string,
  blanks?: string,
): string {
  const between = (piece: string) =>
    piece === "" ? "" : replace(blanks === undefined ? piece : piece.replace(BLANKS, blanks), "between");
  let result = "";
  let done = 0;
  for (let start = text.indexOf('"'); start !== -1; start = text.indexOf('"', done)) {
    const end = stringEnd(text, start);
    COLON.lastIndex = end;
    const isName = COLON.test(text);
    result += between(text.slice(done, start)) + replace(text.slice(start, end), isName ? "name" : "string");
    done = end;
  }
  return result + between(text.slice(done));
}
