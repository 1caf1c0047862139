import { thousands } from "../counted.js";
import { visible } from "../visible.js";
import type { Messages } from "./messages.js";
import { columnsOf, eraseBefore, isInForeground, understandsEscapes } from "./terminal.js";

/** A line on the terminal that says how far a command is. */
export interface Progress {
  /** Says how many are done, and anything worth adding. */
  update(done: number, note?: string): void;
  stop(): void;
}

const NONE: Progress = { update: () => {}, stop: () => {} };

/** How often the line is drawn; a command that is done sooner shows none. */
const INTERVAL_MS = 500;
const BAR_SIZE = 20;

/** The line of this process: there is one at most. */
let shown: { readonly timer: NodeJS.Timeout; isDrawn: boolean } | undefined;
let isOver = false;

/**
 * Shows progress on stderr, as a number of `what` (`records`), when that is a terminal and nothing forbids it. Not while stdout is a pipe: the next
 * command of the pipe shows its own. What the others say stays: the cursor waits at the start of the line.
 */
export async function startProgress(messages: Messages, what: string, total?: number): Promise<Progress> {
  const { stdout, stderr } = process;
  const isPiped = !stdout.isTTY && stdout.constructor.name === "Socket";
  const isWatched = stderr.isTTY && understandsEscapes();
  if (isOver || !isWatched || messages.quiet || messages.json || isPiped) return NONE;
  const { default: cliProgress } = await import("cli-progress");
  const { beginningOf } = await import("./width.js");
  const { Format, Presets } = cliProgress;
  const { barCompleteChar, barIncompleteChar } = Presets.shades_classic;
  const barOptions = {
    barsize: BAR_SIZE,
    barCompleteString: barCompleteChar.repeat(BAR_SIZE),
    barIncompleteString: barIncompleteChar.repeat(BAR_SIZE),
    barGlue: "",
  };
  const started = performance.now();
  let done = 0;
  let note = "";
  const text = () => {
    const bar = total && Format.BarFormat(Math.min(done / total, 1), barOptions);
    const speed = Math.round(done / Math.max((performance.now() - started) / 1000, 0.001));
    const count = total ? `${bar} ${thousands(done)} of ${thousands(total)}` : thousands(done);
    return `${count} ${done === 1 ? what.replace(/s\b/, "") : what}, ${thousands(speed)}/s${note && `, ${note}`}`;
  };
  stopProgress();
  // One row of the terminal: what goes beyond it cannot be erased.
  const row = () => beginningOf(visible(text()), columnsOf(stderr) - 1);
  const timer = setInterval(() => draw(row()), INTERVAL_MS).unref();
  shown = { timer, isDrawn: false };
  return {
    update: (value, more = "") => {
      done = value;
      note = more;
    },
    stop: stopProgress,
  };
}

/** Draws the line and goes back to its start. */
function draw(text: string): void {
  const { stderr } = process;
  if (!shown || !isInForeground()) return;
  stderr.write(`${eraseBefore(stderr)}${text}\r`);
  shown.isDrawn = true;
}

/** Takes the line away, if there is one. */
export function stopProgress(): void {
  if (!shown) return;
  clearInterval(shown.timer);
  if (shown.isDrawn && isInForeground()) process.stderr.write(eraseBefore(process.stderr));
  shown = undefined;
}

/** From here on the terminal is for something else, such as data. */
export function endProgress(): void {
  stopProgress();
  isOver = true;
}

/** How long the rest takes if it goes on like this; `share` of it is done after `elapsed` milliseconds. */
export function timeLeft(share: number, elapsed: number): string {
  const seconds = share > 0 ? ((elapsed / 1000) * (1 - share)) / share : 0;
  return seconds < 90 ? `${Math.round(seconds)} s left` : `${Math.round(seconds / 60)} min left`;
}
