import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { chart } from "./chart.js";
import { FOLDER, hasInputs, RECORD, recordsFile } from "./inputs.js";
import { DUCKDB } from "./peers.js";
import { number, part, show } from "./report.js";
import { alternate, bin, command, here, measure, middle, type Program, ROUNDS, shell } from "./timing.js";

/** Writing records as Parquet, and reading them back: against DuckDB, and against the plain run of our own. */

/** The most of DuckDB's time at each size. */
const SIZES: readonly (readonly [records: number, ratio: number])[] = [
  [200_000, 1.0],
  [500_000, 0.9],
  [1_000_000, 0.9],
  [2_000_000, 0.9],
];
/** For what is measured against a plain run, and for what takes minutes. */
const SOME = 200_000;
const FEW = 100_000;

const OUT = join(FOLDER, "parquet-out");
const PEER_OUT = join(FOLDER, "parquet-peer");
const OURS = "ov-to-parquet, 3 threads";

const write = (input: string, options = "", out = OUT) =>
  `rm -rf ${out}; ${command("ov-to-parquet")} --quiet --out ${out} ${options} ${input}`;
const peer = (name: string, input: string, output = PEER_OUT): Program => [
  process.execPath,
  here(name),
  input,
  output,
];

/** All sizes against DuckDB, how large the files are, and two ways with libraries. */
export function benchParquet(): void {
  if (!hasInputs("Parquet")) return;
  const runs = SIZES.map(([records, ratio]) => {
    const input = recordsFile(records);
    part(`Parquet of ${number(records)} records`, `${RECORD}, ${size(input)} MB`);
    const pairs = alternate(shell(write(input)), peer("parquet-duckdb", input));
    const target = { ratio, megabytes: 350 };
    show({ work: `ov-to-parquet, ${number(records)} records`, ours: OURS, peer: DUCKDB, target }, pairs);
    console.log(`    written: ${size(OUT)} MB, DuckDB ${size(PEER_OUT)} MB`);
    return { records, pairs };
  });
  const line = (name: string, side: 0 | 1) => ({
    name,
    points: runs.map(({ records, pairs }) => ({
      size: records,
      run: middle(pairs.map((pair) => pair[side])),
    })),
  });
  chart("parquet", "ov-to-parquet: records to Parquet with zstd", "records", [
    line(OURS, 0),
    line(DUCKDB, 1),
  ]);
  sizeOfDump();
  part("Parquet with libraries of Node", `${number(FEW)} records, ${RECORD}`);
  for (const [program, name] of [
    ["parquet-hyparquet", "hyparquet-writer (snappy), 1 thread"],
    ["parquet-naive", "parquet-wasm and Arrow, 1 thread"],
  ] as const) {
    const few = recordsFile(FEW);
    const pairs = alternate(shell(write(few)), peer(program, few), 1);
    show({ work: "ov-to-parquet", ours: OURS, peer: name, target: { ratio: 1.0 } }, pairs);
  }
}

/** What sorting, subsets and leaving out licences cost, against the plain run. */
export function benchParquetOptions(): void {
  if (!hasInputs("Parquet, options")) return;
  const input = recordsFile(SOME);
  part("Parquet with options, against a plain run", `${number(SOME)} records, ${RECORD}`);
  const plain = shell(write(input));
  for (const options of ["--sort provider,foreign_identifier", "--partition-by license"]) {
    const pairs = alternate(shell(write(input, options, PEER_OUT)), plain);
    const target = { ratio: 2, megabytes: 400 };
    show({ work: `ov-to-parquet ${options}`, ours: "with it", peer: "the plain run", target }, pairs);
  }
  measure(shell(`${write(input)} > ${OUT}.manifest`));
  const publish = `${command("ov-publish")} --quiet --replace --exclude-license nc,nd folder:${PEER_OUT} ${OUT}.manifest`;
  const kept = join(FOLDER, "shards-kept");
  const pairs = alternate(shell(`rm -rf ${PEER_OUT}; ${publish}`), shell(write(input, "", kept)));
  const target = { ratio: 2, megabytes: 400 };
  show(
    { work: "ov-publish folder: --exclude-license nc,nd", ours: "with it", peer: "the plain run", target },
    pairs,
  );
  for (const folder of [kept, PEER_OUT, OUT]) rmSync(folder, { recursive: true, force: true });
}

/** Reading a shard back as lines. */
export function benchFromParquet(): void {
  if (!hasInputs("Reading Parquet")) return;
  const records = 500_000;
  const shards = join(FOLDER, "parquet-readers");
  measure(shell(write(recordsFile(records), "", shards)));
  const [name = ""] = readdirSync(join(shards, "image"));
  const shard = join(shards, "image", name);
  part("Reading Parquet back as NDJSON", `${number(records)} records in one shard, zstd, ${size(shard)} MB`);
  const ours: Program = [process.execPath, bin("ov-from-parquet"), "--quiet", shard];
  for (const [name, program, target] of [
    [DUCKDB, "parquet-rows-duckdb", { ratio: 1.5 }],
    ["hyparquet, 1 thread", "parquet-rows-hyparquet", { ratio: 1.0 }],
    ["parquet-wasm and apache-arrow, 1 thread", "parquet-rows-arrow", { ratio: 1.0 }],
  ] as const) {
    const pairs = alternate(ours, [process.execPath, here(program), shard], name === DUCKDB ? ROUNDS : 1);
    show({ work: "ov-from-parquet SHARD", ours: "ov-from-parquet, 2 threads", peer: name, target }, pairs);
  }
}

/** The size of the files where both hold the same columns: records from the catalogue lack identifiers, and we make them. */
function sizeOfDump(): void {
  const few = recordsFile(FEW);
  const dump = `${few}.dump`;
  measure(shell(write(few)));
  measure(shell(`${command("ov-from-parquet")} --quiet ${OUT}/image/*.parquet > ${dump}`));
  measure(shell(write(dump)));
  measure(peer("parquet-duckdb", dump));
  const ratio = bytesOf(OUT) / bytesOf(PEER_OUT);
  console.log(
    `  bytes written where both write identifiers: ${ratio.toFixed(2)} × DuckDB's (target: at most 1)`,
  );
}

const size = (path: string) => number(bytesOf(path) / 1e6);

function bytesOf(path: string): number {
  if (statSync(path).isFile()) return statSync(path).size;
  return readdirSync(path).reduce((sum, entry) => sum + bytesOf(join(path, entry)), 0);
}
