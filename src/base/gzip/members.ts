import { readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { MAGIC, MemberInflater, type Text } from "./member-inflater.js";

/**
 * Where the members of a gzip file begin. A file of thousands of members can be read from the middle. The three bytes that
 * a member begins with also turn up by chance (once in 16 MB) and may be part of the data; so the bytes that follow are
 * inflated before a place counts as the start of a member. Whoever reads on from there checks that the member before it
 * ends there.
 */

/** A file that is read at any place. */
export interface SeekableFile {
  readonly fd: number;
  /** In bytes. */
  readonly size: number;
}

/** Bits of the header's flags that no member has set. */
const RESERVED_FLAGS = 0xe0;
/** How much of a supposed member is inflated, in bytes. Chance does not get further than some dozens. */
const TRIAL = 4096;
/** How much of the file is searched at a time. */
const STEP = 32 * 1024;
/** How much is read at a time. */
const PIECE = 64 * 1024;
/** A member whose first bytes, as many as this, can be read counts as readable. */
const SOUND = 64 * 1024 * 1024;
/** After that many bytes of a long search, other work gets a turn. */
const TURN = 16 * 1024 * 1024;

/** The first member that begins at or after `from` and before `to`; -1 where there is none. */
export function findMember(file: SeekableFile, from: number, to: number): number {
  const buffer = Buffer.allocUnsafe(STEP + MAGIC.length + 1);
  for (let position = from; position < to; position += STEP) {
    const read = readSync(file.fd, buffer, 0, buffer.length, position);
    const bytes = buffer.subarray(0, read);
    for (let at = bytes.indexOf(MAGIC); at !== -1 && at < STEP && position + at < to; ) {
      const flags = bytes[at + MAGIC.length] ?? RESERVED_FLAGS;
      if ((flags & RESERVED_FLAGS) === 0 && isMember(file, position + at, TRIAL)) return position + at;
      at = bytes.indexOf(MAGIC, at + 1);
    }
  }
  return -1;
}

/** What lies between damage and the next member that can be read. */
export interface NextReadable {
  /** Where that member begins; undefined where there is none. */
  readonly next?: number;
  /** How many begin before it and cannot be read. */
  readonly broken: number;
}

/** Looks from `from` on for the next member that can be read, as far as the file goes. */
export async function nextReadable(file: SeekableFile, from: number): Promise<NextReadable> {
  let broken = 0;
  for (let turn = from; turn < file.size; turn += TURN) {
    const to = Math.min(turn + TURN, file.size);
    for (let at = findMember(file, turn, to); at !== -1; at = findMember(file, at + 1, to)) {
      if (isMember(file, at, SOUND)) return { next: at, broken };
      broken++;
    }
    await setImmediate();
  }
  return { broken };
}

/** The bytes of a part of the file, in pieces that last until the next is taken. */
function* readPieces({ fd, size }: SeekableFile, from: number, to: number): Generator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(PIECE, to - from)));
  for (let position = from; position < Math.min(to, size); ) {
    const read = readSync(fd, buffer, 0, Math.min(buffer.length, to - position), position);
    if (read === 0) return;
    position += read;
    yield buffer.subarray(0, read);
  }
}

/**
 * Inflates the members from `start` on, up to the first one that begins at or after `limit`. `start` has to be the
 * start of a member. A chain of ranges, each of which begins where the one before it ended, covers the whole file.
 */
export function* inflateRange(
  file: SeekableFile,
  start: number,
  limit: number,
): Generator<Text, MemberInflater> {
  const inflater = new MemberInflater(start, (from, to) => readPieces(file, from, to));
  try {
    for (const piece of readPieces(file, start, file.size)) {
      for (const text of inflater.add(piece)) {
        yield text;
        if (text.isSound && inflater.position >= limit) return inflater;
      }
      if (inflater.damage) return inflater;
    }
    yield* inflater.end();
    return inflater;
  } finally {
    inflater.close();
  }
}

/** Whether a member begins here that can be read to its end, or as far as `bytes` go: that it goes on is no error. */
function isMember({ fd, size }: SeekableFile, start: number, bytes: number): boolean {
  const texts = inflateRange({ fd, size: Math.min(size, start + bytes) }, start, start);
  for (;;) {
    const { value, done } = texts.next();
    if (done) return value.damage?.isCut ?? true;
    if (value.isSound) {
      texts.return(value as never);
      return true;
    }
  }
}
