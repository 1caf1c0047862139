import { spawnSync } from "node:child_process";
import { openSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { FOLDER, hasInputs, recordsFile } from "./inputs.js";
import { bin, here, measure, median, type Run } from "./timing.js";

/**
 * Writing records as Parquet: against DuckDB, hyparquet-writer, and what one writes first. Whole processes, in turn, on
 * the same files. `OV_BENCH_RECORDS` sets how many records.
 */

const RECORDS = Number(process.env.OV_BENCH_RECORDS ?? 1_000_000);
const ROUNDS = 3;
/** What takes minutes, or more memory than there may be, gets fewer records; its time is scaled. */
const FEW = 100_000;
/** Memory should not grow with the input. */
const SIZES = [200_000, 2_000_000];

const OUT = join(FOLDER, "parquet-out");

/** What one run took, and how much it wrote. */
interface WritingRun extends Run {
  readonly bytes: number;
}

const ours = (input: string) =>
  measureWriting([bin("ov-to-parquet"), "--quiet", "--replace", "--out", OUT, input]);
const peer = (name: string) => (input: string) => measureWriting([here(name), input, OUT]);

/** Prints wall time, memory and size of each way. */
export function benchParquet(): void {
  if (!hasInputs("Parquet")) return;
  const input = recordsFile(RECORDS);
  const few = recordsFile(Math.min(FEW, RECORDS));
  const duckdb = peer("parquet-duckdb");
  const pairs = Array.from({ length: ROUNDS }, () => [ours(input), duckdb(input)] as const);
  console.log(`\nParquet of ${RECORDS.toLocaleString("en")} records, ${ROUNDS} pairs`);
  for (const [i, name] of ["ov-to-parquet", "DuckDB, 2 threads"].entries())
    print(
      name,
      pairs.map((pair) => pair[i] as WritingRun),
    );
  print("hyparquet-writer", [scaled(peer("parquet-hyparquet")(few))]);
  print("what one writes first", [scaled(peer("parquet-naive")(few))]);
  const ratio = (of: (run: WritingRun) => number) => median(pairs.map(([a, b]) => of(a) / of(b))).toFixed(2);
  console.log(
    `  ratio to DuckDB: time ${ratio(({ seconds }) => seconds)}, memory ${ratio(({ megabytes }) => megabytes)}, size ${ratio(({ bytes }) => bytes)} (target: at most 1.0 each)`,
  );
  const dumped = dumpOf(few);
  const dumpRatio = ours(dumped).bytes / duckdb(dumped).bytes;
  console.log(
    `  size with the same columns, identifiers included: ${dumpRatio.toFixed(2)} (target: at most 1.0)`,
  );
  for (const size of SIZES) {
    const { seconds, megabytes } = ours(recordsFile(size));
    console.log(
      `  ov-to-parquet, ${size.toLocaleString("en").padStart(9)} records: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB (target: at most 400 MB, the same for both)`,
    );
  }
}

/** The time of fewer records, as if it grew with their number; memory and size are those of the fewer. */
function scaled(run: WritingRun): WritingRun {
  return { ...run, seconds: (run.seconds * RECORDS) / Math.min(FEW, RECORDS) };
}

function print(name: string, runs: readonly WritingRun[]): void {
  const seconds = runs.map((run) => run.seconds);
  const range =
    runs.length === 1
      ? `(from ${FEW.toLocaleString("en")} records)`
      : `(${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)})`;
  const memory = median(runs.map(({ megabytes }) => megabytes)).toFixed(0);
  const size = Math.round((runs[0]?.bytes ?? 0) / 1e6);
  console.log(
    `  ${name.padEnd(22)}${median(seconds).toFixed(1)} s ${range}, ${memory} MB of memory, ${size} MB written`,
  );
}

function measureWriting(args: readonly string[]): WritingRun {
  rmSync(OUT, { recursive: true, force: true });
  return { ...measure([process.execPath, ...args]), bytes: sizeOf(OUT) };
}

function sizeOf(path: string): number {
  if (statSync(path).isFile()) return statSync(path).size;
  return readdirSync(path).reduce((sum, entry) => sum + sizeOf(join(path, entry)), 0);
}

/** The same records as `ov-stage dump` gives them: with identifiers, which those of the catalogue lack. */
function dumpOf(input: string): string {
  const file = `${input}.dump`;
  ours(input);
  const shards = readdirSync(join(OUT, "image")).map((name) => join(OUT, "image", name));
  const { status } = spawnSync(process.execPath, [bin("ov-from-parquet"), "--quiet", ...shards], {
    stdio: ["ignore", openSync(file, "w"), "inherit"],
  });
  if (status !== 0) throw new Error("ov-from-parquet failed");
  return file;
}
