import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FOLDER, hasInputs, recordsFile } from "./inputs.js";
import { bin, measure, median, type Run, shell } from "./timing.js";

/**
 * Loading and dumping a staging database: against `sqlite-utils upsert`, and against `sqlite3` alone. `OV_BENCH_ROUNDS`
 * sets how often each pair is measured.
 */

const ROUNDS = Number(process.env.OV_BENCH_ROUNDS ?? 3);
const RECORDS = 1_000_000;
const PEER_RECORDS = 100_000;
/** Between these two sizes the rate of a first load should hardly fall. */
const SIZES = [200_000, 2_000_000] as const;
const STAGE = `${process.execPath} ${bin("ov-stage")}`;
const DB = join(FOLDER, "staging.db");

const run = (line: string) => measure(shell(line));
const load = (file: string) => run(`${STAGE} load --quiet --db ${DB} ${file}`);
const count = (number: number) => Math.round(number).toLocaleString("en");
const rate = (records: number, { seconds }: Run) => records / seconds;

/** Prints rates, ratios and memory. */
export function benchStage(): void {
  if (!hasInputs("Staging")) return;
  if (!hasProgram("sqlite3") || !hasProgram("sqlite-utils")) {
    console.log("\nStaging: a peer is absent: apt-get install sqlite3 sqlite-utils");
    return;
  }
  const [all, some] = [recordsFile(RECORDS), recordsFile(PEER_RECORDS)];
  console.log(
    `\nStaging, ${count(RECORDS)} records, sqlite-utils and the floor ${count(PEER_RECORDS)}; ${ROUNDS} rounds`,
  );
  const rounds = Array.from({ length: ROUNDS }, () => {
    removeDatabase(DB);
    const [first, peer] = [load(all), peerLoads(some)];
    const [again, dump] = [load(all), run(`${STAGE} dump --db ${DB} | cat >/dev/null`)];
    const json = run(`sqlite3 ${DB} "${jsonQuery(DB)}" | cat >/dev/null`);
    return { first, again, dump, json, peer, floor: floorLoad(some) };
  });
  type Round = (typeof rounds)[number];
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  for (const [load, name, target] of [
    ["first", "first load", 5],
    ["again", "second load, unchanged", 8],
  ] as const) {
    const ours = (round: Round) => rate(RECORDS, round[load]);
    const theirs = ({ peer }: Round) => rate(PEER_RECORDS, peer[load]);
    const ratio = middle((round) => ours(round) / theirs(round));
    console.log(
      `  ${name}: ${count(middle(ours))} records/s, sqlite-utils ${count(middle(theirs))}: ` +
        `ratio ${ratio.toFixed(1)} (target: at least ${target})`,
    );
  }
  console.log(
    `  floor, sqlite3 .import of the same rows: ${count(middle(({ floor }) => rate(PEER_RECORDS, floor)))} records/s`,
  );
  console.log(
    `  dump ${middle(({ dump }) => dump.seconds).toFixed(1)} s, sqlite3 json_object ` +
      `${middle(({ json }) => json.seconds).toFixed(1)} s: ratio ` +
      `${middle(({ dump, json }) => dump.seconds / json.seconds).toFixed(2)} (target: at most 1.5)`,
  );
  const memory = (of: (round: Round) => Run) => count(middle((round) => of(round).megabytes));
  console.log(
    `  memory: first load ${memory(({ first }) => first)} MB, second ${memory(({ again }) => again)} MB, ` +
      `dump ${memory(({ dump }) => dump)} MB (target: at most 250)`,
  );
  removeDatabase(DB);
}

/** Prints how the rate of a first load changes with the number of records. */
export function benchStageSizes(): void {
  if (!hasInputs("Staging, sizes")) return;
  const files = SIZES.map(recordsFile);
  const [few, many] = SIZES;
  const rounds = Array.from({ length: ROUNDS }, () =>
    files.map((file) => {
      removeDatabase(DB);
      return load(file);
    }),
  ) as [Run, Run][];
  removeDatabase(DB);
  const rates = [
    median(rounds.map(([run]) => rate(few, run))),
    median(rounds.map(([, run]) => rate(many, run))),
  ].map(count);
  const ratio = median(rounds.map(([small, large]) => rate(many, large) / rate(few, small)));
  const megabytes = Math.max(...rounds.map(([, run]) => run.megabytes));
  console.log(`\nStaging, first loads, ${ROUNDS} rounds`);
  console.log(
    `  ${count(few)} records: ${rates[0]} records/s, ${count(many)}: ${rates[1]}: ratio ${ratio.toFixed(2)} ` +
      `(target: at least 0.7), ${count(megabytes)} MB`,
  );
}

function peerLoads(file: string): { first: Run; again: Run } {
  const db = join(FOLDER, "peer.db");
  rmSync(db, { force: true });
  const line = `sqlite-utils upsert ${db} image ${file} --nl --pk provider --pk foreign_identifier`;
  const result = { first: run(line), again: run(line) };
  rmSync(db, { force: true });
  return result;
}

/** What SQLite takes for the rows alone: no parsing of JSON, no cleaning, no index. */
function floorLoad(file: string): Run {
  const csv = join(FOLDER, "rows.csv");
  const db = join(FOLDER, "floor.db");
  if (!existsSync(csv)) {
    const cell = (value: unknown) =>
      `"${String(typeof value === "object" ? JSON.stringify(value) : value).replaceAll('"', '""')}"`;
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    writeFileSync(
      csv,
      lines.map((line) => `${Object.values(JSON.parse(line)).map(cell).join(",")}\n`).join(""),
    );
  }
  rmSync(db, { force: true });
  const columns = Object.keys(JSON.parse(readFileSync(file, "utf8").split("\n", 1)[0] as string));
  const result = run(
    `sqlite3 ${db} "CREATE TABLE image (${columns.join(", ")})" ".import --csv ${csv} image"`,
  );
  rmSync(db, { force: true });
  return result;
}

function jsonQuery(db: string): string {
  const { stdout } = spawnSync("sqlite3", [db, "SELECT name FROM pragma_table_info('image')"], {
    encoding: "utf8",
  });
  const names = stdout.trim().split("\n");
  return `SELECT json_object(${names.map((name) => `'${name}', ${name}`).join(", ")}) FROM image`;
}

function hasProgram(name: string): boolean {
  return spawnSync("bash", ["-c", `command -v ${name}`]).status === 0;
}

function removeDatabase(db: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(db + suffix, { force: true });
}
