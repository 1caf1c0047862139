import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { FOLDER, hasInputs, RECORD, recordsFile } from "./inputs.js";
import { number, part } from "./report.js";
import { removeDatabase } from "./stage.js";
import { command, measure, outputOf, type Run, shell } from "./timing.js";

/**
 * A database of twenty million records, in ten loads: how the rate of a load, a dump and the dump of what changed hold out.
 * It takes half an hour and 60 GB of disk, and is measured only where it is named: `make bench PARTS=stage-20m`.
 */

const LOADS = 10;
const RECORDS = 2_000_000;
const FEW = 200_000;
/** One of a hundred records changes. */
const CHANGED = (LOADS * RECORDS) / 100;
const DB = join(FOLDER, "staging-20m.db");
const INPUT = join(FOLDER, "load.ndjson");

const run = (line: string) => measure(shell(line));
const load = (db: string, file: string) => run(`${command("ov-stage")} load --quiet --db ${db} ${file}`);
const rate = (records: number, { seconds }: Run) => records / seconds;

export function benchStage20m(): void {
  if (!hasInputs("Twenty million records")) return;
  part("Twenty million records in one database", `${LOADS} loads of ${number(RECORDS)}, ${RECORD}`);
  const small = recordsFile(FEW);
  const all = recordsFile(RECORDS);
  removeDatabase(DB);
  const first = load(DB, small);
  say(`first load of ${number(FEW)}, into an empty database`, rate(FEW, first), first);
  removeDatabase(DB);
  let last = first;
  for (let i = 0; i < LOADS; i++) {
    // Other works each time: what they are told apart by begins with the number of the load.
    run(`sed -E 's/"foreign_identifier":"/&${i}-/; s#_b\\.jpg#-${i}&#; s#/full/#&${i}-#' ${all} > ${INPUT}`);
    last = load(DB, INPUT);
    say(`load ${i + 1}, of ${number(RECORDS)}`, rate(RECORDS, last), last);
  }
  const [bytes, changes] = [statSync(DB).size, join(FOLDER, "changes.ndjson")];
  console.log(
    `  the database: ${(bytes / 1e9).toFixed(1)} GB, ${number(bytes / LOADS / RECORDS)} bytes a record`,
  );
  const held = rate(RECORDS, last) / rate(FEW, first);
  console.log(`  the last load has ${held.toFixed(2)} times the rate of the first (target: at least 0.6)`);
  const dump = (options = "") =>
    run(`${command("ov-stage")} dump --quiet --db ${DB} ${options} | cat >/dev/null`);
  const whole = dump();
  say("dump", rate(LOADS * RECORDS, whole), whole);
  run(`head -${CHANGED} ${INPUT} | sed -E 's/"height":/"height":1/' > ${changes}`);
  const before = outputOf("date -u +%Y-%m-%dT%H:%M:%SZ").trim();
  run("sleep 1.1");
  const again = load(DB, changes);
  say(`load of ${number(CHANGED)} that changed`, rate(CHANGED, again), again);
  const some = dump(`--since ${before}`);
  say(`dump --since, of ${number(CHANGED)}`, rate(CHANGED, some), some);
  removeDatabase(DB);
  for (const file of [INPUT, changes]) if (existsSync(file)) rmSync(file);
}

function say(what: string, rate: number, { seconds, processor, megabytes }: Run): void {
  console.log(
    `  ${what.padEnd(50)}${number(rate).padStart(9)} a second, ${seconds.toFixed(1)} s, ` +
      `${processor.toFixed(1)} s of processor, ${number(megabytes)} MB`,
  );
}
