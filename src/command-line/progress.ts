import type { Messages } from "./messages.js";

/** A line on the terminal that says how far a command is. */
export interface Progress {
  /** Says how many are done, and anything worth adding. */
  update(done: number, note?: string): void;
  stop(): void;
}

const NONE: Progress = { update: () => {}, stop: () => {} };

/**
 * Shows progress on stderr when that is a terminal and nothing forbids it. Not while stdout is a pipe: the next
 * command of the pipe shows its own, and two would write over each other.
 */
export async function startProgress(messages: Messages, what: string, total?: number): Promise<Progress> {
  const { stdout, stderr } = process;
  const isPiped = !stdout.isTTY && stdout.constructor.name === "Socket";
  if (!stderr.isTTY || messages.quiet || messages.json || isPiped) return NONE;
  const { default: cliProgress } = await import("cli-progress");
  const count = total === undefined ? "{value}" : "{value} of {total}";
  const bar = new cliProgress.SingleBar(
    {
      format: `${total === undefined ? "" : "{bar} "}${count} ${what}, {speed}/s {note}`,
      stream: stderr,
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      noTTYOutput: false,
    },
    process.env.NO_COLOR ? cliProgress.Presets.legacy : cliProgress.Presets.shades_classic,
  );
  const started = performance.now();
  bar.start(total ?? 0, 0, { speed: 0, note: "" });
  return {
    update: (done, note = "") => {
      const speed = Math.round(done / Math.max((performance.now() - started) / 1000, 0.001));
      bar.update(done, { speed: speed.toLocaleString("en"), note });
    },
    stop: () => bar.stop(),
  };
}

/** How long the rest takes if it goes on like this; `share` of it is done after `elapsed` milliseconds. */
export function timeLeft(share: number, elapsed: number): string {
  const seconds = share > 0 ? ((elapsed / 1000) * (1 - share)) / share : 0;
  return seconds < 90 ? `${Math.round(seconds)} s left` : `${Math.round(seconds / 60)} min left`;
}
