import { Media, MemberType, Role } from "../shared";
import { scratch } from "./scratch";

/** The members of a record: what the host says of them, and what the line holds that was read last. */

/** More members than there are. */
const MOST: i32 = 64;

/** What the host says of a member. */
@unmanaged
class Definition {
  type: i32;
  /** The most characters. */
  limit: usize;
  media: i32;
  isRequired: bool;
  /** The name as a key: `"title":`. */
  key: usize;
  keyLength: usize;
}

/** What a line holds in a member. */
export enum State {
  absent,
  null,
  /** Bytes of the line. */
  line,
  /** Bytes of the scratch. */
  scratch,
  /** A number, a time in milliseconds since 1970 (whose text begins at `start`), or 0 or 1. */
  number,
  list,
}

@unmanaged
export class Value {
  state: State;
  /** It was not given, and follows from a rule. */
  isFilled: bool;
  /** An address in the line, or a position in the scratch. */
  start: usize;
  length: usize;
  number: f64;
}

const definitions: usize = memory.data(MOST * 32);
const values: usize = memory.data(MOST * 32, 8);
const roles: usize = memory.data(MOST * 4);
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
export function inRole(role: Role): Value {
  return valueIn(load<i32>(roles + 4 * role));
}

/** The address of a text that a line holds. */
// @ts-expect-error: decorator
@inline
export function addressOf(value: Value): usize {
  return value.state === State.scratch ? scratch.at + value.start : value.start;
}

/** Whether a member is a column of this media type. */
export function isColumn(member: i32, media: Media): bool {
  const column = definition(member);
  return column.type !== MemberType.media_type && (column.media === Media.both || column.media === media);
}

/** Forgets the line before. */
export function clearValues(): void {
  for (let member = 0; member < members; member++) {
    const value = valueIn(member);
    value.state = State.absent;
    value.isFilled = false;
  }
}

/** Adds a column, or `media_type`; gives where the host puts its key, which has this many bytes. */
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
  store<i32>(roles + 4 * role, members);
  members++;
  return member.key;
}
