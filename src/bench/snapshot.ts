import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FOLDER, hasInputs, snapshotFile } from "./inputs.js";
import { bin, compare, measure, type Program, shell, source, type Timing } from "./timing.js";

/** Reading snapshots of Commons: against `zcat` alone, and against the loop that most people begin with. */

const ENTITIES = 300_000;
const RUNS = 5;
const LOOK_UPS = 1_000_000;

const seconds = ({ median, min, max }: Timing) =>
  `median ${(median / 1000).toFixed(2)} s (${(min / 1000).toFixed(2)} to ${(max / 1000).toFixed(2)})`;

/** Prints how long each way of reading takes, and how much memory; each is timed in turn with its peer. */
export function benchSnapshot(): void {
  if (!hasInputs("Snapshots")) return;
  const file = snapshotFile(ENTITIES);
  const ours = `exec ${process.execPath} ${bin("ov-snapshot-stream")} --quiet`;
  const read = (options: string) => shell(`${ours} ${options} ${file} >/dev/null`);
  const zcat = ["zcat FILE", shell(`zcat ${file} >/dev/null`)] as const;
  const pipe = ["zcat FILE | cat", shell(`zcat ${file} | cat >/dev/null`)] as const;
  const loop = ["Python loop", shell(`python3 ${source("snapshot-loop.py")} ${file} >/dev/null`)] as const;
  console.log(`\nA snapshot of ${ENTITIES.toLocaleString("en")} entities, ${RUNS} pairs each`);
  show("--flickr FILE", read("--flickr"), zcat, "at most 0.5");
  show("--keep P12120,P7482", read("--keep P12120,P7482"), zcat, "at most 1.0");
  show("all entities", read(""), zcat, "at most 1.5");
  show("zcat FILE | --flickr", shell(`zcat ${file} | (${ours} --flickr >/dev/null)`), pipe, "at most 1.15");
  show("--flickr FILE", read("--flickr"), loop, "at most 0.111", 3);
  for (const options of ["--flickr", "--keep P12120,P7482", ""]) {
    const { megabytes } = measure(read(options));
    console.log(`  ${`memory ${options}`.padEnd(28)}${megabytes.toFixed(0)} MB (target: at most 350)`);
  }
  benchMatch(file);
}

function show(
  name: string,
  ours: Program,
  [peerName, peer]: readonly [name: string, program: Program],
  target: string,
  runs = RUNS,
): void {
  const result = compare(ours, peer, runs);
  console.log(`  ${name.padEnd(22)}${seconds(result.ours)}`);
  console.log(`  ${peerName.padEnd(22)}${seconds(result.peer)}`);
  console.log(`  ${"ratio".padEnd(22)}${result.ratio.toFixed(2)} (target: ${target})`);
}

/** Looks up a million photo ids in the links of a snapshot, of which a third are there. */
function benchMatch(file: string): void {
  const [database, links, ids] = ["links.db", "links.ndjson", "ids.txt"].map((name) => join(FOLDER, name));
  measure(shell(`node ${bin("ov-snapshot-stream")} --quiet --flickr ${file} > ${links}`));
  measure(shell(`rm -f ${database}; node ${bin("ov-commons")} load --quiet --db ${database} ${links}`));
  const known = [...readFileSync(links as string, "utf8").matchAll(/"flickr_photo_id":"(\d+)","url"/g)];
  const lines = Array.from({ length: LOOK_UPS }, (_, i) =>
    i % 3 === 0 ? known[i % known.length]?.[1] : String(10_000_000_000 + i),
  );
  writeFileSync(ids as string, `${lines.join("\n")}\n`);
  const { ours, peer, ratio } = compare(
    shell(`node ${bin("ov-commons")} match --quiet --db ${database} < ${ids} >/dev/null`),
    shell(`python3 ${source("commons-match.py")} ${database} < ${ids} >/dev/null`),
    3,
  );
  const rate = (ms: number) => Math.round((LOOK_UPS / ms) * 1000).toLocaleString("en");
  console.log(
    `\nLook-ups of photo ids in a pipe, ${LOOK_UPS.toLocaleString("en")} against ${known.length} links`,
  );
  console.log(`  ov-commons match      ${rate(ours.median)} a second (target: 100,000)`);
  console.log(`  Python loop           ${rate(peer.median)} a second, ratio of times ${ratio.toFixed(2)}`);
}
