import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { benchFetch } from "./fetch.js";
import { benchFlickrUrls } from "./flickr-urls.js";
import { benchParquet } from "./parquet.js";
import { benchSnapshot } from "./snapshot.js";
import { benchStage } from "./stage.js";
import { compare, type Timing } from "./timing.js";

/** `make bench`: what each part costs against a named peer, measured in one run. */

const bin = (name: string) => fileURLToPath(new URL(`../../bin/${name}.js`, import.meta.url));
const show = ({ median, min, max }: Timing) =>
  `median ${median.toFixed(0)} ms (${min.toFixed(0)} to ${max.toFixed(0)})`;

console.log(`Node ${process.version}, ${cpus().length} cores`);

const RUNS = 31;
const startUp = compare(
  [process.execPath, bin("ov-subprovider"), "--version"],
  [process.execPath, "-e", "0"],
  RUNS,
);
console.log(`\nStart-up, ${RUNS} pairs`);
console.log(`  ov-subprovider --version  ${show(startUp.ours)}`);
console.log(`  node -e 0                 ${show(startUp.peer)}`);
console.log(`  ratio                     ${startUp.ratio.toFixed(2)} (target: at most 1.6)`);

benchFlickrUrls();
benchSnapshot();
benchFetch();
benchParquet();
benchStage();
