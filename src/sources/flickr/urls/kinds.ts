import { isBase58 } from "./base58.js";
import { digitsAtStart, isDigits, isGroup, isName, isUser, pageOf } from "./ids.js";

/** What a value must look like, by its name in a path. */
export const KINDS = {
  user: isUser,
  group: isGroup,
  photo: isDigits,
  /** A photo at which a list is opened. */
  shown: isDigits,
  album: isDigits,
  gallery: isDigits,
  topic: isDigits,
  reply: isDigits,
  number: isDigits,
  collection: (text: string) => /^\d+(?:-\d+)?$/.test(text),
  tag: isName,
  name: isName,
  base58: isBase58,
  page: (text: string) => pageOf(text) !== undefined,
  /** `53381630964_63d765ee92_b.jpg`; the number alone will do. */
  file: (text: string) => isDigits(text) || isFileName(text),
  file_name: isFileName,
  /** `12345@N00_h.jpg`: a picture of a user. */
  icon: (text: string) => /^\d+@n\d\d(?:_[a-z]+)?\.\w+$/i.test(text),
} satisfies Record<string, (text: string) => boolean>;

export type Kind = keyof typeof KINDS;

function isFileName(text: string): boolean {
  const digits = digitsAtStart(text);
  return digits > 0 && text[digits] === "_";
}

/** The kind in `{kind}`; undefined for any other text. */
export function kindOf(text: string): Kind | undefined {
  const name = /^\{(\w+)\}$/.exec(text)?.[1];
  if (name !== undefined && !Object.hasOwn(KINDS, name)) throw new Error(`the grammar has no kind ${text}`);
  return name as Kind | undefined;
}
