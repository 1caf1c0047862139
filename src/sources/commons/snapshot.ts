import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { Failure, orFail } from "../../base/failure.js";
import { formatOf } from "../../base/files/index.js";
import { seesMembers } from "../../base/gzip/index.js";
import { boundsIn } from "../../base/ndjson/index.js";
import type { Entity } from "./entity.js";
import { readGzipFile } from "./parallel.js";
import { ALL_ENTITIES, type Selection } from "./selection.js";
import { readStream } from "./stream.js";

/** What there is to know of a file before it is read. */
export interface FileFacts {
  /** It is packed with gzip, and can be read at any place. */
  readonly isGzip: boolean;
  /** In bytes; 0 where that is not known: a pipe. */
  readonly size: number;
}

/** Looks at the beginning of a file; one that cannot be opened is a `Failure` (`no_input`). */
export async function inspectFile(path: string): Promise<FileFacts> {
  const stats = await orFail("open", path, () => stat(path));
  // A pipe is not even opened: who writes to it would be left alone when it is closed again.
  if (!stats.isFile()) return { isGzip: false, size: 0 };
  const handle = await orFail("open", path, () => open(path, "r"));
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return { isGzip: formatOf(buffer)?.kind === "gzip" && seesMembers(), size: stats.size };
  } finally {
    await handle.close();
  }
}

/**
 * The objects that a selection gives of a snapshot, in the order of the file: entities as they are if nothing else is
 * asked for. Takes plain text, gzip and bzip2. Throws a `Failure` (`bad_input`) at a line that is no entity, and where
 * the file is damaged or cut off.
 */
export async function* readSnapshot(
  path: string,
  selection: Partial<Selection> = {},
): AsyncGenerator<Entity> {
  const { isGzip, size } = await inspectFile(path);
  const wanted = { ...ALL_ENTITIES, ...selection };
  const options = { stopAtFault: true, name: path };
  const results = isGzip
    ? readGzipFile(path, size, wanted, options)
    : readStream(createReadStream(path), wanted, options);
  for (;;) {
    const { value, done } = await results.next();
    if (done) {
      if (value.damage === undefined) return;
      const { reason, offset } = value.damage;
      throw new Failure("bad_input", `damaged or cut off at byte ${offset}: ${reason}`, {
        place: { file: path },
      });
    }
    yield* parseLines(value.output);
    for (const { error, line } of value.faults)
      throw new Failure("bad_input", error, { place: { file: path, line } });
  }
}

/** One after the other: parsed at once, a batch would take far more memory than its bytes. */
function* parseLines(bytes: Uint8Array): Generator<Entity> {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { bounds } = boundsIn(lines);
  for (let i = 0; i < bounds.length; i += 2) {
    yield JSON.parse(lines.toString("utf8", bounds[i], bounds[i + 1])) as Entity;
  }
}
