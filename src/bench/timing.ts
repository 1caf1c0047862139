import { spawnSync } from "node:child_process";

/** Wall times of whole processes, in milliseconds. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Two commands timed against each other. */
export interface Comparison {
  readonly ours: Timing;
  readonly peer: Timing;
  /** The median of the ratios of each pair: steady even when the machine's speed drifts. */
  readonly ratio: number;
}

/** A command line: the program, then its arguments. */
export type Program = readonly [program: string, ...args: string[]];

/** Runs two commands in turn, `runs` times each after one that is not counted, and compares their wall times. */
export function compare(ours: Program, peer: Program, runs: number): Comparison {
  time(ours);
  time(peer);
  const pairs = Array.from({ length: runs }, () => [time(ours), time(peer)] as const);
  return {
    ours: timing(pairs.map(([a]) => a)),
    peer: timing(pairs.map(([, b]) => b)),
    ratio: median(pairs.map(([a, b]) => a / b)),
  };
}

function time([program, ...args]: Program): number {
  const started = performance.now();
  const { status, error } = spawnSync(program, args, { stdio: "ignore" });
  const elapsed = performance.now() - started;
  if (error || status !== 0)
    throw new Error(`${program} ${args.join(" ")} failed: ${error?.message ?? status}`);
  return elapsed;
}

function timing(times: readonly number[]): Timing {
  return { median: median(times), min: Math.min(...times), max: Math.max(...times) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
