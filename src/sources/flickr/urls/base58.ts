/**
 * Flickr's base58, as its engineers published it (group topic 72157616713786392): digits, small letters, capital
 * letters, without 0, O, I and l. Small letters come first, other than in Bitcoin's.
 */
const ALPHABET = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

const values = new Map([...ALPHABET].map((character, value) => [character, value]));

/** Digits that are worked on at once: the largest number of them is below 2^53. */
const CHUNK = 9;

/**
 * A code longer than this names nothing: 22 characters are already 128 bits, twice the size of any id. Turning
 * digits of one base into another takes more than linear time, so there has to be a limit.
 */
export const MOST_BASE58 = 64;

/** Whether a text can be a base58 number. */
export function isBase58(text: string): boolean {
  if (text.length === 0 || text.length > MOST_BASE58) return false;
  for (let i = 0; i < text.length; i++) if (!values.has(text[i] as string)) return false;
  return true;
}

/** The decimal digits of a base58 number. Ids of albums are above 2^53, so the sum is a BigInt. */
export function fromBase58(code: string): string {
  let sum = 0n;
  for (let start = 0; start < code.length; start += CHUNK) {
    const digits = code.slice(start, start + CHUNK);
    let part = 0;
    for (let i = 0; i < digits.length; i++) part = part * 58 + (values.get(digits[i] as string) as number);
    sum = start === 0 ? BigInt(part) : sum * 58n ** BigInt(digits.length) + BigInt(part);
  }
  return String(sum);
}

/** The base58 number of decimal digits. */
export function toBase58(digits: string): string {
  let rest = BigInt(digits);
  let code = "";
  do {
    code = (ALPHABET[Number(rest % 58n)] as string) + code;
    rest /= 58n;
  } while (rest > 0n);
  return code;
}
