/** The columns of a record: what the program says of them, and what the line holds that was read last. */

/** Types of columns; the program has the same table. */
export const TEXT: i32 = 0;
export const URL: i32 = 1;
export const INTEGER: i32 = 2;
export const NUMBER_TYPE: i32 = 3;
export const BOOLEAN: i32 = 4;
export const TIMESTAMP: i32 = 5;
export const UUID: i32 = 6;
export const OBJECT: i32 = 7;
export const TAGS: i32 = 8;
export const TEXTS: i32 = 9;
export const OBJECTS: i32 = 10;
/** `media_type`, which is a member and no column. */
export const MEDIA_TYPE: i32 = 11;

/** Columns that have a part in the rules between columns; the program has the same list. */
export const PROVIDER: i32 = 0;
export const SOURCE: i32 = 1;
export const FOREIGN_IDENTIFIER: i32 = 2;
export const URL_ROLE: i32 = 3;
export const LICENSE: i32 = 4;
export const LICENSE_VERSION: i32 = 5;
export const META_DATA: i32 = 6;
export const IDENTIFIER: i32 = 7;
export const INGESTION_TYPE: i32 = 8;
export const CATEGORY: i32 = 9;
export const WATERMARKED: i32 = 10;
export const FILETYPE: i32 = 11;
const ROLES: i32 = 12;

/** Media types; 0 where a column belongs to both. */
export const IMAGE: i32 = 1;
export const AUDIO: i32 = 2;

export const MOST: i32 = 64;

/** What the program says of a column. */
@unmanaged
export class Definition {
  type: i32;
  /** The most characters. */
  limit: usize;
  media: i32;
  isRequired: bool;
  /** The name as a key: `"title":`. */
  key: usize;
  keyLength: usize;
}

/** What a line holds in a column. */
export const ABSENT: u8 = 0;
export const NULL: u8 = 1;
/** Bytes of the line. */
export const IN_LINE: u8 = 2;
/** Bytes of the scratch. */
export const IN_SCRATCH: u8 = 3;
/** A number, a time in milliseconds since 1970 (whose text begins at `start`), or 0 or 1. */
export const NUMBER: u8 = 4;
export const LIST: u8 = 5;

@unmanaged
export class Value {
  state: u8;
  /** It was not given, but goes without saying. */
  isFilled: bool;
  /** An address in the line, or a position in the scratch. */
  start: usize;
  length: usize;
  number: f64;
}

const definitions: usize = memory.data(64 * 32);
const values: usize = memory.data(64 * 32, 8);
const roles: usize = memory.data(ROLES * 4);
export let members: i32 = 0;

// @ts-expect-error: decorator
@inline
export function definition(member: i32): Definition {
  return changetype<Definition>(definitions + (<usize>member << 5));
}

// @ts-expect-error: decorator
@inline
export function valueIn(member: i32): Value {
  return changetype<Value>(values + (<usize>member << 5));
}

// @ts-expect-error: decorator
@inline
export function inRole(role: i32): Value {
  return valueIn(load<i32>(roles + 4 * role));
}

/** Forgets the line before. */
export function clearValues(): void {
  for (let member = 0; member < members; member++) {
    const value = valueIn(member);
    value.state = ABSENT;
    value.isFilled = false;
  }
}

/** Adds a column, or `media_type`; gives where its key is to be put, of so many bytes. `role` is -1 for most. */
export function defineMember(
  type: i32,
  limit: u32,
  media: i32,
  isRequired: bool,
  role: i32,
  keyLength: u32,
): usize {
  const member = definition(members);
  member.type = type;
  member.limit = limit;
  member.media = media;
  member.isRequired = isRequired;
  member.keyLength = keyLength;
  // Keys are compared eight bytes at a time.
  member.key = heap.alloc(keyLength + 8);
  if (role >= 0) store<i32>(roles + 4 * role, members);
  members++;
  return member.key;
}
