import { counted } from "../../base/counted.js";
import type { SnapshotDamage } from "../../sources/commons/index.js";

/** What could not be read, what became of it, and where to go on. */
export function damageText(damage: SnapshotDamage, entities: number, torn: number): string {
  const { reason, isCut, offset, member, trailing, next, broken = 0, withheld = 0 } = damage;
  const read = counted(entities, "entity was read", "entities were read");
  if (trailing !== undefined) {
    const what = counted(trailing, "byte that is", "bytes that are");
    return `after the last gzip member, at byte ${offset}, there are ${what} not gzip: ${read}, all there are before that; get the file again if something should follow`;
  }
  if (isCut) {
    const cure = member > 0 ? `get the rest, and go on with --resume-at ${member}` : AGAIN;
    return `cut off at byte ${offset}: ${read}; ${cure}`;
  }
  const parts = [
    broken > 0 && counted(broken, "gzip member"),
    next !== undefined && counted(next - member, "byte"),
    withheld > 0 &&
      counted(
        withheld,
        "entity that was read and may be another",
        "entities that were read and may be others",
      ),
    torn > 0 && "the beginning of an entity",
  ].filter((part) => part !== false);
  const lost = parts.length > 0 ? `, and lost: ${parts.join(", ")}` : "";
  if (member === 0 && next === undefined)
    return `damaged at about byte ${offset} (${reason}): ${read}${lost}; ${AGAIN}`;
  const cure =
    next !== undefined
      ? `--resume-at ${next} goes on after the damage`
      : broken > 0
        ? `nothing after it can be read: ${AGAIN}`
        : `${AGAIN}, or save it, and go on after the damage with --resume-at ${member + 1} and the file`;
  return `damaged at byte ${member} (${reason}): ${read}${lost}; ${cure}`;
}

const AGAIN = "get the file again";
