import { append8, Bytes } from "../../../../base/wasm/assembly/bytes";

/** ULEB128: seven bits a byte, the lowest first. */
export function appendVarint(bytes: Bytes, value: u64): void {
  let rest = value;
  while (rest >= 0x80) {
    append8(bytes, <u8>(rest | 0x80));
    rest >>= 7;
  }
  append8(bytes, <u8>rest);
}

/** A signed number as an unsigned one that is small when it is near 0. */
export function appendZigzag(bytes: Bytes, value: i64): void {
  appendVarint(bytes, <u64>((value << 1) ^ (value >> 63)));
}
