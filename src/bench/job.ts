import { rmSync } from "node:fs";
import { join } from "node:path";
import { FOLDER, SAVED_PAGE, savedPages } from "./inputs.js";
import { hasPrograms } from "./peers.js";
import { number, part, show } from "./report.js";
import { PHOTOS_PER_PAGE } from "./saved-pages.js";
import { command, here, measure, outputOf, type Pair, ROUNDS, shell, source } from "./timing.js";

/**
 * The whole main job: saved answers of Flickr to records, staged, dumped, written as Parquet and published to a folder.
 * The peer is the chain that one would make of plain tools: jq, sqlite-utils, sqlite3 and DuckDB. It writes one file of
 * Parquet, with neither checks nor pages about it.
 */

const PAGES = 2000;
const WORK = join(FOLDER, "job");

const ours = (pages: string) =>
  `rm -rf ${WORK}; mkdir -p ${WORK}; ` +
  `${command("ov-fetch")} flickr --quiet --input ${pages} | ${command("ov-stage")} load --quiet --db ${WORK}/staging.db; ` +
  `${command("ov-stage")} dump --quiet --db ${WORK}/staging.db | ${command("ov-to-parquet")} --quiet --out ${WORK}/shards | ` +
  `${command("ov-publish")} folder:${WORK}/dataset --quiet --title "Saved photos"`;

const peer = (pages: string) =>
  `rm -rf ${WORK}-peer; mkdir -p ${WORK}-peer; ` +
  `jq -c -f ${source("job.jq")} ${pages}/*.json | ` +
  `sqlite-utils upsert ${WORK}-peer/staging.db image - --nl --pk provider --pk foreign_identifier; ` +
  `sqlite-utils rows ${WORK}-peer/staging.db image --nl --json-cols | ` +
  `${process.execPath} ${here("parquet-duckdb")} /dev/stdin ${WORK}-peer/image.parquet`;

export function benchJob(): void {
  if (!hasPrograms("The main job", "jq", "sqlite-utils")) return;
  const count = PAGES * PHOTOS_PER_PAGE;
  const pages = savedPages(PAGES);
  part(
    "The main job",
    `${number(count)} photos in ${SAVED_PAGE}; records, staged, dumped, Parquet, a folder`,
  );
  const pairs = Array.from(
    { length: ROUNDS },
    (): Pair => [measure(shell(ours(pages))), measure(shell(peer(pages)))],
  );
  checkSame();
  show(
    {
      work: "the main job",
      ours: `ov-fetch | ov-stage | … ov-publish`,
      peer: "jq, sqlite-utils, DuckDB",
      count,
      target: { seconds: 60, megabytes: 400 },
    },
    pairs,
  );
  for (const folder of [WORK, `${WORK}-peer`]) rmSync(folder, { recursive: true, force: true });
}

/** Both have to make the same records, or the comparison says nothing. */
function checkSame(): void {
  const [a, b] = [`${WORK}/dataset/data/image/*.parquet`, `${WORK}-peer/image.parquet`].map((files) =>
    outputOf(`${process.execPath} ${here("job-counts")} '${files}'`),
  );
  if (a !== b) throw new Error(`the chain of plain tools makes other records: ${b} instead of ${a}`);
}
