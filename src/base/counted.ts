/** Numbers and lists for people. */

/** A whole number for people: `1,234,567`. */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 record`, `1,234 records`; `many` where it is not just an `s` more: `1 record keeps its`, `2 records keep their`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${thousands(count)} ${count === 1 ? one : many}`;
}

/** `1,234 inserted, 0 rejected`. */
export function inWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => `${thousands(count)} ${what}`)
    .join(", ");
}

/** `image`, `image and audio`, `a, b and c`. */
export function listing(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
