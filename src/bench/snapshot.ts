import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chart } from "./chart.js";
import { FOLDER, hasInputs, recordsFile, snapshotFile } from "./inputs.js";
import { PYTHON, ZCAT } from "./peers.js";
import { number, part, show } from "./report.js";
import { alternate, command, measure, type Pair, shell, source } from "./timing.js";

/** Reading snapshots of Commons: against `zcat` alone, and against the loop that most people begin with. */

const ENTITIES = 300_000;
/** For the chart. */
const SIZES = [100_000, 200_000, ENTITIES, 600_000];
const LOOK_UPS = 1_000_000;
const OURS = "ov-snapshot-stream, 2 threads";

const stream = (rest: string) => `${command("ov-snapshot-stream")} --quiet ${rest} >/dev/null`;
const loop = (file: string) => shell(`python3 ${source("snapshot-loop.py")} ${file} >/dev/null`);

/** Reading with each option, from a file and from a pipe. */
export function benchSnapshot(): void {
  if (!hasInputs("Snapshots")) return;
  const file = snapshotFile(ENTITIES);
  part("A snapshot of Commons", `${number(ENTITIES)} entities, 167 MB of gzip in members, 1.18 GB of text`);
  const zcat = shell(`zcat ${file} >/dev/null`);
  for (const [options, ratio] of [
    ["--flickr", 0.4],
    ["--keep P12120,P7482", 1.0],
    ["", 1.5],
  ] as const)
    show(
      {
        work: `ov-snapshot-stream ${options || "(every entity)"}`,
        ours: OURS,
        peer: ZCAT,
        count: ENTITIES,
        target: { ratio, megabytes: 350 },
      },
      alternate(shell(stream(`${options} ${file}`)), zcat, 5),
    );
  show(
    {
      work: "zcat FILE | ov-snapshot-stream --flickr",
      ours: OURS,
      peer: "zcat FILE | cat",
      target: { ratio: 1.05 },
    },
    alternate(shell(`zcat ${file} | ${stream("--flickr")}`), shell(`zcat ${file} | cat >/dev/null`), 5),
  );
  const pairs = alternate(shell(stream(`--flickr ${file}`)), loop(file));
  show({ work: "ov-snapshot-stream --flickr", ours: OURS, peer: PYTHON, target: { times: 8 } }, pairs);
}

/** How time and memory grow with the snapshot. */
export function benchSnapshotSizes(): void {
  if (!hasInputs("Snapshots, sizes")) return;
  part("Snapshots by size", "as above");
  const names = [OURS, ZCAT, PYTHON];
  const runs = SIZES.map((size) => {
    const file = snapshotFile(size);
    return [stream(`--flickr ${file}`), `zcat ${file} >/dev/null`]
      .map((line) => measure(shell(line)))
      .concat(measure(loop(file)));
  });
  chart(
    "snapshot",
    "ov-snapshot-stream --flickr: a snapshot of Commons",
    "entities",
    names.map((name, i) => ({
      name,
      points: runs.map((row, at) => ({ size: SIZES[at] as number, run: row[i] as (typeof row)[number] })),
    })),
  );
}

/** Looks up a million photo ids in the links of a snapshot, of which a third are there, and as many media records. */
export function benchMatch(): void {
  if (!hasInputs("Look-ups of links")) return;
  const [database, links, ids] = ["links.db", "links.ndjson", "ids.txt"].map((name) => join(FOLDER, name));
  const records = recordsFile(LOOK_UPS);
  measure(shell(`${command("ov-snapshot-stream")} --quiet --flickr ${snapshotFile(ENTITIES)} > ${links}`));
  measure(shell(`rm -f ${database}; ${command("ov-commons")} load --quiet --db ${database} ${links}`));
  const known = [...readFileSync(links as string, "utf8").matchAll(/"flickr_photo_id":"(\d+)","url"/g)];
  const lines = Array.from({ length: LOOK_UPS }, (_, i) =>
    i % 3 === 0 ? known[i % known.length]?.[1] : String(10_000_000_000 + i),
  );
  writeFileSync(ids as string, `${lines.join("\n")}\n`);
  part("Look-ups of photos", `${number(LOOK_UPS)} against ${number(known.length)} links, in a pipe`);
  const match = (file: string) =>
    shell(`${command("ov-commons")} match --quiet --db ${database} < ${file} >/dev/null`);
  const peer = (file: string) =>
    shell(`python3 ${source("commons-match.py")} ${database} < ${file} >/dev/null`);
  const row = { ours: "ov-commons match, 1 thread", peer: PYTHON, count: LOOK_UPS };
  const of = (file: string): Pair[] => alternate(match(file), peer(file));
  show({ ...row, work: "photo ids", target: { rate: 100_000 } }, of(ids as string));
  show({ ...row, work: "media records of 1.2 KB", target: { rate: 100_000 } }, of(records));
}
