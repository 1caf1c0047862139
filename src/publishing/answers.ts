/** The most characters of an answer that a message has. */
const MOST_SHOWN = 60;

/** What a server answered, for a message: its first characters on one line. */
export function inWordsOf(answer: string): string {
  const line = answer
    .slice(0, 4 * MOST_SHOWN)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  if (line === "") return "the answer is empty";
  return `the answer begins with ${JSON.stringify(line.slice(0, MOST_SHOWN))}`;
}
