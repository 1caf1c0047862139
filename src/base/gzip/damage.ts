import { type MemberInflater, ZEROS } from "./member-inflater.js";
import { nextReadable, type SeekableFile } from "./members.js";

/** Damage, and where in the compressed file. */
export interface DamagedAt {
  readonly reason: string;
  readonly isCut: boolean;
  /** About how far the bytes could be read; the file's size where it is cut off. */
  readonly offset: number;
  /** Where the member begins that could not be read to its end, or the bytes that are there instead of one. */
  readonly member: number;
  /** Where the next member begins that can be read. */
  readonly next?: number;
  /** How many unreadable members begin before that one; not known of a stream. */
  readonly broken?: number;
  /** All members are whole, and that many bytes follow the last one, at `offset`, which are not gzip. */
  readonly trailing?: number;
  /** There are only zeros from `offset` on: fine, unless something is missing. */
  readonly isPadding?: boolean;
}

/** Where the damage is that ended a range, and from where the file can be read again. */
export async function locateDamage(
  file: SeekableFile,
  ended: MemberInflater,
): Promise<DamagedAt | undefined> {
  const { damage, member, position, isBetween, isPadded } = ended;
  if (damage === undefined) return isPadded ? paddingAt(member) : undefined;
  const { next, broken } = await nextReadable(file, isBetween ? position : member + 1);
  const { reason } = damage;
  if (isBetween && next === undefined && broken === 0)
    return { reason, isCut: false, offset: position, member, trailing: file.size - position };
  // Where whole members follow, the end was not missing but damaged, so that it was not found.
  const isCut = damage.isCut && next === undefined;
  const place = { reason, isCut, offset: isCut ? file.size : position, member };
  return isCut
    ? place
    : { ...place, broken: broken + (isBetween ? 0 : 1), ...(next !== undefined && { next }) };
}

/** Zeros at the end of a file: what fills up a block of a tape, or a disk that was given room for what never came. */
export function paddingAt(offset: number): DamagedAt {
  return { reason: ZEROS, isCut: true, offset, member: offset, isPadding: true };
}
