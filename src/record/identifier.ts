import { hash } from "node:crypto";
import { parse, v5 as uuidV5 } from "uuid";

/** The namespace of our identifiers: UUID v5 of the URL namespace and `https://openverse.org/`. */
export const IDENTIFIER_NAMESPACE = Buffer.from(parse(uuidV5("https://openverse.org/", uuidV5.URL)));

/** Where nearly every name is put together, behind the namespace. */
const ROOM = 1024;
const room = Buffer.alloc(16 + ROOM, IDENTIFIER_NAMESPACE);

/**
 * The identifier of a record: UUID v5 of its provider and foreign identifier, so that the same record has the
 * same one in every release, on every machine.
 */
export function identifierOf(provider: string, foreignIdentifier: string): string {
  // A line feed cannot occur in either part, so no two pairs give the same name.
  const name = `${provider}\n${foreignIdentifier}`;
  // What the uuid package does, in a quarter of the time: a record has one, and there are millions.
  const length = Buffer.byteLength(name);
  const bytes =
    length <= ROOM ? room.subarray(0, 16 + length) : Buffer.alloc(16 + length, IDENTIFIER_NAMESPACE);
  bytes.write(name, 16);
  const digest = hash("sha1", bytes, "hex");
  const variant = ((Number.parseInt(digest[16] as string, 16) & 3) | 8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
