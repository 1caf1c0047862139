import { copyBytes, SLACK } from "./memory";

/** Bytes that are put together while a line is read: texts without their escapes, objects in their canonical form. */

let buffer: usize = heap.alloc(64 * 1024);
let size: usize = 64 * 1024;
let used: usize = 0;

export function clear(): void {
  used = 0;
}

export function length(): usize {
  return used;
}

export function base(): usize {
  return buffer;
}

export function reserve(bytes: usize): void {
  if (used + bytes + SLACK <= size) return;
  size = max<usize>(2 * size, used + bytes + SLACK);
  buffer = heap.realloc(buffer, size);
}

export function append(from: usize, to: usize): void {
  const bytes = to - from;
  reserve(bytes);
  copyBytes(buffer + used, from, bytes);
  used += bytes;
}

export function appendByte(byte: u8): void {
  reserve(1);
  store<u8>(buffer + used, byte);
  used++;
}

/** Appends two bytes, the lower one first; there has to be room. */
export function appendPair(bytes: u16): void {
  store<u16>(buffer + used, bytes);
  used += 2;
}

/** Appends part of the scratch itself. */
export function appendOwn(start: usize, end: usize): void {
  reserve(end - start);
  memory.copy(buffer + used, buffer + start, end - start);
  used += end - start;
}
