import { Failure } from "../failure.js";
import type { Format } from "./format.js";

/**
 * Unpacks a stream of bytes piece by piece, however large it is: gzip of any number of members, zstd of any number of
 * frames. Data that is damaged, cut off or followed by something else is a `Failure` (`bad_input`), once what came before
 * has been given.
 */

type Bytes = AsyncIterable<Uint8Array>;
/** What is wrong with the data, and what helps. */
type Damage = (reason: string, cure?: string) => Failure;
type Unpack = (bytes: Bytes, damage: Damage) => AsyncGenerator<Uint8Array>;

const UNPACKERS: Partial<Record<Format["kind"], Unpack>> = { gzip: ungzip, zstd: unzstd };

/** Whether a format is unpacked here. */
export function isUnpacked({ kind }: Format): boolean {
  return UNPACKERS[kind] !== undefined;
}

/** What is in the bytes of a packed file; `name` is what messages call it. */
export function unpacked(bytes: Bytes, { kind, words }: Format, name: string): AsyncGenerator<Uint8Array> {
  const unpack = UNPACKERS[kind] as Unpack;
  return unpack(bytes, (reason, cure = "get the file again") => {
    const message = `${words}, and ${reason}; ${cure}`;
    return new Failure("bad_input", message, { place: { file: name } });
  });
}

const CUT_OFF = "cut off: it ends too early";
const TRAILING = "something else follows its end";
const damaged = (words: string) => `damaged: ${words}`;

async function* ungzip(bytes: Bytes, damage: Damage): AsyncGenerator<Uint8Array> {
  // Loaded when it is needed: it brings the threads that read a file at several places.
  const { gunzipped } = await import("../gzip/index.js");
  yield* gunzipped(asBuffers(bytes), ({ damage: { isCut, reason }, isBetween, member }) => {
    if (isCut) return damage(CUT_OFF);
    if (!isBetween) return damage(damaged(reason));
    return damage(member === 0 ? damaged("it begins with something else") : TRAILING);
  });
}

async function* asBuffers(bytes: Bytes): AsyncGenerator<Buffer> {
  for await (const { buffer, byteOffset, byteLength } of bytes)
    yield Buffer.from(buffer, byteOffset, byteLength);
}

/** How the library says that a frame does not begin where one should. */
const NO_FRAME = /unknown frame descriptor/i;

/** How it says that a frame wants more memory than is given to one, 128 MiB: it was packed with `--long=28` or more. */
const TOO_FAR_BACK = /too much memory/i;
const TOO_FAR_BACK_WORDS = "reaches back further than 128 MiB (--long)";
const TOO_FAR_BACK_CURE = "unpack it first, with `zstd -d --long=31 FILE`";

async function* unzstd(bytes: Bytes, damage: Damage): AsyncGenerator<Uint8Array> {
  // Loaded when it is needed. Its streams hold all that a chunk unpacks to, which may be a thousand times as much.
  const { DCtx, dStreamOutSize } = await zstdBinding();
  const { damageWords } = await import("../gzip/index.js");
  const context = new DCtx();
  let isInFrame = false;
  for await (const chunk of bytes) {
    for (let at = 0, isFull = false; at < chunk.length || isFull; ) {
      const piece = Buffer.allocUnsafe(dStreamOutSize());
      const [left, produced, consumed] = orDamage(
        () => context.decompressStream(piece, chunk.subarray(at)),
        (reason) => {
          if (TOO_FAR_BACK.test(reason)) return damage(TOO_FAR_BACK_WORDS, TOO_FAR_BACK_CURE);
          return damage(NO_FRAME.test(reason) ? TRAILING : damaged(damageWords(reason)));
        },
      );
      at += consumed;
      isInFrame = left > 0;
      isFull = produced === piece.length && isInFrame;
      if (produced > 0) yield piece.subarray(0, produced);
    }
  }
  if (isInFrame) throw damage(CUT_OFF);
}

/** Its functions as they are in C. What a CommonJS module exports at run time, Node cannot name. */
export async function zstdBinding(): Promise<typeof import("zstd-napi/binding.js")> {
  const module = await import("zstd-napi/binding.js");
  return (module as unknown as { default: typeof module }).default;
}

function orDamage<T>(unpack: () => T, damage: (reason: string) => Failure): T {
  try {
    return unpack();
  } catch (error) {
    throw damage((error as Error).message);
  }
}
