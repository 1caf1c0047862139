import { type Damage, Inflater } from "./inflate.js";

/** Zeros instead of a member: padding after the last one, or a part of the file that never came. */
export const ZEROS = "zeros in the place of what follows";

/** Text out of gzip members. */
export interface Text {
  /** Lasts until the next is taken; perhaps nothing. */
  readonly text: Buffer;
  /** All text so far is as it was packed: a member has just ended, and its checksum is right. */
  readonly isSound: boolean;
}

/** Gives compressed bytes of the file again; undefined where they are no longer held. */
export type Again = (from: number, to: number) => Iterable<Buffer> | undefined;

/** What every member begins with. */
export const MAGIC = Buffer.from([0x1f, 0x8b, 0x08]);
/** zlib takes a few bytes before it says that they begin no member. */
const HEADER = 16;
const NOTHING = Buffer.alloc(0);
const MEMBER_ENDS: Text = { text: NOTHING, isSound: true };

/**
 * Inflates a chain of gzip members, and knows where each of them begins and ends.
 *
 * zlib goes on from one member to the next and does not say so. So it is given the compressed bytes up to the next place
 * where a member may begin, and asked whether one has ended there. What it gave before it failed is lost with the piece
 * that it failed at; so that piece is read again from the start of its member, byte by byte at last: then a member that
 * is whole is told from one that is damaged, and where it ends from what follows.
 */
export class MemberInflater {
  /** What is wrong with the data, once something is. */
  damage: Damage | undefined;
  /** Where the member begins that is read; between two of them, where the last one ended. */
  member: number;
  /** How far the file was read. */
  position: number;
  /** No member has begun since the last one ended. */
  isBetween = true;
  /** There are zeros after the last member, at `member`. */
  isPadded = false;
  /** How much text of this member was given. */
  #given = 0;
  #inflater = new Inflater();
  readonly #again: Again;

  constructor(start: number, again: Again) {
    this.member = start;
    this.position = start;
    this.#again = again;
  }

  /** The text of the next piece of the file. */
  *add(piece: Buffer): Generator<Text, void> {
    for (let at = 0; at < piece.length && this.damage === undefined; ) {
      if (this.isBetween) at = this.#begin(piece, at);
      else at = yield* this.#inflate(piece, at);
    }
  }

  /** Says that the file has ended, which it may only do at the end of a member. */
  *end(): Generator<Text, void> {
    if (this.isBetween || this.damage !== undefined) return;
    for (const text of this.#inflater.end()) yield { text, isSound: false };
    if (this.#inflater.damage) yield* this.#inflateAgain(this.position);
  }

  close(): void {
    this.#inflater.close();
  }

  /** Looks for the first byte of a member. Zeros in its place fill up a block, and nothing may follow them. */
  #begin(piece: Buffer, start: number): number {
    let at = start;
    while (at < piece.length && piece[at] === 0) at++;
    this.isPadded ||= at > start;
    this.position += at - start;
    if (at === piece.length) return at;
    if (this.isPadded || piece[at] !== MAGIC[0])
      this.damage = { reason: this.isPadded ? ZEROS : "bytes that are no gzip member", isCut: false };
    else this.isBetween = false;
    this.#given = 0;
    return at;
  }

  *#inflate(piece: Buffer, at: number): Generator<Text, number> {
    const part = piece.subarray(at, nextStart(piece, at + 1));
    for (const text of this.#inflater.add(part)) {
      this.#given += text.length;
      yield { text, isSound: false };
    }
    if (this.#inflater.damage) {
      yield* this.#inflateAgain(this.position + part.length);
      return at + part.length;
    }
    const taken = part.length - this.#inflater.unread;
    this.position += taken;
    if (this.#inflater.isAtEnd()) yield this.#ended();
    return at + taken;
  }

  /** Reads the member again that could not be read up to here, and what follows it if it is whole. */
  *#inflateAgain(to: number): Generator<Text, void> {
    this.#inflater.close();
    this.damage = this.#inflater.damage;
    const bytes = this.#again(this.member, to);
    if (bytes === undefined) return;
    this.#inflater = new Inflater();
    const slowFrom = this.position - HEADER;
    let known = this.#given;
    this.position = this.member;
    for (const step of inSteps(bytes, this.member, slowFrom)) {
      for (const text of this.#inflater.add(step)) {
        if (text.length > known) yield { text: text.subarray(known), isSound: false };
        known = Math.max(0, known - text.length);
      }
      this.damage = this.#inflater.damage ?? this.damage;
      this.position += step.length;
      if (this.#inflater.damage) return;
      if (this.position > slowFrom && this.#inflater.isAtEnd()) {
        this.damage = undefined;
        yield this.#ended();
        for (const rest of this.#again(this.position, to) ?? []) yield* this.add(rest);
        return;
      }
    }
  }

  #ended(): Text {
    this.isBetween = true;
    this.member = this.position;
    return MEMBER_ENDS;
  }
}

/** How a stream of gzip members ended. */
export interface GzipEnd
  extends Pick<MemberInflater, "damage" | "member" | "position" | "isBetween" | "isPadded"> {
  /** How many bytes follow the last member and belong to no other, where that is the damage. */
  readonly trailing?: number;
}

/** The next place in a piece where a member may begin: at its first bytes, or those of them that the piece ends with. */
function nextStart(piece: Buffer, from: number): number {
  const found = piece.indexOf(MAGIC, from);
  if (found !== -1) return found;
  const last = piece.length - 1;
  if (last > from && piece[last - 1] === MAGIC[0] && piece[last] === MAGIC[1]) return last - 1;
  return last >= from && piece[last] === MAGIC[0] ? last : piece.length;
}

/** Pieces as they are up to a place, byte by byte from there on. */
function* inSteps(pieces: Iterable<Buffer>, start: number, slowFrom: number): Generator<Buffer> {
  let position = start;
  for (const piece of pieces) {
    const fast = Math.max(0, Math.min(piece.length, slowFrom - position));
    if (fast > 0) yield piece.subarray(0, fast);
    for (let at = fast; at < piece.length; at++) yield piece.subarray(at, at + 1);
    position += piece.length;
  }
}
