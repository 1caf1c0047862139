import { isObject, type Json, type JsonObject } from "../../base/ndjson/index.js";
import type { Refusal } from "../../record/index.js";
import { photoNumber } from "./photo.js";

/** What `ov-snapshot-stream --flickr` says of a file on Commons. */
export interface Line {
  /** Number of its page. */
  readonly page: number;
  readonly title: string;
  /** Those that the file may be, where that is ambiguous; the list may be empty then. */
  readonly photos: readonly number[];
  readonly isAmbiguous: boolean;
}

/** Reads a line; says why when it cannot be used. */
export function readLine(record: JsonObject): Line | Refusal {
  const { page_id: page, title } = record;
  if (!Number.isSafeInteger(page) || (page as number) < 1)
    return { error: "page_id is missing or no number", code: "bad_page_id" };
  if (typeof title !== "string" || title.trim() === "")
    return { error: "title is missing or no text", code: "bad_title" };
  const named = photosOf(record);
  if ("error" in named) return named;
  const photos: number[] = [];
  for (const photo of named) {
    const number = photoNumber(photo);
    if (number === undefined) return bad("flickr_photo_id", `is no photo id: ${excerptOf(photo)}`);
    photos.push(number);
  }
  return { page: page as number, title, photos, isAmbiguous: record.ambiguous === true };
}

/** The photo ids that a line names: of one that is ambiguous those of all candidates. Both at once say two things. */
function photosOf(record: JsonObject): Json[] | Refusal {
  const { ambiguous = false, candidates, flickr_photo_id = null } = record;
  if (ambiguous === false || ambiguous === null) {
    const isAlone = candidates === undefined || candidates === null;
    return isAlone ? [flickr_photo_id] : bad("candidates", "stand on a line that is not ambiguous");
  }
  if (ambiguous !== true) return bad("ambiguous", `is neither true nor false: ${excerptOf(ambiguous)}`);
  if (flickr_photo_id !== null) return bad("flickr_photo_id", "stands on a line that is ambiguous");
  if (!Array.isArray(candidates))
    return bad("candidates", "are missing or no list, and the line is ambiguous");
  // The source leads to no photo, and the line says so.
  if (candidates.length === 0 && typeof record.reason !== "string")
    return bad("candidates", "are empty, and no reason is given");
  const other = candidates.find((one) => !isObject(one));
  if (other !== undefined) return bad("candidates", `hold something else than objects: ${excerptOf(other)}`);
  return (candidates as JsonObject[]).map((one) => one.flickr_photo_id ?? null);
}

function bad(member: string, problem: string): Refusal {
  return { error: `${member} ${problem}`, code: `bad_${member}` };
}

/** How a value begins, for messages. */
function excerptOf(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text;
}

const EXCERPT = 100;
