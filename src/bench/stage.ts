import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FOLDER, hasInputs, recordsFile } from "./inputs.js";
import { measure, type Run, shell } from "./timing.js";

/** Loading and dumping a staging database: against `sqlite-utils upsert`, and against `sqlite3` alone. */

const RECORDS = 1_000_000;
const PEER_RECORDS = 100_000;
const STAGE = `${process.execPath} ${fileURLToPath(new URL("../../bin/ov-stage.js", import.meta.url))}`;

const run = (line: string) => measure(shell(line));

/** Prints rates, ratios and memory. Each line of shell runs once: a load changes what the next one finds. */
export function benchStage(): void {
  if (!hasInputs("Staging")) return;
  const [all, some, many] = [RECORDS, PEER_RECORDS, 2 * RECORDS].map(recordsFile) as [string, string, string];
  const db = join(FOLDER, "staging.db");
  console.log(
    `\nStaging, ${RECORDS.toLocaleString("en")} records; peers ${PEER_RECORDS.toLocaleString("en")}`,
  );

  const fresh = () => removeDatabase(db);
  fresh();
  const first = run(`${STAGE} load --quiet --db ${db} ${all}`);
  const again = run(`${STAGE} load --quiet --db ${db} ${all}`);
  const dump = run(`${STAGE} dump --db ${db} | cat >/dev/null`);
  const json = run(`sqlite3 ${db} "${jsonQuery(db)}" | cat >/dev/null`);

  const peer = hasProgram("sqlite-utils") ? peerLoads(some) : undefined;
  if (!peer) console.log("  sqlite-utils is absent: apt-get install sqlite-utils");
  show("first load", RECORDS, first, peer?.first, "sqlite-utils", "at least 5");
  show("second load, unchanged", RECORDS, again, peer?.again, "sqlite-utils", "at least 8");
  const floor = floorLoad(some);
  console.log(`  sqlite3 .import of the same rows: ${rate(PEER_RECORDS, floor)}`);
  console.log(
    `  dump ${dump.seconds.toFixed(1)} s, sqlite3 json_object ${json.seconds.toFixed(1)} s: ` +
      `${(dump.seconds / json.seconds).toFixed(2)} (target: at most 1.5)`,
  );
  console.log(
    `  memory: ${[first, again, dump].map(({ megabytes }) => megabytes.toFixed(0)).join(", ")} MB (target: at most 250)`,
  );

  fresh();
  const small = run(`head -200000 ${all} | ${STAGE} load --quiet --db ${db}`);
  fresh();
  const large = run(`${STAGE} load --quiet --db ${db} ${many}`);
  const ratio = (2 * RECORDS) / large.seconds / (200_000 / small.seconds);
  console.log(
    `  rate at 2,000,000 rows over that at 200,000: ${ratio.toFixed(2)} (target: at least 0.7), ` +
      `${large.megabytes.toFixed(0)} MB`,
  );
  fresh();
}

function show(
  name: string,
  records: number,
  ours: Run,
  peer: Run | undefined,
  peerName: string,
  target: string,
): void {
  const ratio = peer ? records / ours.seconds / (PEER_RECORDS / peer.seconds) : Number.NaN;
  console.log(`  ${name}: ${rate(records, ours)}, ${peerName} ${peer ? rate(PEER_RECORDS, peer) : "?"}`);
  console.log(`    ratio ${ratio.toFixed(1)} (target: ${target})`);
}

function rate(records: number, { seconds }: Run): string {
  return `${Math.round(records / seconds).toLocaleString("en")} records/s`;
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
