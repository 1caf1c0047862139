/** FNV-1a, eight bytes at a time, and its bits mixed at the end. */
export function hashOf(at: usize, length: usize): u32 {
  let hash: u64 = 0xcbf29ce484222325 ^ length;
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) hash = rotl<u64>((hash ^ load<u64>(at + i)) * 0x100000001b3, 29);
  for (; i < length; i++) hash = (hash ^ load<u8>(at + i)) * 0x100000001b3;
  hash ^= hash >> 32;
  hash *= 0x9e3779b97f4a7c15;
  return <u32>(hash >> 32);
}
