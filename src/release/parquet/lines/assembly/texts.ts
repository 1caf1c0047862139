import { append, Bytes, room } from "../../../../base/wasm/assembly/bytes";
import { BACKSLASH, QUOTE, specialIn } from "../../../../base/wasm/assembly/text";
import { isJson } from "./json";
import { clear, endValue, Table } from "./table";
import { characterBytes } from "./utf8";

/** Most bytes that one byte of a text takes in JSON: `\u0000`. */
const ESCAPE: usize = 6;
/** What follows the backslash for the control characters with a short form, from 8 on: b, t, n, -, f, r. */
const SHORT = memory.data<u8>([0x62, 0x74, 0x6e, 0, 0x66, 0x72]);

/**
 * Makes a table of texts, which lie from `starts[i]` to `starts[i + 1] - gap` from `at` on, as `JSON.stringify` writes them.
 * False, and no table, where one of them is no UTF-8.
 */
export function addTexts(table: Table, at: usize, starts: usize, count: u32, gap: u32): bool {
  clear(table);
  for (let i: u32 = 0; i < count; i++) {
    const start = at + load<u32>(starts + 4 * i);
    if (!appendText(table.json, start, at + load<u32>(starts + 4 * i + 4) - gap)) return false;
    endValue(table);
  }
  return true;
}

/** The same of texts that are JSON, as they are. False where one is not, or has a line end, or cannot be told here. */
export function addJson(table: Table, at: usize, starts: usize, count: u32, gap: u32): bool {
  clear(table);
  for (let i: u32 = 0; i < count; i++) {
    const start = at + load<u32>(starts + 4 * i);
    const end = at + load<u32>(starts + 4 * i + 4) - gap;
    if (!isJson(start, end)) return false;
    append(table.json, start, end - start);
    endValue(table);
  }
  return true;
}

function appendText(to: Bytes, start: usize, end: usize): bool {
  const begin = room(to, ESCAPE * (end - start) + 2);
  let out = begin;
  store<u8>(out++, QUOTE);
  for (let at = start; at < end; ) {
    const bytes = v128.load(at);
    v128.store(out, bytes);
    const plain = min<usize>(ctz(specialIn(bytes) | 0x10000), end - at);
    at += plain;
    out += plain;
    if (at >= end || plain === 16) continue;
    const byte = load<u8>(at);
    if (byte < 0x80) {
      out = appendEscape(out, byte);
      at++;
      continue;
    }
    const length = characterBytes(at, end);
    if (length === 0) return false;
    for (let i: usize = 0; i < length; i++) store<u8>(out + i, load<u8>(at + i));
    out += length;
    at += length;
  }
  store<u8>(out++, QUOTE);
  to.used += out - begin;
  return true;
}

function appendEscape(out: usize, byte: u8): usize {
  store<u8>(out, BACKSLASH);
  if (byte >= 0x20) {
    store<u8>(out + 1, byte);
    return out + 2;
  }
  const short: u8 = byte >= 8 && byte <= 13 ? load<u8>(SHORT + byte - 8) : 0;
  if (short !== 0) {
    store<u8>(out + 1, short);
    return out + 2;
  }
  // u00, and two digits.
  store<u32>(out + 1, 0x00303075);
  store<u8>(out + 4, 0x30 + (byte >> 4));
  const low: u8 = byte & 15;
  store<u8>(out + 5, low < 10 ? 0x30 + low : 0x57 + low);
  return out + 6;
}
