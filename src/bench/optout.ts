import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FOLDER, hasInputs, RECORD, recordsFile } from "./inputs.js";
import { number, part } from "./report.js";
import { command, measure, median, ROUNDS, shell } from "./timing.js";

/** Comparing records with opt-out lists: a thousand times as many rules should cost a record nothing. */

const RECORDS = 200_000;
const LISTS = [1000, 1_000_000];
const COMMAND = command("ov-optout");

/** Prints what a record costs with a short and with a long list, and what reading the list costs. */
export function benchOptOut(): void {
  if (!hasInputs("Opt-outs")) return;
  const records = recordsFile(RECORDS);
  const none = join(FOLDER, "none.ndjson");
  writeFileSync(none, "");
  const seconds = (list: string, input: string) =>
    measure(shell(`${COMMAND} --quiet --list ${list} < ${input} | cat >/dev/null`)).seconds;
  part("Opt-outs", `${number(RECORDS)} records, ${RECORD}; ${ROUNDS} rounds`);
  for (const rules of LISTS) {
    const list = listOf(rules);
    const rounds = Array.from({ length: ROUNDS }, () => ({
      start: seconds(list, none),
      all: seconds(list, records),
    }));
    const each = median(rounds.map(({ start, all }) => ((all - start) / RECORDS) * 1e6));
    console.log(
      `  ${number(rules)} rules: ${each.toFixed(1)} µs a record, ` +
        `${median(rounds.map(({ start }) => start)).toFixed(2)} s to start and to read the list`,
    );
  }
}

/** A list of accounts, photos, pages and domains, none of which the records are of. */
function listOf(rules: number): string {
  const forms = [
    (i: number) => `${200_000_000 + i}@N01`,
    (i: number) => `https://www.flickr.com/photos/${200_000_000 + i}@N02/${900_000_000 + i}/`,
    (i: number) => `https://example.org/people/${i}`,
    (i: number) => `museum-${i}.example.com`,
  ];
  const file = join(FOLDER, `opt-outs-${rules}.txt`);
  writeFileSync(file, Array.from({ length: rules }, (_, i) => `${forms[i % forms.length]?.(i)}\n`).join(""));
  return file;
}
