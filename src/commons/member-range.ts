import { readSync } from "node:fs";
import { type Damage, Inflater } from "../files/index.js";
import { findMember, type SeekableFile } from "./gzip-members.js";

/** How much is read at a time. */
const PIECE = 64 * 1024;
/** What the decoder says of two bytes behind a member that begin no other one. */
export const NO_MEMBER = "incorrect header check";

/** How a range ended. */
export interface RangeEnd {
  /** Where the next member begins, or the file ends. */
  readonly end: number;
  readonly damage?: DamagedAt;
}

/** Damage, and where in the compressed file. */
export interface DamagedAt {
  readonly reason: string;
  readonly isCut: boolean;
  /** How far the bytes made sense, to some; the file's size where it is cut off. */
  readonly offset: number;
  /** Where the member begins that could not be read to its end. */
  readonly member: number;
  /** All members are whole, and as many bytes follow the last one, at `offset`, that are none. */
  readonly trailing?: number;
}

/**
 * Inflates the members from `start` on, up to the first one that begins at or behind `limit`. `start` has to be the
 * start of a member.
 *
 * Where that next one begins is found by its first bytes, and made sure of by the decoder: at a true start the member
 * before it has just ended. Where it has not, those bytes were part of the data; then the range is read again, what was
 * given is left out, and it goes on to the next start. So what a range gives and where it ends are right whatever the
 * data holds, and a chain of ranges, each of which begins where the one before it ended, holds the whole file.
 */
export function* inflateRange(file: SeekableFile, start: number, limit: number): Generator<Buffer, RangeEnd> {
  let given = 0;
  for (let nextLimit = limit, slowFrom = Number.POSITIVE_INFINITY; ; ) {
    const attempt = new Attempt(file, start, nextLimit, slowFrom);
    for (const chunk of attempt.chunksBehind(given)) {
      given += chunk.length;
      yield chunk;
    }
    const { damage, end } = attempt;
    if (damage === undefined) return { end };
    if (damage.isCut && end < file.size) nextLimit = end + 1;
    // Once more, to give all that can be read: what a piece gave before it failed is lost with it.
    else if (slowFrom === Number.POSITIVE_INFINITY) slowFrom = attempt.lastPiece;
    else return { end, damage: attempt.place(damage) };
  }
}

/** One pass over a range. */
class Attempt {
  /** Where the next member seems to begin. */
  end: number;
  damage: Damage | undefined;
  /** Where the last piece began that was read. */
  lastPiece: number;
  /** How far the file was read. */
  #position: number;
  readonly #file: SeekableFile;
  readonly #start: number;
  readonly #limit: number;
  /** From here on it is read byte by byte. */
  readonly #slowFrom: number;
  readonly #buffer = Buffer.allocUnsafeSlow(PIECE);

  constructor(file: SeekableFile, start: number, limit: number, slowFrom: number) {
    this.end = file.size;
    this.#file = file;
    this.#start = start;
    this.#position = start;
    this.#limit = limit;
    this.lastPiece = start;
    this.#slowFrom = slowFrom;
  }

  /** The inflated bytes but for the first ones. */
  *chunksBehind(count: number): Generator<Buffer> {
    const inflater = new Inflater();
    let left = count;
    try {
      for (let isDone = false; !isDone && inflater.damage === undefined; ) {
        const piece = this.#nextPiece();
        isDone = piece === undefined;
        for (const chunk of piece ? inflater.add(piece) : inflater.end()) {
          if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
          left = Math.max(0, left - chunk.length);
        }
      }
      this.damage = inflater.damage;
    } finally {
      inflater.close();
    }
  }

  /** Where the damage is. */
  place({ reason, isCut }: Damage): DamagedAt {
    const trailing = this.#trailing(reason, isCut);
    if (trailing > 0) {
      const offset = this.#file.size - trailing;
      return { reason, isCut: false, offset, member: offset, trailing };
    }
    const offset = isCut ? this.end : this.#position;
    let member = this.#start;
    for (let next = member; next !== -1; next = findMember(this.#file, member + 1, offset)) member = next;
    return { reason, isCut, offset, member };
  }

  /** How many bytes follow the last member that are none of one. */
  #trailing(reason: string, isCut: boolean): number {
    const { fd, size } = this.#file;
    const isLast = (from: number) => findMember(this.#file, from, size) === -1;
    if (reason === NO_MEMBER && this.#position - 2 > this.#start && isLast(this.#position))
      return size - (this.#position - 2);
    // A single byte may begin a member, for all that the decoder knows.
    if (!isCut || size - 1 <= this.#start) return 0;
    const shorter = new Attempt({ fd, size: size - 1 }, this.#start, this.#limit, Number.POSITIVE_INFINITY);
    for (const _ of shorter.chunksBehind(Number.POSITIVE_INFINITY));
    return shorter.damage === undefined ? 1 : 0;
  }

  /** The next bytes of the range; undefined at its end. */
  #nextPiece(): Buffer | undefined {
    const position = this.#position;
    this.lastPiece = position;
    let next = Math.min(position + (position >= this.#slowFrom ? 1 : PIECE), this.#file.size);
    if (next > this.#limit && this.end === this.#file.size) {
      const member = findMember(this.#file, Math.max(position, this.#limit), next);
      if (member !== -1) this.end = member;
    }
    next = Math.min(next, this.end);
    if (next <= position) return undefined;
    const read = readSync(this.#file.fd, this.#buffer, 0, next - position, position);
    this.#position += read;
    return read === 0 ? undefined : this.#buffer.subarray(0, read);
  }
}
