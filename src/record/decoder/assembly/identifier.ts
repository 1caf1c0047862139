import { append, append8, Bytes, room } from "../../../base/wasm/assembly/bytes";
import { HYPHEN, LF } from "../../../base/wasm/assembly/text";
import { LineField, Role } from "../shared";
import { addressOf, inRole, State } from "./members";
import { setField } from "./result";
import { scratch } from "./scratch";
import * as sha1 from "./sha1";

/** The namespace of identifiers, then the name. */
const name = changetype<Bytes>(memory.data(16));
const NAMESPACE_LENGTH: usize = 16;
/** What SHA-1 may write after the name. */
const PADDING: usize = 72;

/** Where the host puts the namespace of identifiers. */
export function namespace(): usize {
  return room(name, NAMESPACE_LENGTH);
}

/** UUID v5 (RFC 9562, section 5.5) of provider, a line feed and foreign identifier. */
export function makeIdentifier(): void {
  const provider = inRole(Role.provider);
  const foreign = inRole(Role.foreign_identifier);
  name.used = NAMESPACE_LENGTH;
  append(name, addressOf(provider), provider.length);
  append8(name, LF);
  append(name, addressOf(foreign), foreign.length);
  room(name, PADDING);
  sha1.sha1(name.at, name.used);
  const b = (sha1.b & 0xffff0fff) | 0x5000;
  const c = (sha1.c & 0x3fffffff) | 0x80000000;
  setField(LineField.word0, sha1.a);
  setField(LineField.word1, b);
  setField(LineField.word2, c);
  setField(LineField.word3, sha1.d);
  setField(LineField.name, <i32>(name.at + NAMESPACE_LENGTH));
  setField(LineField.nameLength, <i32>(name.used - NAMESPACE_LENGTH));
  const identifier = inRole(Role.identifier);
  identifier.state = State.scratch;
  identifier.start = scratch.used;
  identifier.length = 36;
  let at = room(scratch, 36);
  scratch.used += 36;
  at = storeHex(at, sha1.a, 4);
  store<u8>(at, HYPHEN);
  at = storeHex(at + 1, b >> 16, 2);
  store<u8>(at, HYPHEN);
  at = storeHex(at + 1, b, 2);
  store<u8>(at, HYPHEN);
  at = storeHex(at + 1, c >> 16, 2);
  store<u8>(at, HYPHEN);
  at = storeHex(at + 1, c, 2);
  storeHex(at, sha1.d, 4);
}

/** The two hexadecimal digits of each byte. */
const HEX: usize = memory.data(512);
for (let byte: i32 = 0; byte < 256; byte++) {
  store<u8>(HEX + 2 * byte, hexDigit(byte >> 4));
  store<u8>(HEX + 2 * byte, hexDigit(byte & 15), 1);
}

function hexDigit(digit: i32): u8 {
  return <u8>(digit < 10 ? 0x30 + digit : 0x57 + digit);
}

/** Stores the lowest bytes of a number; gives where they end. */
function storeHex(to: usize, number: u32, bytes: i32): usize {
  let at = to;
  for (let i = bytes - 1; i >= 0; i--) {
    store<u16>(at, load<u16>(HEX + 2 * ((number >> (8 * i)) & 255)));
    at += 2;
  }
  return at;
}
