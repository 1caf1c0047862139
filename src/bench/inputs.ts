import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSavedPages } from "./saved-pages.js";
import { measure, shell } from "./timing.js";

/** What the benchmarks read. It is made once, by programs that are not a part of the project, and kept. */

/** Where it is kept. */
export const FOLDER = join(tmpdir(), "ov-tools-bench");

const maker = (name: string) => fileURLToPath(new URL(`../../../shared/bench/${name}`, import.meta.url));

/** Makes media records in the catalogue's columns. */
const MEDIA_MAKER = maker("make-media.mjs");
/** Makes snapshots of Commons in the true framing. */
const SNAPSHOT_MAKER = maker("make-snapshot.mjs");

/** The shape of a record of theirs. */
export const RECORD = "NDJSON in the catalogue's 25 columns, 1.24 KB a record";
/** The shape of a saved page. */
export const SAVED_PAGE = "saved pages of Flickr's search, 500 photos of 1.3 KB a page";

/** Whether the makers of inputs are there; says so where they are not. */
export function hasInputs(what: string): boolean {
  const isThere = existsSync(MEDIA_MAKER) && existsSync(SNAPSHOT_MAKER);
  if (!isThere) console.log(`\n${what}: ../shared is absent, so there is nothing to read`);
  return isThere;
}

/** A file of media records, as NDJSON. */
export function recordsFile(records: number): string {
  return made(
    `media-${records}.ndjson`,
    (file) => `${process.execPath} ${MEDIA_MAKER} ${records} 1 > ${file}`,
  );
}

/** A folder of saved pages of Flickr's search. */
export function savedPages(pages: number): string {
  const folder = join(FOLDER, `pages-${pages}`);
  if (existsSync(folder)) return folder;
  const part = join(FOLDER, `part-pages-${pages}`);
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  writeSavedPages(part, pages);
  renameSync(part, folder);
  return folder;
}

/** A snapshot of entities, packed with gzip. */
export function snapshotFile(entities: number): string {
  return made(
    `snapshot-${entities}.json.gz`,
    (file) => `${process.execPath} ${SNAPSHOT_MAKER} ${entities} 1 ${file}`,
  );
}

/** A file that stands under its name only when it is whole. */
function made(name: string, line: (file: string) => string): string {
  const file = join(FOLDER, name);
  if (existsSync(file)) return file;
  mkdirSync(FOLDER, { recursive: true });
  // The packer looks at the end of the name.
  const part = join(FOLDER, `part-${name}`);
  measure(shell(line(part)));
  renameSync(part, file);
  return file;
}
