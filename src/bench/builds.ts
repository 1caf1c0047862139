import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeUrls } from "./flickr-urls.js";
import { FOLDER, hasInputs, recordsFile, savedPages, snapshotFile } from "./inputs.js";
import { measure, median, type Run, shell } from "./timing.js";

/**
 * This build against another one, job by job, whole processes in turn: what a change costs. `OV_BENCH_BASE` names the
 * folder of the other build, `OV_BENCH_ROUNDS` the number of pairs, `OV_BENCH_JOBS` some jobs by name.
 */

const HERE = fileURLToPath(new URL("../../", import.meta.url));
const ROUNDS = Number(process.env.OV_BENCH_ROUNDS ?? 9);
const RECORDS = 200_000;
const ENTITIES = 100_000;
const URLS = 300_000;

/** A line of shell by its name; `bin` is where the commands lie, `work` a folder of this build's own. */
type Job = (bin: string, work: string) => string;

const made = (name: string, make: (file: string) => void): string => {
  const file = join(FOLDER, name);
  if (!existsSync(file)) make(file);
  return file;
};

function jobs(): Readonly<Record<string, Job>> {
  const records = recordsFile(RECORDS);
  const snapshot = snapshotFile(ENTITIES);
  const urls = made("urls.txt", (file) => writeFileSync(file, `${makeUrls(URLS).join("\n")}\n`));
  const pages = savedPages(400);
  const list = join(HERE, "fixtures", "opt-outs.txt");
  // What a job reads that another one makes, each build its own.
  const database = "ov-stage.js load --quiet --db";
  return {
    start: (bin) => `for i in 1 2 3 4 5; do ${bin}/ov-subprovider.js --version; done`,
    fetch: (bin) => `${bin}/ov-fetch.js flickr --quiet --input ${pages}`,
    "parse-flickr-url": (bin) => `${bin}/ov-parse-flickr-url.js --quiet ${urls}`,
    subprovider: (bin) => `${bin}/ov-subprovider.js --quiet ${records}`,
    optout: (bin) => `${bin}/ov-optout.js --quiet --list ${list} ${records}`,
    "first load": (bin, work) => `rm -f ${work}/first.db*; ${bin}/${database} ${work}/first.db ${records}`,
    "first load from a pipe": (bin, work) =>
      `rm -f ${work}/pipe.db*; cat ${records} | ${bin}/${database} ${work}/pipe.db`,
    "second load": (bin, work) => `${bin}/${database} ${work}/first.db ${records}`,
    dump: (bin, work) => `${bin}/ov-stage.js dump --quiet --db ${work}/first.db`,
    stats: (bin, work) => `${bin}/ov-stage.js stats --quiet --db ${work}/first.db`,
    "to-parquet": (bin, work) =>
      `rm -rf ${work}/shards; ${bin}/ov-to-parquet.js --quiet --out ${work}/shards ${records} > ${work}/manifest`,
    "from-parquet": (bin, work) =>
      `${bin}/ov-from-parquet.js --quiet $(find ${work}/shards -name '*.parquet')`,
    publish: (bin, work) => `${bin}/ov-publish.js --quiet folder:${work}/dataset --replace ${work}/manifest`,
    "snapshot --flickr": (bin) => `${bin}/ov-snapshot-stream.js --quiet --flickr ${snapshot}`,
    "snapshot of all": (bin) => `${bin}/ov-snapshot-stream.js --quiet ${snapshot}`,
    "commons load": (bin, work) =>
      `${bin}/ov-snapshot-stream.js --quiet --flickr ${snapshot} > ${work}/links; rm -f ${work}/links.db*; ` +
      `${bin}/ov-commons.js load --quiet --db ${work}/links.db ${work}/links`,
    "commons match": (bin, work) => `${bin}/ov-commons.js match --quiet --db ${work}/links.db ${records}`,
  };
}

/** Prints the median of the ratios of each job, of processor time and of wall time, and the most memory of both. */
export function benchBuilds(): void {
  const base = process.env.OV_BENCH_BASE;
  if (base === undefined) {
    console.log("\nAgainst another build: OV_BENCH_BASE names its folder");
    return;
  }
  if (!hasInputs("Against another build")) return;
  const wanted = process.env.OV_BENCH_JOBS?.split(",");
  const builds = [base, HERE].map((folder, index) => {
    const work = join(FOLDER, `build-${index}`);
    mkdirSync(work, { recursive: true });
    return { bin: join(folder, "bin"), work };
  });
  console.log(`\nAgainst the build in ${base}, ${ROUNDS} pairs: new / old, median (least to most)`);
  console.log(`  ${"job".padEnd(26)}${"processor time".padEnd(24)}${"wall time".padEnd(24)}memory, MB`);
  for (const [name, job] of Object.entries(jobs())) {
    if (wanted && !wanted.includes(name)) continue;
    const [old, now] = builds.map(({ bin, work }) => shell(`{ ${job(bin, work)}; } >/dev/null`));
    const pairs = Array.from({ length: ROUNDS + 1 }, (_, round) => {
      const first = round % 2 === 0 ? old : now;
      const a = measure(first as readonly [string]);
      const b = measure((first === old ? now : old) as readonly [string]);
      return first === old ? ([a, b] as const) : ([b, a] as const);
    }).slice(1);
    const ratios = (of: (run: Run) => number) => {
      const all = pairs.map(([a, b]) => of(b) / of(a));
      const least = Math.min(...all).toFixed(2);
      return `${median(all).toFixed(3)} (${least} to ${Math.max(...all).toFixed(2)})`.padEnd(24);
    };
    const memory = (index: 0 | 1) => median(pairs.map((pair) => pair[index].megabytes)).toFixed(0);
    console.log(
      `  ${name.padEnd(26)}${ratios(({ processor }) => processor)}${ratios(({ seconds }) => seconds)}` +
        `${memory(0)} → ${memory(1)}`,
    );
  }
}
