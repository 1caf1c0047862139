import { v5 as uuidV5 } from "uuid";

/** The namespace of our identifiers: UUID v5 of the URL namespace and `https://openverse.org/`. */
const NAMESPACE = uuidV5("https://openverse.org/", uuidV5.URL);

/**
 * The identifier of a record: UUID v5 of its provider and foreign identifier, so that the same record has the
 * same one in every release, on every machine.
 */
export function identifierOf(provider: string, foreignIdentifier: string): string {
  // A line feed cannot stand in either part, so no two pairs give the same name.
  return uuidV5(`${provider}\n${foreignIdentifier}`, NAMESPACE);
}
