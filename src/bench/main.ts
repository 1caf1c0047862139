import { cpus } from "node:os";
import { benchBuilds } from "./builds.js";
import { benchFetch } from "./fetch.js";
import { benchFlickrUrls } from "./flickr-urls.js";
import { benchOptOut } from "./optout.js";
import { benchParquet } from "./parquet.js";
import { benchParquetReaders } from "./parquet-readers.js";
import { benchSnapshot } from "./snapshot.js";
import { benchStage, benchStageSizes } from "./stage.js";
import { bin, compare, type Timing } from "./timing.js";

/** `make bench`: what each part costs against a named peer, measured in one run. Arguments name the parts; all without. */

const show = ({ median, min, max }: Timing) =>
  `median ${median.toFixed(0)} ms (${min.toFixed(0)} to ${max.toFixed(0)})`;

const RUNS = 31;

function benchStartUp(): void {
  const startUp = compare(
    [process.execPath, bin("ov-subprovider"), "--version"],
    [process.execPath, "-e", "0"],
    RUNS,
  );
  console.log(`\nStart-up, ${RUNS} pairs`);
  console.log(`  ov-subprovider --version  ${show(startUp.ours)}`);
  console.log(`  node -e 0                 ${show(startUp.peer)}`);
  console.log(`  ratio                     ${startUp.ratio.toFixed(2)} (target: at most 1.3)`);
}

const PARTS: Readonly<Record<string, () => void>> = {
  "start-up": benchStartUp,
  "flickr-urls": benchFlickrUrls,
  snapshot: benchSnapshot,
  fetch: benchFetch,
  parquet: benchParquet,
  "parquet-readers": benchParquetReaders,
  stage: benchStage,
  "stage-sizes": benchStageSizes,
  optout: benchOptOut,
  builds: benchBuilds,
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS);
const unknown = names.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined) {
  console.error(`there is no part ${unknown}; parts: ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}
console.log(`Node ${process.version}, ${cpus().length} cores`);
for (const name of names) PARTS[name]?.();
