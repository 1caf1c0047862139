import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What one run of a program took. */
export interface Run {
  /** Wall time, the start of the program included. */
  readonly seconds: number;
  /** Processor time, user and system, in seconds; NaN without GNU time. */
  readonly processor: number;
  /** The most memory that the program, or one of those it waits for, had at a time, in MB; NaN without GNU time. */
  readonly megabytes: number;
}

/** A run of ours and one of the peer, one after the other. */
export type Pair = readonly [ours: Run, peer: Run];

/** A command line: the program, then its arguments. */
export type Program = readonly [program: string, ...args: string[]];

/** How often a pair is measured where nothing else is said. */
export const ROUNDS = Number(process.env.OV_BENCH_ROUNDS ?? 3);

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

/** Runs two commands in turn, after a run of each that is not counted; who begins changes from pair to pair. */
export function alternate(ours: Program, peer: Program, rounds = ROUNDS): Pair[] {
  measure(ours);
  measure(peer);
  return Array.from({ length: rounds }, (_, round): Pair => {
    if (round % 2 === 0) return [measure(ours), measure(peer)];
    const theirs = measure(peer);
    return [measure(ours), theirs];
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** The run with the median of wall time. */
export function middle(runs: readonly Run[]): Run {
  const seconds = median(runs.map((run) => run.seconds));
  return runs.find((run) => run.seconds === seconds) as Run;
}

/** The file of a command, or of a program beside this one. */
export const bin = (name: string) => fileURLToPath(new URL(`../../bin/${name}.js`, import.meta.url));
export const here = (name: string) => fileURLToPath(new URL(`./${name}.js`, import.meta.url));
/** A program beside the source of this file. */
export const source = (name: string) => fileURLToPath(new URL(`../../src/bench/${name}`, import.meta.url));
/** The checkout. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** How a command is started in a line of shell. */
export const command = (name: string) => `${process.execPath} ${bin(name)}`;

/** A line of shell, which fails where any program of a pipe does. */
export function shell(line: string): Program {
  return ["bash", "-o", "pipefail", "-c", line];
}

/** Runs a line of shell, and gives what it prints. */
export function outputOf(line: string): string {
  const { status, stdout, stderr } = spawnSync("bash", ["-o", "pipefail", "-c", line], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${line} failed: ${stderr}`);
  return stdout;
}
