import { gunzipSync } from "node:zlib";
import { gunzipBlindly } from "./gunzip-blindly.js";
import { type Damage, seesMembers } from "./inflate.js";
import { type GzipEnd, MAGIC, MemberInflater, type Text } from "./member-inflater.js";

/** The most bytes of a member that are kept, to be read a second time where they cannot be read as a whole. */
const MOST_HELD = 16 * 1024 * 1024;

/** Inflates a stream of gzip members, in whatever pieces it comes. A piece has to stay as it is. */
export function gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Text, GzipEnd> {
  return seesMembers() ? gunzipMembers(chunks) : gunzipBlindly(chunks);
}

/** The text of a stream of gzip members, which stays as it is. Throws what `failure` makes of an end with damage. */
export async function* gunzipped(
  chunks: AsyncIterable<Buffer>,
  failure: (end: GzipEnd & { readonly damage: Damage }) => Error,
): AsyncGenerator<Buffer, void> {
  const texts = gunzip(chunks);
  for (;;) {
    const { value, done } = await texts.next();
    if (!done) {
      // The next piece goes into the same memory.
      if (value.text.length > 0) yield Buffer.from(value.text);
      continue;
    }
    const { damage } = value;
    if (damage === undefined) return;
    throw failure({ ...endOf(value), damage });
  }
}

/** What a short member holds, which has `size` bytes. Throws where it is damaged or has more. */
export function gunzipPage(packed: Buffer, size: number): Buffer {
  return gunzipSync(packed, { maxOutputLength: Math.max(1, size) });
}

async function* gunzipMembers(chunks: AsyncIterable<Buffer>): AsyncGenerator<Text, GzipEnd> {
  /** The bytes of the stream since `heldFrom`, which is at or before the start of a member that is not too long. */
  let held: Buffer[] = [];
  let heldFrom = 0;
  let heldTo = 0;
  const inflater = new MemberInflater(0, (from, to) =>
    from < heldFrom ? undefined : [Buffer.concat(held).subarray(from - heldFrom, to - heldFrom)],
  );
  const stream = chunks[Symbol.asyncIterator]();
  try {
    while (inflater.damage === undefined) {
      const { value: chunk, done } = await stream.next();
      if (done) break;
      held.push(chunk);
      heldTo += chunk.length;
      yield* inflater.add(chunk);
      const isLong = heldTo - inflater.member > MOST_HELD;
      while (held[0] && !inflater.damage && (isLong || heldFrom + held[0].length <= inflater.member)) {
        heldFrom += held[0].length;
        held = held.slice(1);
      }
    }
    yield* inflater.end();
    if (inflater.damage === undefined || !inflater.isBetween) return inflater;
    const rest = Buffer.concat(held).subarray(inflater.position - heldFrom);
    const trailing = await lengthWithoutMember(rest, stream);
    return trailing === undefined ? inflater : { ...endOf(inflater), trailing };
  } finally {
    inflater.close();
    await stream.return?.();
  }
}

/** The end as it is now, without the inflater. */
const endOf = ({ damage, member, position, isBetween, isPadded }: GzipEnd): GzipEnd => ({
  ...{ damage, member, position, isBetween, isPadded },
});

/** How long the rest of a stream is; undefined where a member seems to begin in it. */
async function lengthWithoutMember(
  first: Buffer,
  stream: AsyncIterator<Buffer>,
): Promise<number | undefined> {
  let length = first.length;
  for (let rest = first; !rest.includes(MAGIC); ) {
    const { value, done } = await stream.next();
    if (done) return length;
    rest = Buffer.concat([rest.subarray(-MAGIC.length), value]);
    length += value.length;
  }
  return undefined;
}
