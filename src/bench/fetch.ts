import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { bin, measure, type Program, type Run } from "./timing.js";

/**
 * How many records a second come of saved Flickr pages: in one thread, and in as many as there are cores. The peer is
 * the least that has to be done, in one thread: a loop that parses the pages and writes each photo out again as it is.
 */

const PAGES = 400;
const PER_PAGE = 500;
const ROUNDS = 3;

const command = bin("ov-fetch");

const LOOP = `
  const { readFileSync, readdirSync } = require("node:fs");
  const folder = process.argv[1];
  for (const name of readdirSync(folder).sort()) {
    const lines = JSON.parse(readFileSync(folder + "/" + name, "utf8")).photos.photo.map((photo) => JSON.stringify(photo));
    process.stdout.write(lines.join("\\n") + "\\n");
  }
`;

/** A photo as Flickr shows it in a search; no two are the same. */
function photoOf(number: number): object {
  const id = String(54_000_000_000 + number * 7919);
  const owner = `${10_000_000 + (number % 5000)}@N0${number % 9}`;
  const file = `https://live.staticflickr.com/${60_000 + (number % 5000)}/${id}_63d765ee92`;
  return {
    id,
    owner,
    secret: "63d765ee92",
    server: "65535",
    farm: 66,
    title: `Harbour at dusk, number ${number}`,
    ispublic: 1,
    isfriend: 0,
    isfamily: 0,
    license: String((number % 6) + 1),
    description: {
      _content: `Seen from the old pier. ${"The tide was out and the boats lay on the sand. ".repeat(number % 4)}`,
    },
    dateupload: String(1_760_000_000 + number),
    datetaken: "2025-10-01 18:20:11",
    datetakengranularity: 0,
    datetakenunknown: "0",
    ownername: `Photographer ${number % 5000}`,
    views: String(number % 1000),
    tags: "harbour dusk boats pier tide evening sea",
    content_type: "0",
    o_width: "6000",
    o_height: "4000",
    ...Object.fromEntries(
      [
        ["t", "_t", 100, 67],
        ["s", "_m", 240, 160],
        ["m", "", 500, 333],
        ["l", "_b", 1024, 683],
      ].flatMap(([size, suffix, width, height]) => [
        [`url_${size}`, `${file}${suffix}.jpg`],
        [`width_${size}`, width],
        [`height_${size}`, height],
      ]),
    ),
  };
}

/** Saved answers of Flickr's search, in files that sort as they came. */
export function writeSavedPages(folder: string): void {
  for (let page = 0; page < PAGES; page++) {
    const photo = Array.from({ length: PER_PAGE }, (_, i) => photoOf(page * PER_PAGE + i));
    const answer = { stat: "ok", photos: { page: page + 1, pages: PAGES, perpage: PER_PAGE, photo } };
    writeFileSync(join(folder, `page-${String(page).padStart(4, "0")}.json`), JSON.stringify(answer));
  }
}

/** Measures and prints. */
export function benchFetch(): void {
  const folder = mkdtempSync(join(tmpdir(), "ov-tools-bench-"));
  try {
    const pages = join(folder, "pages");
    mkdirSync(pages);
    writeSavedPages(pages);
    print(pages);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(pages: string): void {
  const records = PAGES * PER_PAGE;
  const node = process.execPath;
  // A limit has one thread read everything.
  const one = best([node, command, "flickr", "--quiet", "--limit", String(records), "--input", pages]);
  const all = best([node, command, "flickr", "--quiet", "--input", pages]);
  const loop = best([node, "-e", LOOP, pages]);
  const rate = ({ seconds }: Run) => Math.round(records / seconds).toLocaleString("en");
  const memory = ({ megabytes }: Run) => `, ${megabytes.toFixed(0)} MB`;
  console.log(
    `\nSaved Flickr pages, ${records.toLocaleString("en")} photos, best of ${ROUNDS}: records a second`,
  );
  console.log(`  one thread            ${rate(one)}${memory(one)} (target: 60,000)`);
  console.log(`  ${availableParallelism()} threads             ${rate(all)}${memory(all)}`);
  console.log(
    `  parse and write only  ${rate(loop)}; one thread takes ${(one.seconds / loop.seconds).toFixed(2)} times as long`,
  );
}

function best(line: Program): Run {
  const runs = Array.from({ length: ROUNDS }, () => measure(line));
  return runs.reduce((a, b) => (b.seconds < a.seconds ? b : a));
}
