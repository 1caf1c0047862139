import { constants, createGunzip } from "node:zlib";

/**
 * Inflates with one buffer for all output.
 *
 * Node's zlib streams make a new buffer for every piece of output and change threads for it. For the 1.2 GB of text of a
 * small snapshot that costs as much as inflating: 2.5 s of processor time in streams, 1.2 s here, and with two threads
 * they wait for each other's memory on top. So the stream's own handle is driven, which all of its public functions are
 * made of (the same in Node 20, 22 and 24). It is no public part of Node: `seesMembers` says whether it is as expected, and
 * `gunzip` does without where it is not.
 */

/** Size of a piece of output; it stays in the processor's cache until it is read. */
const CHUNK = 256 * 1024;

/** What is used of a zlib stream's handle. */
interface Handle {
  onerror: (message: string, errno: number, code: string) => void;
  writeSync(
    flush: number,
    input: Uint8Array,
    inputStart: number,
    inputLength: number,
    output: Uint8Array,
    outputStart: number,
    outputLength: number,
  ): void;
  close(): void;
}

/** Why compressed data could not be read to its end. */
export interface Damage {
  readonly reason: string;
  /** It ends too early; otherwise it is not what was compressed. */
  readonly isCut: boolean;
}

/**
 * What the libraries and programs that unpack say of a checksum that is another one: zlib, zstd, unbzip2-stream. All else that
 * they say is of their insides (`destination buffer is too small`, `I gave up a while ago on writing error messages`).
 */
const CHECKSUM = /incorrect (?:data|length) check|match checksum|crc32 do not match/i;

/** Why data cannot be unpacked, in words of ours. */
export function damageWords(reason: string): string {
  return CHECKSUM.test(reason) ? "its checksum is another one" : "it is not what was packed";
}

/** Something else is found where a member should begin. */
const NO_MEMBER = "bytes that are no gzip member";

const NOTHING = Buffer.alloc(0);

/** Inflates a chain of gzip members, piece by piece. */
export class Inflater {
  /** What is wrong with the data, once something is. What the last piece gave before that is lost. */
  damage: Damage | undefined;
  /** How many bytes of the last piece were not taken: zeros after a member, which fill a block of a disk or tape. */
  unread = 0;
  /** There were such zeros, and nothing else may follow them. */
  #isPadded = false;
  readonly #handle: Handle;
  /** What the last call left: room in the output, bytes of the input. */
  readonly #left: Uint32Array;
  readonly #output: Buffer;

  constructor() {
    const inside = insideOf(createGunzip());
    if (inside === undefined) throw new TypeError("zlib of this Node has another handle");
    [this.#handle, this.#left] = inside;
    this.#output = Buffer.allocUnsafeSlow(CHUNK);
    this.#handle.onerror = (reason, _errno, code) => {
      this.damage = { reason: damageWords(reason), isCut: code === "Z_BUF_ERROR" };
    };
  }

  /** What a piece of input gives, in chunks that last until the next one is taken. */
  add(piece: Buffer): Generator<Buffer, void> {
    return this.#inflate(piece, constants.Z_NO_FLUSH);
  }

  /** What is left when the input has ended, which it may only do at the end of a member. */
  end(): Generator<Buffer, void> {
    return this.#inflate(NOTHING, constants.Z_FINISH);
  }

  /** Whether a member has just ended. Asking changes nothing: zlib goes on as before where it could not end. */
  isAtEnd(): boolean {
    const before = this.damage;
    this.damage = undefined;
    this.#handle.writeSync(constants.Z_FINISH, NOTHING, 0, 0, this.#output, 0, this.#output.length);
    const isAtEnd = this.damage === undefined;
    this.damage = before;
    return isAtEnd;
  }

  close(): void {
    this.#handle.close();
  }

  *#inflate(input: Buffer, flush: number): Generator<Buffer, void> {
    const output = this.#output;
    if (this.#isPadded && hasMore(input)) this.damage = { reason: NO_MEMBER, isCut: false };
    for (let at = 0; this.damage === undefined && !this.#isPadded; ) {
      this.#handle.writeSync(flush, input, at, input.length - at, output, 0, output.length);
      if (this.damage !== undefined) return;
      const [room, unread] = this.#left as unknown as [number, number];
      if (room < output.length) yield output.subarray(0, output.length - room);
      at = input.length - unread;
      if (room === 0) continue;
      // With room left, there is nothing more to come of this input. What zlib leaves begins with a zero.
      this.unread = unread;
      this.#isPadded = unread > 0;
      if (hasMore(input.subarray(at))) this.damage = { reason: NO_MEMBER, isCut: false };
      return;
    }
  }
}

/** The handle of a zlib stream, and where it says what it left; undefined where they are not as expected. */
function insideOf(stream: object): [Handle, Uint32Array] | undefined {
  const { _handle: handle, _writeState: left } = stream as { _handle?: Handle; _writeState?: Uint32Array };
  const isAsExpected =
    typeof handle?.writeSync === "function" &&
    typeof handle.close === "function" &&
    left instanceof Uint32Array &&
    left.length === 2;
  return isAsExpected ? [handle, left] : undefined;
}

/** `x`, packed. */
const PACKED_X = Buffer.from("1f8b0800000000000003ab00008316dc8c01000000", "hex");

let isKnown: boolean | undefined;

/**
 * Whether members can be told apart, so that a file can be read at any place. Tried once, on a member of one byte; without
 * it, text is inflated by `createGunzip`, and damage is only known to lie somewhere in the file.
 */
export function seesMembers(): boolean {
  isKnown ??= inflatesX();
  return isKnown;
}

function inflatesX(): boolean {
  try {
    const inflater = new Inflater();
    const text = Buffer.concat([...inflater.add(PACKED_X)].map((chunk) => Buffer.from(chunk)));
    const isRight = text.toString() === "x" && inflater.isAtEnd() && !inflater.damage;
    inflater.close();
    return isRight;
  } catch {
    return false;
  }
}

const hasMore = (padding: Buffer) => padding.some((byte) => byte !== 0);
