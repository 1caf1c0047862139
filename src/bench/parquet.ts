import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

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
/** Makes records in the catalogue's columns. Not a part of the project. */
const MAKER = fileURLToPath(new URL("../../../shared/bench/make-media.mjs", import.meta.url));

const here = (name: string) => fileURLToPath(new URL(`./${name}.js`, import.meta.url));
const COMMAND = fileURLToPath(new URL("../../bin/ov-to-parquet.js", import.meta.url));
const BACK = fileURLToPath(new URL("../../bin/ov-from-parquet.js", import.meta.url));
const folder = join(tmpdir(), "ov-tools-bench");
const OUT = join(folder, "parquet-out");

/** What one run took. */
interface Run {
  readonly seconds: number;
  readonly peak: number;
  readonly bytes: number;
}

const ours = (input: string) => measure([COMMAND, "--quiet", "--replace", "--out", OUT, input]);
const peer = (name: string) => (input: string) => measure([here(name), input, OUT]);

/** Prints wall time, memory and size of each way. */
export function benchParquet(): void {
  if (!existsSync(MAKER)) {
    console.log("\nParquet: ../shared is absent, so there are no records to write");
    return;
  }
  const input = recordsFile(RECORDS);
  const few = recordsFile(Math.min(FEW, RECORDS));
  const duckdb = peer("parquet-duckdb");
  const pairs = Array.from({ length: ROUNDS }, () => [ours(input), duckdb(input)] as const);
  console.log(`\nParquet of ${RECORDS.toLocaleString("en")} records, ${ROUNDS} pairs`);
  print(
    "ov-to-parquet",
    pairs.map(([a]) => a),
  );
  print(
    "DuckDB, 2 threads",
    pairs.map(([, b]) => b),
  );
  print("hyparquet-writer", [scaled(peer("parquet-hyparquet")(few))]);
  print("what one writes first", [scaled(peer("parquet-naive")(few))]);
  const ratio = (of: (run: Run) => number) => median(pairs.map(([a, b]) => of(a) / of(b))).toFixed(2);
  console.log(
    `  ratio to DuckDB: time ${ratio(({ seconds }) => seconds)}, memory ${ratio(({ peak }) => peak)}, size ${ratio(({ bytes }) => bytes)} (target: at most 1.0 each)`,
  );
  const dumped = dumpOf(few);
  const dumpRatio = ours(dumped).bytes / duckdb(dumped).bytes;
  console.log(
    `  size with the same columns, identifiers included: ${dumpRatio.toFixed(2)} (target: at most 1.0)`,
  );
  for (const size of SIZES) {
    const { seconds, peak } = ours(recordsFile(size));
    console.log(
      `  ov-to-parquet, ${size.toLocaleString("en").padStart(9)} records: ${seconds.toFixed(1)} s, ${megabytes(peak)} (target: at most 400 MB, the same for both)`,
    );
  }
}

/** The time of fewer records, as if it grew with their number; memory and size are those of the fewer. */
function scaled(run: Run): Run {
  return { ...run, seconds: (run.seconds * RECORDS) / Math.min(FEW, RECORDS) };
}

function print(name: string, runs: readonly Run[]): void {
  const seconds = runs.map((run) => run.seconds);
  const range =
    runs.length === 1
      ? `(from ${FEW.toLocaleString("en")} records)`
      : `(${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)})`;
  const memory = megabytes(median(runs.map(({ peak }) => peak)));
  const size = megabytes(runs[0]?.bytes ?? 0);
  console.log(
    `  ${name.padEnd(22)}${median(seconds).toFixed(1)} s ${range}, ${memory} of memory, ${size} written`,
  );
}

function measure(args: readonly string[]): Run {
  rmSync(OUT, { recursive: true, force: true });
  const peakFile = join(folder, "peak");
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--import", here("peak-memory"), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    env: { ...process.env, OV_PEAK_MEMORY: peakFile },
  });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return { seconds, peak: Number(readFileSync(peakFile, "utf8")), bytes: sizeOf(OUT) };
}

function sizeOf(path: string): number {
  if (statSync(path).isFile()) return statSync(path).size;
  return readdirSync(path).reduce((sum, entry) => sum + sizeOf(join(path, entry)), 0);
}

/** The input, made where it is not there yet. */
function recordsFile(records: number): string {
  const file = join(folder, `media-${records}.ndjson`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync(process.execPath, [MAKER, String(records), "1"], {
    stdio: ["ignore", openSync(file, "w"), "inherit"],
  });
  if (status !== 0) throw new Error(`${MAKER} failed`);
  return file;
}

/** The same records as `ov-stage dump` gives them: with identifiers, which those of the catalogue lack. */
function dumpOf(input: string): string {
  const file = `${input}.dump`;
  ours(input);
  const shards = readdirSync(join(OUT, "image")).map((name) => join(OUT, "image", name));
  const { status } = spawnSync(process.execPath, [BACK, "--quiet", ...shards], {
    stdio: ["ignore", openSync(file, "w"), "inherit"],
  });
  if (status !== 0) throw new Error("ov-from-parquet failed");
  return file;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
