import { cpus } from "node:os";
import { benchBuilds } from "./builds.js";
import { benchFetch } from "./fetch.js";
import { benchFlickrUrls } from "./flickr-urls.js";
import { benchJob } from "./job.js";
import { benchOptOut } from "./optout.js";
import { benchFromParquet, benchParquet, benchParquetOptions } from "./parquet.js";
import { NODE } from "./peers.js";
import { part, show, writeFigures } from "./report.js";
import { benchMatch, benchSnapshot, benchSnapshotSizes } from "./snapshot.js";
import { benchStage } from "./stage.js";
import { benchStage20m } from "./stage-20m.js";
import { alternate, bin } from "./timing.js";

/** `make bench`: what each part costs against a named peer, measured in one run. Arguments name the parts; all without. */

function benchStartUp(): void {
  part("Start-up", "nothing");
  show(
    { work: "ov-subprovider --version", ours: "ov-subprovider", peer: "node -e 0", target: { ratio: 1.3 } },
    alternate([process.execPath, bin("ov-subprovider"), "--version"], [process.execPath, "-e", "0"], 31),
  );
}

const PARTS: Readonly<Record<string, () => void>> = {
  "start-up": benchStartUp,
  "flickr-urls": benchFlickrUrls,
  fetch: benchFetch,
  snapshot: benchSnapshot,
  "snapshot-sizes": benchSnapshotSizes,
  match: benchMatch,
  parquet: benchParquet,
  "parquet-options": benchParquetOptions,
  "from-parquet": benchFromParquet,
  stage: benchStage,
  optout: benchOptOut,
  job: benchJob,
};
/** What takes long, or needs another build, is measured only where it is named. */
const BY_NAME: Readonly<Record<string, () => void>> = {
  "stage-20m": benchStage20m,
  builds: benchBuilds,
};

const all = { ...PARTS, ...BY_NAME };
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS);
const unknown = names.find((name) => !Object.hasOwn(all, name));
if (unknown !== undefined) {
  console.error(`there is no part ${unknown}; parts: ${Object.keys(all).join(", ")}`);
  process.exit(2);
}
console.log(`${NODE}, ${cpus().length} cores (${cpus()[0]?.model})`);
for (const name of names) all[name]?.();
writeFigures();
