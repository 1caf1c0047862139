import { Failure } from "./failure.js";

/** What somebody may have meant who wrote a name that there is not. */

/** The most changes of a character that a misprint has: one in three, and not more than three. */
const MOST_CHANGES = 3;

/** The name that is nearest to another, if one is near: it differs by a few characters, or begins or ends with it. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = plain(name);
  const most = Math.min(MOST_CHANGES, Math.max(1, Math.floor(wanted.length / 3)));
  let nearest: string | undefined;
  let least = most + 1;
  let part: string | undefined;
  for (const one of known) {
    const given = plain(one);
    const changes = changesBetween(wanted, given);
    if (changes < least) [nearest, least] = [one, changes];
    const isPart = wanted.length >= 3 && (given.startsWith(wanted) || given.endsWith(wanted));
    if (isPart && (part === undefined || one.length < part.length)) part = one;
  }
  return nearest ?? part;
}

/** What a message ends with: ` (did you mean NAME?)`, or nothing where none is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearestName(name, known);
  return near === undefined ? "" : ` (did you mean ${near}?)`;
}

/**
 * The `Failure` (`usage`) of a name that there is not: why, what is near, and otherwise what there is. `meant` is the name
 * without what people put around it.
 */
export function unknownName(
  option: string,
  name: string,
  reason: string,
  known: readonly string[],
  meant = name,
): Failure {
  const some = known.slice(0, SHOWN).join(", ");
  const more = known.length > SHOWN ? `, and ${known.length - SHOWN} more` : "";
  const help = didYouMean(meant, known) || (known.length > 0 ? `; there are ${some}${more}` : "");
  return new Failure("usage", `${option}: '${name}' ${reason}${help}`);
}

/** How many names are listed where none is near. */
const SHOWN = 20;

/** Case and the signs between words make no difference. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, "");
}

/** How many characters have to be added, left out, replaced, or swapped with their neighbour (Damerau's distance). */
function changesBetween(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let changes = Math.min(
        (row[j - 1] as number) + 1,
        (last[j] as number) + 1,
        (last[j - 1] as number) + Number(!isSame),
      );
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) changes = Math.min(changes, (before[j - 2] as number) + 1);
      row.push(changes);
    }
    [before, last] = [last, row];
  }
  return last[b.length] as number;
}
