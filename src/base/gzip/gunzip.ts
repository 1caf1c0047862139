import { MAGIC, MemberInflater, type Text } from "./member-inflater.js";

/** So many bytes of a member are kept, to be read a second time where they cannot be read as a whole. */
const MOST_HELD = 16 * 1024 * 1024;

/** How a stream of gzip members ended. */
export interface GzipEnd
  extends Pick<MemberInflater, "damage" | "member" | "position" | "isBetween" | "isPadded"> {
  /** How many bytes follow the last member that are none of one, where that is the damage and no other one follows. */
  readonly trailing?: number;
}

/** Inflates a stream of gzip members, in whatever pieces it comes. A piece has to stay as it is. */
export async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Text, GzipEnd> {
  /** The bytes of the stream since `heldFrom`, which is never behind the start of a member that is not too long. */
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

const endOf = ({ damage, member, position, isBetween, isPadded }: MemberInflater): GzipEnd => ({
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
