import { givenAt, type Json, type JsonObject, numberAt } from "../../base/ndjson/index.js";

/** Values of items that several providers give in the same way. */

/** Milliseconds of a member in seconds; anything but a number as it is, so that cleaning counts it. */
export function millisecondsAt(item: JsonObject, member: string): unknown {
  const seconds = numberAt(item, member);
  return seconds === undefined ? givenAt(item, member) : Math.trunc(seconds * 1000);
}

/** The members of an item that are columns, or members of `meta_data`, under their own names. */
export function membersOf(item: JsonObject, names: readonly string[]): Record<string, Json | undefined> {
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}
