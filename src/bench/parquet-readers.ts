import { spawnSync } from "node:child_process";
import { mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FOLDER, hasInputs, recordsFile } from "./inputs.js";
import { bin, here, measure, median, type Program, type Run } from "./timing.js";

/**
 * Reading a shard back as lines: `ov-from-parquet`, and what one writes first with hyparquet, or with parquet-wasm and
 * apache-arrow. Whole processes, in turn, on the same shard. `OV_BENCH_RECORDS` sets how many records.
 */

const RECORDS = Number(process.env.OV_BENCH_RECORDS ?? 500_000);
const ROUNDS = 3;
const OUT = join(FOLDER, "parquet-readers");

const READERS: readonly (readonly [name: string, file: string])[] = [
  ["ov-from-parquet", bin("ov-from-parquet")],
  ["hyparquet", here("parquet-rows-hyparquet")],
  ["parquet-wasm and apache-arrow", here("parquet-rows-arrow")],
];

/** Prints time and memory of each way, and how many of its lines are those of `ov-from-parquet`. */
export function benchParquetReaders(): void {
  if (!hasInputs("Reading Parquet")) return;
  const shard = shardOf(recordsFile(RECORDS));
  const programs = READERS.map(([, file]): Program => [process.execPath, file, shard]);
  const rounds = Array.from({ length: ROUNDS }, () => programs.map((program) => measure(program)));
  const lines = programs.map((program, i) => linesOf(program, join(OUT, `${i}.ndjson`)));
  console.log(`\nReading Parquet back, ${RECORDS.toLocaleString("en")} records, ${ROUNDS} rounds`);
  for (const [i, [name]] of READERS.entries()) {
    const of = (take: (run: Run) => number) => median(rounds.map((runs) => take(runs[i] as Run)));
    const same = lines[i]?.filter((line, at) => line === lines[0]?.[at]).length ?? 0;
    console.log(
      `  ${name.padEnd(30)} ${of(({ seconds }) => seconds).toFixed(1)} s, ${of(({ processor }) => processor).toFixed(1)} s of processor, ${of(({ megabytes }) => megabytes).toFixed(0)} MB of memory, ${same.toLocaleString("en")} lines the same`,
    );
  }
}

/** The one shard of some records. */
function shardOf(input: string): string {
  mkdirSync(OUT, { recursive: true });
  const shards = join(OUT, "shards");
  measure([process.execPath, bin("ov-to-parquet"), "--quiet", "--replace", "--out", shards, input]);
  const [name = ""] = readdirSync(join(shards, "image"));
  return join(shards, "image", name);
}

/** The first lines that a program writes, as many as a text can hold. */
function linesOf([program, ...args]: Program, output: string): string[] {
  const { status } = spawnSync(program, args, { stdio: ["ignore", openSync(output, "w"), "inherit"] });
  if (status !== 0) throw new Error(`${args.join(" ")} failed`);
  return readFileSync(output)
    .subarray(0, 2 ** 28)
    .toString("utf8")
    .split("\n")
    .slice(0, -1);
}
