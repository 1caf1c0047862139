import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Failure } from "../failure.js";

/** What we can decompress, by the names in `Accept-Encoding`. */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  br: createBrotliDecompress,
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
};

export const ACCEPT_ENCODING = "br, gzip, deflate";

/**
 * The whole of a body, decompressed. Throws a `Failure` (`refused`) when it is larger than `limit` bytes, which is
 * found out while it grows, so that a small file cannot unpack into all memory; and when its encoding is unknown.
 */
export async function decode(body: Readable, encoding: string | undefined, limit: number): Promise<Buffer> {
  // A body that is given up says so with an error event, when nobody waits for it any more.
  body.on("error", () => {});
  let stream = body;
  for (const name of encodingsOf(encoding).reverse()) {
    const decoder = Object.hasOwn(DECODERS, name) ? DECODERS[name]?.() : undefined;
    if (!decoder) {
      body.destroy();
      throw new Failure("refused", `the answer is encoded in an unknown way (${name})`);
    }
    // Errors travel down the chain and out of the loop below; `pipe` alone would lose them.
    stream.on("error", (error) => decoder.destroy(error));
    stream = stream.pipe(decoder);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += (chunk as Buffer).length;
    if (size > limit) {
      body.destroy();
      throw new Failure("refused", `the answer is larger than ${limit} bytes`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, size);
}

function encodingsOf(header = ""): string[] {
  return header
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
}
