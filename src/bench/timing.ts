import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Wall times of whole processes, in milliseconds. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Two commands timed against each other. */
interface Comparison {
  readonly ours: Timing;
  readonly peer: Timing;
  /** The median of the ratios of each pair: steady even when the machine's speed drifts. */
  readonly ratio: number;
}

/** What one run of a program took. */
export interface Run {
  /** Wall time. */
  readonly seconds: number;
  /** Processor time, user and system, in seconds; NaN without GNU time. */
  readonly processor: number;
  /** The most memory that the program, or one of those it waits for, had at a time, in MB; NaN without GNU time. */
  readonly megabytes: number;
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

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** GNU time, which says how much processor time a program took, and how much memory it had at most. */
const TIME = "/usr/bin/time";

/** Runs a command once; its output goes nowhere. */
export function measure(line: Program): Run {
  const [program, ...args] = existsSync(TIME) ? [TIME, "-f", "%M %U %S", ...line] : line;
  const started = performance.now();
  const { status, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${line.join(" ")} failed: ${stderr}`);
  // Without GNU time the last line has no numbers.
  const [memory = Number.NaN, user = Number.NaN, system = Number.NaN] =
    /^(\d+) ([\d.]+) ([\d.]+)$/
      .exec(stderr.trim().split("\n").at(-1) ?? "")
      ?.slice(1)
      .map(Number) ?? [];
  return { seconds, processor: user + system, megabytes: memory / 1000 };
}

/** The file of a command, or of a program beside this one. */
export const bin = (name: string) => fileURLToPath(new URL(`../../bin/${name}.js`, import.meta.url));
export const here = (name: string) => fileURLToPath(new URL(`./${name}.js`, import.meta.url));
/** A program beside the source of this file. */
export const source = (name: string) => fileURLToPath(new URL(`../../src/bench/${name}`, import.meta.url));

/** A line of shell, which fails where any program of a pipe does. */
export function shell(line: string): Program {
  return ["bash", "-o", "pipefail", "-c", line];
}
