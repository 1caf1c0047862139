import { at, isObject, type Json, type JsonObject, objectsAt, textAt } from "../../base/ndjson/index.js";

/**
 * A MediaInfo entity, read with care: dumps and API answers write empty maps as `[]`, `{}` or null or leave them out,
 * and main snaks may lack what others have.
 */
export type Entity = JsonObject;
export type Statement = JsonObject;
/** A property with a value, or with the word that there is one (`somevalue`) or none (`novalue`). */
export type Snak = JsonObject;

/** The statements of an entity about one property, of every rank, in their order. */
export function statementsOf(entity: Entity, property: string): Statement[] {
  return objectsAt(entity, "statements", property);
}

/** The main snak of a statement; empty where there is none. */
export function mainSnakOf(statement: Statement): Snak {
  const { mainsnak } = statement;
  return isObject(mainsnak) ? mainsnak : {};
}

/** The qualifiers of a statement under one property. */
export function qualifiersOf(statement: Statement, property: string): Snak[] {
  return objectsAt(statement, "qualifiers", property);
}

/** The members of a map that may be written as `[]`, null or not at all when it is empty. */
export function mapOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The text of a snak whose value is one; undefined for every other value and for none. */
export function stringOf(snak: Snak): string | undefined {
  const value = at(snak, "datavalue", "value");
  return typeof value === "string" ? value : undefined;
}

/** The id of the item (or property, …) that a snak names; undefined for every other value and for none. */
export function itemOf(snak: Snak): string | undefined {
  if (at(snak, "datavalue", "type") !== "wikibase-entityid") return undefined;
  const id = at(snak, "datavalue", "value", "id");
  if (typeof id === "string") return id;
  // Old dumps leave the id out.
  const number = textAt(snak, "datavalue", "value", "numeric-id");
  return number === undefined ? undefined : `Q${number}`;
}
