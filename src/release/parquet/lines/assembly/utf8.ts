/** The bytes of the character that begins here, which is not ASCII; 0 where it is no UTF-8, by the table of https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/#G27506 */
export function characterBytes(at: usize, end: usize): usize {
  const first = load<u8>(at);
  const bytes: usize = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first < 0xc2 || first > 0xf4 || at + bytes > end) return 0;
  const second = load<u8>(at + 1);
  const least: u8 = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most: u8 = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let i: usize = 2; i < bytes; i++) if ((load<u8>(at + i) & 0xc0) !== 0x80) return 0;
  return bytes;
}
