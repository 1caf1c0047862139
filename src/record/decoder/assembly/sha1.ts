/** SHA-1 (FIPS 180-4), for identifiers: they are UUIDs of version 5. */

const words: usize = memory.data(80 * 4);

export let a: u32 = 0;
export let b: u32 = 0;
export let c: u32 = 0;
export let d: u32 = 0;
let e: u32 = 0;

/** Hashes a message that has room for 72 more bytes after it; the result is in `a`, `b`, `c`, `d`. */
export function sha1(message: usize, length: usize): void {
  store<u8>(message + length, 0x80);
  const blocks = (length + 8) / 64 + 1;
  memory.fill(message + length + 1, 0, blocks * 64 - length - 1);
  store<u64>(message + blocks * 64 - 8, bswap<u64>(<u64>length * 8));
  a = 0x67452301;
  b = 0xefcdab89;
  c = 0x98badcfe;
  d = 0x10325476;
  e = 0xc3d2e1f0;
  for (let i: usize = 0; i < blocks; i++) addBlock(message + i * 64);
}

function addBlock(block: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(words + i, bswap<u32>(load<u32>(block + i)));
  for (let i: usize = 64; i < 320; i += 4) {
    const word = load<u32>(words + i - 12) ^ load<u32>(words + i - 32) ^ load<u32>(words + i - 56);
    store<u32>(words + i, rotl<u32>(word ^ load<u32>(words + i - 64), 1));
  }
  let v = a;
  let w = b;
  let x = c;
  let y = d;
  let z = e;
  for (let i: usize = 0; i < 80; i++) {
    let mixed: u32;
    if (i < 20) mixed = ((w & x) | (~w & y)) + 0x5a827999;
    else if (i < 40) mixed = (w ^ x ^ y) + 0x6ed9eba1;
    else if (i < 60) mixed = ((w & x) | (w & y) | (x & y)) + 0x8f1bbcdc;
    else mixed = (w ^ x ^ y) + 0xca62c1d6;
    const next = rotl<u32>(v, 5) + mixed + z + load<u32>(words + i * 4);
    z = y;
    y = x;
    x = rotl<u32>(w, 30);
    w = v;
    v = next;
  }
  a += v;
  b += w;
  c += x;
  d += y;
  e += z;
}
