import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { linesOf, PROJECT, run, temporaryFolder } from "../../testing/run.js";

/** Folders of saved answers, which several threads read. */

const PAGE = JSON.parse(readFileSync(join(PROJECT, "fixtures/flickr/page-1.json"), "utf8")) as {
  photos: { photo: JsonObject[] };
};

/** A folder of saved pages, large enough for threads: ten files of more than a megabyte. */
function manyPages(
  folder: string,
  change: (photo: JsonObject, file: number) => JsonObject = (photo) => photo,
) {
  mkdirSync(join(folder, "pages", "more"), { recursive: true });
  const photos = PAGE.photos.photo;
  for (let file = 0; file < 10; file++) {
    const photo = Array.from({ length: 1200 }, (_, i) => {
      const id = String(60_000_000_000 + file * 10_000 + i);
      return change({ ...(photos[i % photos.length] as JsonObject), id }, file);
    });
    const name = file < 8 ? `page-${file}.json` : `more/page-${file}.json`;
    writeFileSync(join(folder, "pages", name), JSON.stringify({ stat: "ok", photos: { photo } }));
  }
  writeFileSync(join(folder, "pages", ".hidden"), "no JSON");
}

/** The files of that folder, as a list. */
const FILES = Array.from({ length: 10 }, (_, file) =>
  file < 8 ? `page-${file}.json` : `more/page-${file}.json`,
)
  .map((name) => `pages/${name}`)
  .sort();

test("a folder gives the same bytes and the same summary as its files one by one", async (t) => {
  const folder = temporaryFolder(t);
  manyPages(folder);
  const inThreads = await run(["ov-fetch", "flickr", "--input", "pages"], { cwd: folder });
  // A limit has one thread read.
  const one = await run(["ov-fetch", "flickr", "--limit", "1000000", "--input", ...FILES], { cwd: folder });
  assert.equal(inThreads.code, 0, inThreads.stderr);
  assert.ok(linesOf(one.stdout).length > 10_000);
  assert.ok(inThreads.stdout === one.stdout);
  assert.equal(inThreads.stderr, one.stderr);
  const raw = await run(["ov-fetch", "flickr", "--raw", "--input", "pages"], { cwd: folder });
  assert.equal(linesOf(raw.stdout).length, 12_000);
});

test("bad items of many files are named, and come in the order of the files", async (t) => {
  const folder = temporaryFolder(t);
  manyPages(folder, (photo, file) =>
    String(photo.id).endsWith(`${file}0007`) ? { ...photo, id: "9".repeat(3001) } : photo,
  );
  writeFileSync(join(folder, "pages", "page-3.json"), "<html>");
  const stopped = await run(["ov-fetch", "flickr", "--input", "pages"], { cwd: folder });
  assert.equal(stopped.code, 65);
  assert.match(stopped.stderr, /^ov-fetch: pages\/more\/page-8\.json item 8: foreign_identifier is longer/);

  const { code, stderr, stdout } = await run(["ov-fetch", "flickr", "--rejects", "bad", "--input", "pages"], {
    cwd: folder,
  });
  assert.equal(code, 0, stderr);
  const rejects = linesOf(readFileSync(join(folder, "bad"), "utf8"));
  assert.deepEqual(
    rejects.map(({ file, item, line }) => [file, item ?? line]),
    FILES.map((file) => [file, file === "pages/page-3.json" ? 1 : 8]),
  );
  assert.ok(linesOf(stdout).length > 9_000);
});

test("a file that cannot be read is named", async (t) => {
  const folder = temporaryFolder(t);
  manyPages(folder);
  const { code, stderr } = await run(["ov-fetch", "flickr", "--input", ...FILES, "none.json"], {
    cwd: folder,
  });
  assert.equal(stderr, "ov-fetch: cannot open none.json: no such file or folder\n");
  assert.equal(code, 66);
});

test("a folder without files is no input", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "empty"));
  const { code, stderr } = await run(["ov-fetch", "flickr", "--input", "empty"], { cwd: folder });
  assert.deepEqual([stderr, code], ["ov-fetch: there are no files in empty\n", 66]);
});

test("Flickr's saved complaint is told like a live one", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "page.json"), '{"stat":"fail","code":100,"message":"Invalid API Key"}');
  const { code, stderr } = await run(["ov-fetch", "flickr", "--input", "page.json"], { cwd: folder });
  assert.match(
    stderr,
    /^ov-fetch: Flickr answered with an error: Invalid API Key \(code 100\): check FLICKR_API_KEY/,
  );
  assert.equal(code, 77);
});
