import { readFileSync } from "node:fs";

/**
 * What is known of the terminal. All commands of a pipe write to the same one, and none knows of the others. So a
 * line that is drawn for a while leaves the cursor at its start, and whoever has something to say erases what stands
 * after the cursor first: nothing but such a line can.
 */

const ERASE_AFTER_CURSOR = "\u001b[K";

/** What to write before a message: nothing, unless the stream is a terminal that understands it. */
export function eraseBefore(stream: { readonly isTTY?: boolean }): string {
  return stream.isTTY && understandsEscapes() ? ERASE_AFTER_CURSOR : "";
}

/** Terminals of editors and of old call themselves dumb, and show escapes as they are. NO_COLOR is about colours, of which we have none. */
export function understandsEscapes(): boolean {
  const { TERM } = process.env;
  return TERM !== undefined && TERM !== "" && TERM !== "dumb";
}

/**
 * Whether the terminal is ours, and not the prompt's while we work in the background: whether our process group is the
 * one that the terminal listens to, as proc(5) says. Taken for granted where there is no such file, or no such group.
 */
export function isInForeground(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    // The name stands in brackets, and may hold some itself.
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return foreground === "-1" || group === foreground;
  } catch {
    return true;
  }
}

/** How many columns a terminal has that does not say how many. */
const USUAL_COLUMNS = 80;

/** The columns that lines written to a stream may have: those of a terminal, else as many as they need. */
export function columnsOf({
  isTTY,
  columns,
}: {
  readonly isTTY?: boolean;
  readonly columns?: number;
}): number {
  return isTTY ? columns || USUAL_COLUMNS : Number.POSITIVE_INFINITY;
}
