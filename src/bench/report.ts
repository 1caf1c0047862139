import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median, middle, type Pair, ROOT, type Run } from "./timing.js";

/** What a comparison should come to. */
export interface Target {
  /** The most of the peer's wall time that ours may take. */
  readonly ratio?: number;
  /** How many times as fast as the peer ours should be. */
  readonly times?: number;
  /** How many records, or what else is counted, ours should do a second. */
  readonly rate?: number;
  /** The most wall time of ours. */
  readonly seconds?: number;
  /** The most memory of ours, in MB. */
  readonly megabytes?: number;
}

/** A comparison, as it is printed. */
export interface Row {
  readonly work: string;
  /** Ours, with its threads. */
  readonly ours: string;
  readonly peer: string;
  readonly target?: Target;
  /** How many records there are. */
  readonly count?: number;
}

/** Room for names, in columns. */
const NAME = 38;

const figures: string[] = [];
let shape = "";

export const number = (value: number) => Math.round(value).toLocaleString("en");

/** Begins a part: what it is about, and the shape of what is read. */
export function part(title: string, input: string): void {
  shape = input;
  console.log(`\n${title}: ${input}`);
  console.log(columns("", "wall time, s", "processor", "MB"));
}

/** Prints a comparison: both sides' wall time, processor time and memory, and how they relate. */
export function show(row: Row, pairs: readonly Pair[]): void {
  const [ours, peer] = [pairs.map(([run]) => run), pairs.map(([, run]) => run)];
  const verdicts = verdictsOf(row, pairs);
  console.log(`  ${row.work}, ${pairs.length} ${pairs.length === 1 ? "pair" : "pairs"}`);
  console.log(line(row.ours, ours));
  console.log(line(row.peer, peer));
  console.log(
    `    ${verdicts.map(({ text, wanted }) => text + (wanted && ` (target: ${wanted})`)).join("; ")}`,
  );
  const [a, b] = [middle(ours), middle(peer)];
  const cell = ({ seconds, processor, megabytes }: Run) =>
    `${time(seconds)} s · ${time(processor)} s · ${number(megabytes)} MB`;
  figures.push(
    `| ${row.work} | ${shape} | ${cell(a)} | ${row.peer} | ${cell(b)} | ` +
      `${verdicts.map(({ text, isMet }) => (isMet ? text : `**${text}**`)).join("; ")} | ` +
      `${verdicts.flatMap(({ wanted }) => wanted || []).join("; ")} |`,
  );
}

/** Writes all rows as a table for the page on benchmarks. */
export function writeFigures(): void {
  const file = join(ROOT, "build", "bench.md");
  mkdirSync(join(ROOT, "build"), { recursive: true });
  const head =
    "| work | input | ours: wall · processor · memory | peer | peer: wall · processor · memory | result | target |";
  writeFileSync(file, `${[head, head.replace(/[^|]+/g, "---"), ...figures].join("\n")}\n`);
  console.log(`\nAll rows as a table of Markdown, what is missed in bold: ${file}`);
}

interface Verdict {
  readonly text: string;
  readonly wanted: string;
  readonly isMet: boolean;
}

function verdictsOf({ target = {}, count = 0 }: Row, pairs: readonly Pair[]): Verdict[] {
  // The median of the ratios of pairs is steady even when the machine's speed drifts.
  const ratio = median(pairs.map(([ours, peer]) => ours.seconds / peer.seconds));
  const ours = pairs.map(([run]) => run);
  const rate = count / middle(ours).seconds;
  const megabytes = median(ours.map((run) => run.megabytes));
  const { seconds } = middle(ours);
  const { times } = target;
  const most = (value: number) => (limit: number) => [`at most ${limit}`, value <= limit] as const;
  const least = (value: number) => (limit: number) => [`at least ${number(limit)}`, value >= limit] as const;
  return [
    times === undefined
      ? verdict(`${ratio.toFixed(2)} × its time`, target.ratio, most(ratio))
      : verdict(`${(1 / ratio).toFixed(1)} times as fast`, times, least(1 / ratio)),
    target.seconds !== undefined && verdict(`${seconds.toFixed(0)} s`, target.seconds, most(seconds)),
    target.rate !== undefined && verdict(`${number(rate)} a second`, target.rate, least(rate)),
    target.megabytes !== undefined && verdict(`${number(megabytes)} MB`, target.megabytes, most(megabytes)),
  ].filter((one) => one !== false);
}

function verdict(
  text: string,
  target: number | undefined,
  judge: (target: number) => readonly [wanted: string, isMet: boolean],
): Verdict {
  if (target === undefined) return { text, wanted: "", isMet: true };
  const [wanted, isMet] = judge(target);
  return { text, wanted, isMet };
}

const time = (seconds: number) => seconds.toFixed(seconds < 1 ? 3 : seconds < 20 ? 2 : 0);

/** A line of the columns that `part` heads. */
function columns(name: string, wall: string, processor: string, megabytes: string): string {
  return `    ${name.padEnd(NAME)} ${wall.padEnd(21)} ${processor.padStart(9)} ${megabytes.padStart(6)}`;
}

function line(name: string, runs: readonly Run[]): string {
  const seconds = runs.map((run) => run.seconds);
  const range = `(${time(Math.min(...seconds))} to ${time(Math.max(...seconds))})`;
  return columns(
    name,
    `${time(median(seconds))} ${runs.length === 1 ? "" : range}`,
    time(median(runs.map((run) => run.processor))),
    number(median(runs.map((run) => run.megabytes))),
  );
}
