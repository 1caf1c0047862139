import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf, PROJECT, run, shell, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

const FIXTURE = join(PROJECT, "fixtures", "commons", "snapshot.json.gz");

/** A folder with a database that holds the links of the fixture. */
async function loaded(t: Parameters<typeof temporaryFolder>[0]): Promise<string> {
  const folder = temporaryFolder(t);
  const line = `ov-snapshot-stream --flickr ${FIXTURE} | ov-commons load --db ${join(folder, "staging.db")}`;
  const { stdout, code, stderr } = await shell(line);
  assert.equal(code, 0, stderr);
  assert.deepEqual(linesOf(stdout), [{ links: 6, without_photo: 1 }]);
  return folder;
}

const page = (id: number, title: string, name: string) => ({
  page_id: 140000000 + id,
  title: `File:${title}`,
  url: `https://commons.wikimedia.org/wiki/File:${name}`,
});

test("photo ids, URLs and records get every file that Commons has of the photo", async (t) => {
  const cwd = await loaded(t);
  const record = sampleRecord({ foreign_identifier: "50000000009", width: 10 });
  const stdin = `53248015596\nhttps://www.flickr.com/photos/x/50000000004/in/photostream\n12\n${ndjson([record])}`;
  const { stdout, stderr, code } = await run(["ov-commons", "match"], { cwd, stdin });
  assert.equal(code, 0, stderr);
  assert.deepEqual(linesOf(stdout), [
    {
      flickr_photo_id: "53248015596",
      commons: [
        page(1, "Pier at dusk (53248015596).jpg", "Pier_at_dusk_(53248015596).jpg"),
        page(12, "Pier at dusk, cropped.jpg", "Pier_at_dusk,_cropped.jpg"),
      ],
    },
    {
      url: "https://www.flickr.com/photos/x/50000000004/in/photostream",
      flickr_photo_id: "50000000004",
      commons: [{ ...page(4, "Two photos in one.jpg", "Two_photos_in_one.jpg"), ambiguous: true }],
    },
    { flickr_photo_id: "12", commons: [] },
    { ...record, commons: [page(9, "Helsinki tram.jpg", "Helsinki_tram.jpg")] },
  ]);
  assert.match(stderr, /4 lines: 3 photos are on Commons, 0 rejected/);
});

test("a database without links is told: nothing could be found in it", async (t) => {
  const cwd = temporaryFolder(t);
  await run(["ov-stage", "load"], { cwd });
  const { stderr, code } = await run(["ov-commons", "match"], { cwd, stdin: "12\n" });
  assert.equal(
    stderr,
    "ov-commons: warning: staging.db has no links to Commons; put them in with ov-commons load\n" +
      "ov-commons: 1 line: 0 photos are on Commons, 0 rejected\n",
  );
  assert.equal(code, 0);
});

test("records keep their bytes, an older member is replaced, and other providers go through", async (t) => {
  const cwd = await loaded(t);
  const stdin =
    '{"provider":"flickr","commons":1,"foreign_identifier":"12","n":1.0}\n{ "provider" : "met", "n":1.0}\n';
  const { stdout } = await run(["ov-commons", "match"], { cwd, stdin });
  assert.equal(stdout, stdin.replace('"commons":1', '"commons":[]'));
});

test("anything else is a bad line", async (t) => {
  const cwd = await loaded(t);
  for (const stdin of ["https://www.flickr.com/photos/x/\n", "https://example.org/1\n", "x\n"]) {
    const { stderr, code } = await run(["ov-commons", "match"], { cwd, stdin });
    assert.equal(
      stderr,
      "ov-commons: stdin:1: this is no photo id, no URL of a Flickr photo and no record\n",
    );
    assert.equal(code, 65);
  }
});

test("a link that is loaded again gets its new title; --replace forgets the others", async (t) => {
  const cwd = await loaded(t);
  const stdin = ndjson([
    { page_id: 140000012, title: "File:New.jpg", flickr_photo_id: "53248015596", url: null },
  ]);
  const again = await run(["ov-commons", "load"], { cwd, stdin });
  assert.deepEqual(linesOf(again.stdout), [{ links: 6, without_photo: 0 }]);
  const { stdout } = await run(["ov-commons", "match"], { cwd, stdin: "53248015596\n" });
  assert.match(stdout, /Pier_at_dusk_\(53248015596\).*File:New\.jpg/);
  const replaced = await run(["ov-commons", "load", "--replace"], { cwd, stdin });
  assert.deepEqual(linesOf(replaced.stdout), [{ links: 1, without_photo: 0 }]);
});

const AMBIGUOUS = { flickr_photo_id: undefined, ambiguous: true };

test("links that cannot be used are bad lines", async (t) => {
  const cwd = await loaded(t);
  for (const [change, error] of [
    [{ page_id: 0 }, "page_id is missing or no number"],
    [{ title: " " }, "title is missing or no text"],
    [{ flickr_photo_id: "0" }, 'flickr_photo_id is no photo id: "0"'],
    [{ flickr_photo_id: undefined }, "flickr_photo_id is no photo id: null"],
    [{ candidates: [] }, "candidates stand on a line that is not ambiguous"],
    [{ ambiguous: "yes" }, 'ambiguous is neither true nor false: "yes"'],
    [{ ambiguous: true }, "flickr_photo_id stands on a line that is ambiguous"],
    [AMBIGUOUS, "candidates are missing or no list, and the line is ambiguous"],
    [{ ...AMBIGUOUS, candidates: [] }, "candidates are empty, and no reason is given"],
    [{ ...AMBIGUOUS, candidates: ["77"] }, 'candidates hold something else than objects: "77"'],
    [{ ...AMBIGUOUS, candidates: [{}] }, "flickr_photo_id is no photo id: null"],
    [{ page_id: "7" }, "page_id is missing or no number"],
    [{ title: undefined }, "title is missing or no text"],
    [{ flickr_photo_id: "https://example.org" }, 'flickr_photo_id is no photo id: "https://example.org"'],
  ] as const) {
    const stdin = ndjson([{ page_id: 7, title: "File:7.jpg", flickr_photo_id: "77", ...change }]);
    const { stderr, code } = await run(["ov-commons", "load"], { cwd, stdin });
    assert.ok(stderr.startsWith(`ov-commons: stdin:1: ${error}\n`), stderr);
    assert.equal(code, 65);
  }
});

test("records and links live in one database", async (t) => {
  const cwd = await loaded(t);
  const stdin = ndjson([sampleRecord({ foreign_identifier: "53248015596" })]);
  assert.equal((await run(["ov-stage", "load"], { cwd, stdin })).code, 0);
  const { stdout } = await shell("ov-stage dump | ov-commons match", { cwd });
  const [record] = linesOf<{ commons: unknown[] }>(stdout);
  assert.equal(record?.commons.length, 2);
});
