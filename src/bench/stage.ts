import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chart } from "./chart.js";
import { FOLDER, hasInputs, RECORD, recordsFile } from "./inputs.js";
import { hasPrograms, SQLITE, SQLITE_UTILS } from "./peers.js";
import { number, part, show } from "./report.js";
import { command, measure, middle, outputOf, type Pair, ROUNDS, type Run, shell } from "./timing.js";

/** Loading and dumping a staging database: against `sqlite-utils upsert`, and against `sqlite3` alone, on the same records. */

/** How many records, and how often: the peer takes minutes for the large ones. */
const SIZES: readonly (readonly [records: number, rounds: number])[] = [
  [100_000, ROUNDS],
  [200_000, 1],
  [500_000, 1],
  [1_000_000, 1],
];
/** What is compared at these sizes, not only drawn. */
const COMPARED = [100_000, 1_000_000];
const DB = join(FOLDER, "staging.db");
const PEER_DB = join(FOLDER, "peer.db");
const OURS = "ov-stage load, 2 threads";

const run = (line: string) => measure(shell(line));
const load = `${command("ov-stage")} load --quiet --db ${DB}`;
const upsert = `sqlite-utils upsert ${PEER_DB} image`;
const keys = "--nl --pk provider --pk foreign_identifier";
const dump = `${command("ov-stage")} dump --quiet --db ${DB} | cat >/dev/null`;

/** What is measured of each load: its name, how many times as fast it should be, and the two lines. */
const LOADS = [
  [
    "first load, from a file",
    6,
    (file: string) => `${load} ${file}`,
    (file: string) => `${upsert} ${file} ${keys}`,
  ],
  [
    "second load, unchanged, from a file",
    10,
    (file: string) => `${load} ${file}`,
    (file: string) => `${upsert} ${file} ${keys}`,
  ],
  [
    "first load, from stdin",
    6,
    (file: string) => `cat ${file} | ${load}`,
    (file: string) => `cat ${file} | ${upsert} - ${keys}`,
  ],
  [
    "second load, unchanged, from stdin",
    10,
    (file: string) => `cat ${file} | ${load}`,
    (file: string) => `cat ${file} | ${upsert} - ${keys}`,
  ],
] as const;

interface Round {
  /** In the order of LOADS. */
  readonly loads: readonly Pair[];
  readonly dump: Pair;
}

export function benchStage(): void {
  if (!hasInputs("Staging") || !hasPrograms("Staging", "sqlite3", "sqlite-utils")) return;
  const all = SIZES.map(([records, times]) => {
    const file = recordsFile(records);
    const rounds = Array.from({ length: times }, () => round(file));
    if (COMPARED.includes(records)) print(records, rounds);
    return { records, rounds };
  });
  floor();
  const line = (name: string, of: (round: Round) => Run) => ({
    name,
    points: all.map(({ records, rounds }) => ({ size: records, run: middle(rounds.map(of)) })),
  });
  const first = (side: 0 | 1) => (round: Round) => round.loads[0]?.[side] as Run;
  chart("load", "ov-stage load: into an empty database, from a file", "records", [
    line(OURS, first(0)),
    line(SQLITE_UTILS, first(1)),
  ]);
  chart("dump", "ov-stage dump: a database as NDJSON", "records", [
    line("ov-stage dump", (round) => round.dump[0]),
    line(`${SQLITE}, json_object`, (round) => round.dump[1]),
  ]);
  for (const db of [DB, PEER_DB]) removeDatabase(db);
}

function round(file: string): Round {
  let dumps: Pair | undefined;
  const loads = LOADS.map(([name, , ours, peer]): Pair => {
    if (name.startsWith("first")) for (const db of [DB, PEER_DB]) removeDatabase(db);
    const pair: Pair = [run(ours(file)), run(peer(file))];
    if (name.startsWith("second"))
      dumps = [run(dump), run(`sqlite3 ${DB} "${jsonQuery()}" | cat >/dev/null`)];
    return pair;
  });
  return { loads, dump: dumps as Pair };
}

function print(records: number, rounds: readonly Round[]): void {
  part(`Staging ${number(records)} records`, RECORD);
  for (const [i, [work, times]] of LOADS.entries())
    show(
      { work, ours: OURS, peer: SQLITE_UTILS, count: records, target: { times, megabytes: 250 } },
      rounds.map(({ loads }) => loads[i] as Pair),
    );
  show(
    {
      work: "dump",
      ours: "ov-stage dump",
      peer: `${SQLITE}, json_object`,
      count: records,
      target: { ratio: 1.0, megabytes: 250 },
    },
    rounds.map((round) => round.dump),
  );
}

/** What SQLite takes for the rows alone: no parsing of JSON, no cleaning, no index. */
function floor(): void {
  const records = COMPARED[0] as number;
  const file = recordsFile(records);
  const csv = join(FOLDER, "rows.csv");
  if (!existsSync(csv)) {
    const cell = (value: unknown) =>
      `"${String(typeof value === "object" ? JSON.stringify(value) : value).replaceAll('"', '""')}"`;
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    writeFileSync(
      csv,
      lines.map((line) => `${Object.values(JSON.parse(line)).map(cell).join(",")}\n`).join(""),
    );
  }
  removeDatabase(PEER_DB);
  const columns = Object.keys(JSON.parse(readFileSync(file, "utf8").split("\n", 1)[0] as string));
  const { seconds } = run(
    `sqlite3 ${PEER_DB} "CREATE TABLE image (${columns.join(", ")})" ".import --csv ${csv} image"`,
  );
  console.log(`  the floor, ${SQLITE}, .import of the same rows: ${number(records / seconds)} a second`);
}

function jsonQuery(): string {
  const names = outputOf(`sqlite3 ${DB} "SELECT name FROM pragma_table_info('image')"`).trim().split("\n");
  return `SELECT json_object(${names.map((name) => `'${name}', ${name}`).join(", ")}) FROM image`;
}

export function removeDatabase(db: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(db + suffix, { force: true });
}
