/**
 * What the libraries and programs that unpack say of a checksum that is another one: zlib, zstd, unbzip2-stream. All else that
 * they say is of their insides (`destination buffer is too small`, `I gave up a while ago on writing error messages`).
 */
const CHECKSUM = /incorrect (?:data|length) check|match checksum|crc32 do not match/i;

/** Why data cannot be unpacked, in words of ours. */
export function damageWords(reason: string): string {
  return CHECKSUM.test(reason) ? "its checksum is another one" : "it is not what was packed";
}
