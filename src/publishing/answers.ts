/** The most characters of an answer that a message has. */
const MOST_SHOWN = 60;

/** How an answer looks, for a message: `it begins with "<html>"`. */
export function inWordsOf(answer: string): string {
  const line = answer
    .slice(0, 4 * MOST_SHOWN)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  if (line === "") return "it is empty";
  return `it begins with ${JSON.stringify(line.slice(0, MOST_SHOWN))}`;
}
