import { once } from "node:events";
import { createGunzip } from "node:zlib";
import { damageWords } from "./inflate.js";
import { type GzipEnd, type Text, ZEROS } from "./member-inflater.js";

/** How much is inflated at a time, in bytes: what comes of it, a thousand times as much at the most, is held. */
const PIECE = 16 * 1024;
/** How zlib says that no member begins where one should. */
const NO_MEMBER = /incorrect header check/;

/**
 * Inflates a stream of gzip members by public functions of Node alone, which do not tell where members begin. So the text
 * is the same as that of `gunzip`, but it is sound only once all of it is; damage lies in the first member, as far as one
 * can tell, at the end of the piece that failed; and how many bytes follow the last member is not known.
 */
export async function* gunzipBlindly(chunks: AsyncIterable<Buffer>): AsyncGenerator<Text, GzipEnd> {
  const inflater = createGunzip();
  const texts: Text[] = [];
  let damage: GzipEnd["damage"];
  let isBetween = false;
  let position = 0;
  /** Where the last byte that is no zero ended. */
  let filled = 0;
  inflater.on("data", (text: Buffer) => texts.push({ text, isSound: false }));
  inflater.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    isBetween = NO_MEMBER.test(message);
    damage = { reason: damageWords(message), isCut: code === "Z_BUF_ERROR" };
  });
  const ended = Promise.race([once(inflater, "end"), once(inflater, "close")]).catch(() => {});
  try {
    for await (const chunk of chunks) {
      const last = chunk.findLastIndex((byte) => byte !== 0);
      if (last !== -1) filled = position + last + 1;
      for (let at = 0; at < chunk.length && damage === undefined; at += PIECE) {
        const piece = chunk.subarray(at, at + PIECE);
        position += piece.length;
        // After the last member it takes no more.
        if (inflater.readableEnded) continue;
        await Promise.race([new Promise((resolve) => inflater.write(piece, resolve)), ended]);
        yield* texts.splice(0);
      }
      if (damage) break;
    }
    if (position > 0 && damage === undefined && !inflater.readableEnded) {
      inflater.end();
      await ended;
    }
    yield* texts.splice(0);
  } finally {
    inflater.destroy();
  }
  const taken = inflater.bytesWritten;
  const isPadded = damage === undefined && taken < position;
  if (isPadded && filled > taken) [damage, isBetween] = [{ reason: ZEROS, isCut: false }, true];
  if (damage === undefined) yield { text: Buffer.alloc(0), isSound: true };
  return { damage, member: isPadded ? taken : 0, position, isBetween, isPadded };
}
