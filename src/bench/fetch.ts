import { availableParallelism } from "node:os";
import { SAVED_PAGE, savedPages } from "./inputs.js";
import { NODE } from "./peers.js";
import { number, part, show } from "./report.js";
import { PHOTOS_PER_PAGE } from "./saved-pages.js";
import { alternate, bin, type Program } from "./timing.js";

/**
 * How many records a second come of saved Flickr pages: in one thread, and in as many as there are cores. The peer is
 * the least that has to be done, in one thread: a loop that parses the pages and writes each photo out again as it is.
 */

const PAGES = 400;

const LOOP = `
  const { readFileSync, readdirSync } = require("node:fs");
  const folder = process.argv[1];
  for (const name of readdirSync(folder).sort()) {
    const lines = JSON.parse(readFileSync(folder + "/" + name, "utf8")).photos.photo.map((photo) => JSON.stringify(photo));
    process.stdout.write(lines.join("\\n") + "\\n");
  }
`;

export function benchFetch(): void {
  const pages = savedPages(PAGES);
  const count = PAGES * PHOTOS_PER_PAGE;
  part("Saved answers", `${number(count)} photos in ${SAVED_PAGE}`);
  const fetch: Program = [process.execPath, bin("ov-fetch"), "flickr", "--quiet", "--input", pages];
  const loop: Program = [process.execPath, "-e", LOOP, pages];
  const row = { work: "ov-fetch flickr --input", peer: `${NODE}, parse and write, 1 thread`, count };
  // A limit has one thread read everything.
  const one: Program = [...fetch, "--limit", String(count)];
  show({ ...row, ours: "ov-fetch, 1 thread", target: { rate: 60_000 } }, alternate(one, loop));
  show({ ...row, ours: `ov-fetch, ${availableParallelism()} threads` }, alternate(fetch, loop));
}
