import { at, isObject, type JsonObject, textAt } from "../../base/ndjson/index.js";

/** A photo id as a number: all that Flickr has given so far have eleven digits at most. */
export function photoNumber(id: unknown): number | undefined {
  return typeof id === "string" && /^0*[1-9]\d{0,14}$/.test(id) ? Number(id) : undefined;
}

/** Members of records that hold a photo id, in media records, and in what the other commands write. */
const ID_MEMBERS = ["flickr_photo_id", "photo_id"];
/** The members of a record that `photoOf` looks at. */
export const PHOTO_MEMBERS = [...ID_MEMBERS, "provider", "foreign_identifier"];

/**
 * The Flickr photo that a record is about: a media record of the provider `flickr`, or a result of another command.
 * Undefined where it is about none.
 */
export function photoOf(record: JsonObject): string | undefined {
  for (const name of ID_MEMBERS) {
    const id = textAt(record, name);
    if (id !== undefined) return id;
  }
  return at(record, "provider") === "flickr" && isObject(record)
    ? textAt(record, "foreign_identifier")
    : undefined;
}
