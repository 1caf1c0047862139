import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createInflate } from "node:zlib";
import { Failure } from "../failure.js";
import { gunzipped } from "../gzip/index.js";
import { beginningWithout } from "../secrets/index.js";

type Bytes = AsyncIterable<Buffer>;

/** What we can decompress, by the names in `Accept-Encoding`. */
const DECODERS: Readonly<Record<string, (packed: Bytes) => Bytes>> = {
  br: (packed) => through(packed, createBrotliDecompress()),
  gzip: ungzip,
  "x-gzip": ungzip,
  deflate: (packed) => through(packed, createInflate()),
};

export const ACCEPT_ENCODING = "br, gzip, deflate";

/** Nobody packs an answer more often; every layer has memory of its own. */
const MOST_LAYERS = 2;

function ungzip(packed: Bytes): Bytes {
  return gunzipped(packed, ({ damage: { reason, isCut } }) =>
    Object.assign(new Error(reason), { code: isCut ? "Z_BUF_ERROR" : "Z_DATA_ERROR" }),
  );
}

function through(packed: Bytes, decoder: Transform): Bytes {
  // An error of either is one of the decoder, whose reader throws it.
  return pipeline(packed, decoder, () => {});
}

/**
 * The whole of a body, decompressed. Throws a `Failure` (`refused`) when it is larger than `limit` bytes, which is
 * found out while it grows, so that a small file cannot unpack into all memory; and when its encoding is unknown.
 */
export async function decode(body: Readable, encoding: string | undefined, limit: number): Promise<Buffer> {
  // A body that is given up emits an error when nothing waits for it any more.
  body.on("error", () => {});
  const decoded = decodersOf(encoding, body).reduce((bytes, decoder) => decoder(bytes), body as Bytes);
  const gathered = new Gathered();
  for await (const chunk of decoded) {
    gathered.add(chunk);
    if (gathered.size > limit) {
      body.destroy();
      throw new Failure("refused", `the answer is larger than ${limit} bytes${beginningOf(gathered.bytes)}`);
    }
  }
  return gathered.bytes;
}

/** Gathers pieces in one buffer: a server may send each byte as a piece, which would take a hundred bytes in memory. */
class Gathered {
  size = 0;
  #room = Buffer.allocUnsafe(64 * 1024);

  add(chunk: Buffer): void {
    if (this.size + chunk.length > this.#room.length) {
      const room = Buffer.allocUnsafe(Math.max(this.#room.length * 2, this.size + chunk.length));
      this.#room.copy(room, 0, 0, this.size);
      this.#room = room;
    }
    this.size += chunk.copy(this.#room, this.size);
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.size);
  }
}

function decodersOf(encoding: string | undefined, body: Readable): ((packed: Bytes) => Bytes)[] {
  const names = encodingsOf(encoding).reverse();
  const decoders = names.flatMap((name) => (Object.hasOwn(DECODERS, name) ? (DECODERS[name] ?? []) : []));
  if (decoders.length === names.length && names.length <= MOST_LAYERS) return decoders;
  body.destroy();
  const shown = names
    .slice(0, MOST_LAYERS + 1)
    .join(", ")
    .slice(0, 100);
  throw new Failure("refused", `the answer is encoded in an unknown way (${shown})`);
}

function encodingsOf(header = ""): string[] {
  return header
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
}

/** The most characters of an answer that a message quotes. */
const QUOTED = 60;
/** How many bytes of it are searched for our secrets. */
const MOST_READ = 64 * 1024;

/** How an answer begins, for messages. */
export function beginningOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return "";
  let quoted = "";
  const text = new TextDecoder().decode(bytes.subarray(0, MOST_READ));
  for (const mark of beginningWithout(text, 4 * QUOTED)) {
    const harmless = harmlessly(mark);
    if (quoted.length + harmless.length > QUOTED) return `; it begins "${quoted}…"`;
    quoted += harmless;
  }
  return `; it begins "${quoted}"`;
}

/** A character as JSON writes it; control and invisible characters in hex. */
function harmlessly(mark: string): string {
  const json = JSON.stringify(mark).slice(1, -1);
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(json)) return json;
  return mark.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
