import { readFile } from "node:fs/promises";
import { Failure, orFail } from "../../../base/failure.js";
import { type ReleaseManifest, sha256Of } from "../release-manifest.js";

/** The card, below the dataset's folder. */
export const CARD = "README.md";

/** More than a page needs; the Hub shows no larger cards. */
const MOST_BYTES = 1024 * 1024;

/**
 * The publisher's own text for the card, Markdown as it is. Throws a `Failure`: "no_input" for a file that cannot be read,
 * "bad_input" for one that is no text.
 */
export async function readNotes(path: string): Promise<string> {
  const bytes = await orFail("open", path, () => readFile(path));
  if (bytes.length > MOST_BYTES) throw new Failure("bad_input", `${path}: notes may have 1 MiB`);
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes)) throw new Failure("bad_input", `${path}: these notes are not UTF-8`);
  return text
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .trim();
}

/**
 * Makes sure that a person's own words in README.md are not overwritten: text that the last release did not write has to be
 * taken into the notes first. Notes that have changed since then show that this was done.
 *
 * Throws a `Failure` ("no_output") where there are such words; warns where new notes take their place.
 */
export async function checkCard(
  { name, readCard }: { readonly name: string; readonly readCard?: () => Promise<string | undefined> },
  latest: ReleaseManifest | undefined,
  { notes, onWarning }: { notes?: string | undefined; onWarning: (warning: string) => void },
): Promise<void> {
  const text = await readCard?.();
  if (text === undefined || isOurs(text, latest) || bodyOf(text) === "") return;
  const place = `${name.replace(/^folder:/, "")}: ${CARD}`;
  if (notes !== undefined && sha256Of(notes) !== latest?.notes?.sha256) {
    onWarning(`${place} was changed by hand; the card with your notes takes its place`);
    return;
  }
  throw new Failure(
    "no_output",
    `${place} has text that no release of ours wrote; put what is to stay into a file and name it with --notes FILE ` +
      "(the card takes it in), then publish again",
  );
}

function isOurs(text: string, latest: ReleaseManifest | undefined): boolean {
  return latest?.files.find(({ path }) => path === CARD)?.sha256 === sha256Of(text);
}

/** What stands below the front matter: the Hub makes cards of nothing else. */
function bodyOf(text: string): string {
  return text.replace(/^\ufeff?---\r?\n.*?\n---\s*(?:\n|$)/s, "").trim();
}
