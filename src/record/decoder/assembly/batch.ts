import { Bytes } from "../../../base/wasm/assembly/bytes";
import { zeroes } from "../../../base/wasm/assembly/memory";
import { MemberType, Role } from "../shared";
import { addNull, addNumber, addText, ArrayType, Column, empty, endElements, list, newColumn } from "./arrays";
import { addressOf, definition, inRole, members, State, valueIn } from "./members";
import { element, elements, Span, tagAccuracy, tagName, tagProvider, tags } from "./tags";

/** Rows: the address of each member's array, 0 where it has none. */
export function newBatch(): usize {
  return zeroes(4 * members);
}

/** Gives a batch without rows the array of a member. */
export function newArray(batch: usize, member: i32): usize {
  const array = changetype<usize>(arrayFor(definition(member).type));
  store<usize>(batch + 4 * member, array);
  return array;
}

function arrayOf(batch: usize, member: i32): usize {
  return load<usize>(batch + 4 * member);
}

function arrayFor(type: MemberType): Column {
  switch (type) {
    case MemberType.integer:
      return newColumn(ArrayType.int32);
    case MemberType.number:
      return newColumn(ArrayType.double);
    case MemberType.boolean:
      return newColumn(ArrayType.boolean);
    case MemberType.timestamp:
      return newColumn(ArrayType.time);
    case MemberType.texts: {
      const list = newColumn(ArrayType.list);
      list.child0 = changetype<usize>(newColumn(ArrayType.text));
      return list;
    }
    case MemberType.tags: {
      const tag = newColumn(ArrayType.struct);
      tag.child0 = changetype<usize>(newColumn(ArrayType.text));
      tag.child1 = changetype<usize>(newColumn(ArrayType.text));
      tag.child2 = changetype<usize>(newColumn(ArrayType.double));
      const list = newColumn(ArrayType.list);
      list.child0 = changetype<usize>(tag);
      return list;
    }
    default:
      return newColumn(ArrayType.text);
  }
}

/** What `describe` lists. */
const arrays = changetype<Bytes>(memory.data(16));

/** Lists the arrays of a batch, as `ArrayField` says; gives where the list is. */
export function describe(batch: usize): usize {
  arrays.used = 0;
  for (let member = 0; member < members; member++) {
    const array = arrayOf(batch, member);
    if (array !== 0) list(arrays, changetype<Column>(array));
  }
  return arrays.at;
}

export function describedBytes(): usize {
  return arrays.used;
}

/** Forgets all rows; the memory stays, for as many again. */
export function emptyBatch(batch: usize): void {
  for (let member = 0; member < members; member++) {
    const array = arrayOf(batch, member);
    if (array !== 0) empty(changetype<Column>(array));
  }
}

/** Adds the line that was read last; gives when it was last seen, in milliseconds since 1970, 0 where it does not say. */
export function addLine(batch: usize): f64 {
  for (let member = 0; member < members; member++) {
    const array = arrayOf(batch, member);
    if (array === 0) continue;
    const column = changetype<Column>(array);
    const value = valueIn(member);
    if (value.state <= State.null) addNull(column);
    else if (value.state === State.number) addNumber(column, value.number);
    else if (value.state === State.list) addList(column, definition(member).type);
    else addText(column, addressOf(value), value.length);
  }
  const seen = inRole(Role.last_synced_with_source);
  return seen.state === State.number ? seen.number : 0;
}

function addList(column: Column, type: MemberType): void {
  const child = changetype<Column>(column.child0);
  if (type === MemberType.texts) for (let i = 0; i < elements; i++) addSpan(child, element(i));
  else {
    for (let i = 0; i < tags; i++) {
      addSpan(changetype<Column>(child.child0), tagName(i));
      addSpan(changetype<Column>(child.child1), tagProvider(i));
      const accuracy = tagAccuracy(i);
      if (isNaN(accuracy)) addNull(changetype<Column>(child.child2));
      else addNumber(changetype<Column>(child.child2), accuracy);
      endElements(child);
    }
  }
  endElements(column);
}

function addSpan(column: Column, span: Span): void {
  addText(column, span.address, span.length);
}
