import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
// The tests look at the file with the library itself, as another program would.
import { Database } from "../../base/sqlite/sqlite.js";
import { linesOf, PROJECT, run, shell, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord, sampleRecords } from "../../testing/samples.js";

/** `ov-stage remove` takes whole works: by identifier in any spelling and by file, here and elsewhere, now and later. */

const T1 = "2026-01-01T00:00:00.000Z";
const T2 = "2026-02-01T00:00:00.000Z";
const T3 = "2026-03-01T00:00:00.000Z";
const CAT = "https://img.example.org/cat.jpg";

/** A database of a test. */
function stageOf(t: TestContext) {
  const folder = temporaryFolder(t);
  const db = join(folder, "staging.db");
  const stage = (line: readonly string[], stdin = "") => {
    const [name, ...args] = line as [string, ...string[]];
    return run(["ov-stage", name, "--db", db, ...args], { stdin });
  };
  const ok = async (line: readonly string[], stdin = "") => {
    const result = await stage(line, stdin);
    assert.equal(result.code, 0, result.stderr);
    return result;
  };
  const rejects = join(folder, "rejects");
  return {
    db,
    folder,
    stage,
    ok,
    load: async (...records: unknown[]) =>
      linesOf((await ok(["load", "--now", T1], ndjson(records))).stdout)[0] as Record<string, number>,
    /** Codes and errors of what a load refuses. */
    refusals: async (...records: unknown[]) => {
      await ok(["load", "--rejects", rejects], ndjson(records));
      return linesOf(readFileSync(rejects, "utf8")).map(({ code, error }) => `${code}: ${error}`);
    },
    remove: async (names: string, ...args: string[]) => {
      const { stdout, stderr } = await ok(["remove", "--now", T2, ...args], names);
      return { ...(linesOf(stdout)[0] as Record<string, number>), stderr };
    },
    dump: async (...args: string[]) => linesOf((await ok(["dump", ...args])).stdout),
    inOrder: () => ok(["check"]),
  };
}

const TAKEDOWN = ["--reason", "takedown"];
const counts = (removed: number, already_removed: number, not_found: number) => ({
  removed,
  already_removed,
  not_found,
  rejected: 0,
});
const only = ({ stderr, ...rest }: Record<string, unknown>) => rest;
const REFUSED = "this record was removed on 2026-02-01 (takedown); --restore takes it back in";
const FILE_REFUSED = REFUSED.replace("record", "file");
const photo = (id: unknown, change = {}) =>
  sampleRecord({
    foreign_identifier: id,
    foreign_landing_url: "https://live.example.org/",
    url: `https://live.example.org/${String(id).trim()}.jpg`,
    ...change,
  });

test("a number is removed and refused in any spelling, and only where identifiers are numbers", async (t) => {
  const { load, remove, refusals, dump, inOrder } = stageOf(t);
  await load(photo("54785924845"), photo("007"), photo("0054", { provider: "my_museum" }));
  const lines = ["flickr 054785924845", '{"provider":"flickr","foreign_identifier":7}', "my_museum 54"];
  assert.deepEqual(only(await remove(lines.join("\n"), ...TAKEDOWN)), counts(2, 0, 1));
  const again = ["flickr  54785924845", '{"provider":"flickr","foreign_identifier":" +0007.0 "}'];
  assert.deepEqual(only(await remove(again.join("\n"), ...TAKEDOWN)), counts(0, 2, 0));
  const spellings = [
    "54785924845",
    "054785924845",
    54785924845,
    " 0054785924845",
    "54785924845",
    "7",
    "0007",
  ];
  const others = spellings.map((id, i) => photo(id, { url: `https://live.example.org/other-${i}.jpg` }));
  assert.deepEqual(
    await refusals(...others, photo("8")),
    spellings.map(() => `removed: ${REFUSED}`),
  );
  const audio = { media_type: "audio", url: "https://live.example.org/sound.mp3" };
  assert.deepEqual(await refusals(photo("54785924845", audio)), [`removed: ${REFUSED}`], "of either type");
  assert.deepEqual(
    (await dump()).map(({ foreign_identifier }) => foreign_identifier),
    ["8", "0054"],
  );
  await inOrder();
});

const SPELLINGS = [
  "http://www.img.example.org:80/cat.jpg",
  "https://IMG.example.org./cat.jpg#top",
  "//img.example.org/c%61t.jpg?",
  "https://img.example.org/x/../cat.jpg?utm_source=feed",
];

for (const [what, name] of [
  ["its key", "flickr 1"],
  ["its record", JSON.stringify(sampleRecord({ url: SPELLINGS[0] }))],
  ["its address", String(SPELLINGS[1])],
  ["the SHA-256 of its file", JSON.stringify({ url_sha256: createHash("sha256").update(CAT).digest("hex") })],
  ["an opt-out list", ""],
] as const) {
  test(`a file is removed with every record of it, and refused from any provider: by ${what}`, async (t) => {
    const { load, stage, remove, refusals, dump, folder, inOrder } = stageOf(t);
    const audio = { media_type: "audio", provider: "jamendo", foreign_identifier: "9" };
    await load(sampleRecord({ url: CAT }), sampleRecord({ ...audio, url: SPELLINGS[3] }), photo("2"));
    const list = join(folder, "list");
    writeFileSync(list, "https://www.flickr.com/photos/35067687@N04/1\n");
    const way = name === "" ? ["--list", list, ...TAKEDOWN] : TAKEDOWN;
    assert.deepEqual(only(await remove(name, ...way)), counts(2, 0, 0));
    assert.deepEqual(only(await remove(name, ...way)), counts(0, name === "" ? 0 : 1, 0));
    const copies = SPELLINGS.map((url, i) =>
      sampleRecord({ provider: "my_museum", foreign_identifier: i, url }),
    );
    assert.deepEqual(
      await refusals(...copies, photo("2"), { ...copies[0], media_type: "audio" }),
      [...SPELLINGS, ""].map(() => `removed: ${FILE_REFUSED}`),
    );
    // A record that is there does not get it either.
    assert.deepEqual(await refusals(photo("2", { url: SPELLINGS[0] }), photo("3")), [
      `removed: ${FILE_REFUSED}`,
    ]);
    assert.deepEqual(
      (await dump()).map(({ url }) => url),
      ["https://live.example.org/2.jpg", "https://live.example.org/3.jpg"],
    );
    const stopped = await stage(["load"], ndjson([copies[0]]));
    assert.deepEqual([stopped.code, stopped.stderr], [65, `ov-stage: stdin:1: ${FILE_REFUSED}\n`]);
    await inOrder();
  });
}

test("a provider is removed and refused in any spelling of its name", async (t) => {
  const { load, remove, refusals, inOrder } = stageOf(t);
  await load(photo("1"), photo("02", { provider: "Flickr" }), photo("3", { provider: "My_Museum" }));
  const lines = ["FLICKR 1", "flickr 2", '{"provider":"my_museum","foreign_identifier":"3"}'];
  assert.deepEqual(only(await remove(lines.join("\n"), ...TAKEDOWN)), counts(3, 0, 0));
  const others = [photo("01", { provider: "Flickr" }), photo("2"), photo("3", { provider: "MY_MUSEUM" })];
  const elsewhere = others.map((record, i) => ({
    ...record,
    url: `https://live.example.org/other-${i}.jpg`,
  }));
  assert.deepEqual(
    await refusals(...elsewhere, photo("8")),
    elsewhere.map(() => `removed: ${REFUSED}`),
  );
  await inOrder();
});

test("addresses are taken as people paste them; what would name nothing for ever is refused", async (t) => {
  const { load, ok, refusals, folder } = stageOf(t);
  const files = [
    (file: string) => file.replace("https://", ""),
    (file: string) => file.replace("https:", ""),
    (file: string) => file.replace("//", ""),
    (file: string) => file.replaceAll("/", "\\"),
    (file: string) => `<${file}>`,
    (file: string) => `"${file}" # asked by mail`,
    (file: string) => `\u200b${file}\u200b`,
    (file: string) => JSON.stringify({ url: file.replace("https://", "") }),
    (file: string) => JSON.stringify({ url: ` ${file} ` }),
  ].map((write, i) => ({ file: `https://img.example.org/${i}/J%C3%BCrgen.jpg`, write }));
  await load(...files.map(({ file }, i) => photo(`${i + 1}`, { url: file })), photo("54"));
  const bad = [
    "https://img.example.org/a.jpg,",
    "https://img.example.org/a.jpg https://img.example.org/b.jpg",
    "cat.jpg",
    "3.14",
    "flickr 54 # asked by mail",
    "flickr 54,",
    '{"url":"cat"}',
  ];
  const lines = [...files.map(({ file, write }) => write(file)), ...bad];
  const rejects = join(folder, "bad-lines");
  const { stdout } = await ok(["remove", ...TAKEDOWN, "--rejects", rejects], lines.join("\n"));
  assert.deepEqual(linesOf(stdout), [
    { removed: files.length, already_removed: 0, not_found: 0, rejected: bad.length },
  ]);
  const problems = linesOf(readFileSync(rejects, "utf8")).map(({ error }) => String(error));
  assert.match(String(problems[4]), /: one work a line, without a comment; an identifier with # goes into/);
  assert.match(String(problems[5]), /: the identifiers of this provider are numbers$/);
  assert.match(String(problems[6]), /: url is no address of the web$/);
  const again = files.map(({ file }, i) =>
    sampleRecord({ provider: "my_museum", foreign_identifier: i, url: file }),
  );
  assert.equal((await refusals(...again, photo("54"))).length, files.length);
});

test("what is removed before it comes is refused when it comes", async (t) => {
  const { load, remove, refusals, dump } = stageOf(t);
  await load(photo("1"));
  const identifier = "36562e36-0ec7-5f5f-87ff-42e2668678ab";
  const names = ["flickr 007", CAT, identifier.toUpperCase(), JSON.stringify({ url: `${CAT}x` }), identifier];
  const result = await remove(names.join("\n"), ...TAKEDOWN);
  assert.deepEqual(only(result), counts(0, 0, 5));
  assert.match(
    result.stderr,
    /^ov-stage: warning: not in the database: flickr 007, and 4 more; later loads will refuse them$/m,
  );
  const page = await remove("https://www.flickr.com/photos/nasahq/7", ...TAKEDOWN);
  assert.match(
    page.stderr,
    /refuse it \(an address is that of a media file; pages of works and people go into /,
  );
  const one = await remove("flickr 7", ...TAKEDOWN);
  assert.match(one.stderr, /^ov-stage: warning: not in the database: flickr 7; later loads will refuse it$/m);
  assert.deepEqual(
    await refusals(
      ...[photo("7"), photo("54785924845"), photo("054785924845"), photo("9", { url: CAT }), photo("2")],
    ),
    [REFUSED, REFUSED, REFUSED, FILE_REFUSED].map((error) => `removed: ${error}`),
  );
  assert.deepEqual(await dump("--deletions-since", T1), [], "nothing was deleted");
});

test("what one media type is named for is left in the other, but not its file", async (t) => {
  const { load, remove, refusals, dump } = stageOf(t);
  const audio = (change = {}) =>
    photo("1", { media_type: "audio", url: "https://live.example.org/1.mp3", ...change });
  await load(photo("1"), audio());
  const named = JSON.stringify({ media_type: "image", provider: "flickr", foreign_identifier: "01" });
  assert.deepEqual(only(await remove(named, ...TAKEDOWN)), counts(1, 0, 0));
  assert.deepEqual(await refusals(audio({ title: "Changed" }), photo("1")), [`removed: ${REFUSED}`]);
  assert.equal((await dump())[0]?.title, "Changed");
  assert.equal((await refusals(audio({ url: "https://live.example.org/1.jpg" }), photo("2"))).length, 1);
  assert.deepEqual(only(await remove("flickr 1", ...TAKEDOWN)), counts(1, 0, 0));
  assert.equal((await refusals(audio({ title: "Again" }), photo("2"))).length, 1);
});

test("tombstones hold elsewhere what was removed here: where the record is, is not, and is another one of its file", async (t) => {
  const [here, there] = [stageOf(t), stageOf(t)];
  await here.load(...sampleRecords(4));
  await here.remove("flickr 1\nflickr 2\nflickr 3", ...TAKEDOWN);
  const list = (await here.ok(["dump", "--deletions-since", T1])).stdout;
  assert.ok(!list.includes("http"), "the address is not told");

  const copy = sampleRecord({
    provider: "my_museum",
    foreign_identifier: "x",
    url: "http://live.staticflickr.com/65535/2_abc_b.jpg",
  });
  await there.load(sampleRecord({ foreign_identifier: "01", url: CAT }), copy, photo("4"));
  const removed = await there.remove(list, "--now", T3);
  assert.deepEqual(only(removed), counts(2, 0, 1));
  assert.match(removed.stderr, /not in the database: flickr 3; later loads will refuse it\n/);
  assert.deepEqual(only(await there.remove(list, "--now", T3)), counts(0, 2, 1));
  const own = await there.dump("--deletions-since", T2);
  assert.deepEqual(
    own.map(({ provider, foreign_identifier, deleted_on, reason }) => [
      provider,
      foreign_identifier,
      deleted_on,
      reason,
    ]),
    [
      ["flickr", "01", T3, "takedown"],
      ["my_museum", "x", T3, "takedown"],
    ],
    "with the day of their removal here",
  );
  const files = sampleRecords(3).map((record) => ({ ...record, provider: "other" }));
  const refused = await there.refusals(
    ...sampleRecords(3),
    ...files,
    sampleRecord({ url: CAT, provider: "other" }),
    photo("5"),
  );
  const day = (error: string) => `removed: ${error.replace("2026-02-01", "2026-03-01")}`;
  assert.deepEqual(
    refused,
    [REFUSED, REFUSED, REFUSED, FILE_REFUSED, FILE_REFUSED, FILE_REFUSED, FILE_REFUSED].map(day),
  );
  await there.inOrder();

  const old = stageOf(t);
  await old.load(...sampleRecords(2));
  const older = linesOf(list).map(({ url_sha256, ...tombstone }) => tombstone);
  assert.deepEqual(only(await old.remove(ndjson(older), "--reason", "theirs")), counts(2, 0, 1));
  assert.deepEqual(
    (await old.dump("--deletions-since", T1)).map(({ reason }) => reason),
    ["theirs", "theirs"],
  );
});

test("a reason is needed where a line brings none", async (t) => {
  const { load, stage, dump } = stageOf(t);
  await load(photo("1"), photo("2"));
  const named = '{"provider":"flickr","foreign_identifier":"1","reason":"gone"}\n';
  for (const [stdin, place] of [
    [`${named}flickr 2\n`, "stdin:2: "],
    [named.replace('"gone"', "null"), "stdin:1: "],
    ["", ""],
  ]) {
    const { code, stderr } = await stage(["remove"], stdin);
    assert.match(stderr, new RegExp(`^ov-stage: ${place}say why with --reason, as in --reason takedown\n`));
    assert.equal(code, 2);
  }
  assert.equal((await dump()).length, 2);
  const bad = '{"url_sha256":"abc"}\n';
  const { stderr } = await stage(["remove", ...TAKEDOWN], bad);
  assert.equal(stderr, "ov-stage: stdin:1: this names no record: url_sha256 is not a SHA-256 in hex\n");
});

test("--restore takes back the work and the file that come, and nothing else", async (t) => {
  const { load, ok, remove, refusals, dump, inOrder, stage } = stageOf(t);
  const copy = (change = {}) =>
    sampleRecord({ provider: "my_museum", foreign_identifier: "x", url: CAT, ...change });
  const audio = { media_type: "audio", provider: "jamendo", foreign_identifier: "9", url: CAT };
  await load(sampleRecord({ url: CAT, creator: "Ada" }), sampleRecord(audio));
  await remove("flickr 1\nmy_museum x\nflickr 5", ...TAKEDOWN);

  const back = await ok(
    ["load", "--restore"],
    ndjson([sampleRecord({ foreign_identifier: "01", url: CAT })]),
  );
  assert.equal(linesOf(back.stdout)[0]?.inserted, 1);
  await inOrder();
  assert.deepEqual(
    (await dump()).map(({ foreign_identifier }) => foreign_identifier),
    ["01"],
  );
  const others = [copy({ url: `${CAT}x` }), sampleRecord({ ...audio, url: `${CAT}x` }), photo("5")];
  assert.deepEqual(
    await refusals(...others, photo("2")),
    others.map(() => `removed: ${REFUSED}`),
  );
  const held = await stage(["load", "--restore"], ndjson([copy()]));
  assert.equal(held.stderr, "ov-stage: stdin:1: url is held by another record: flickr 01\n");
  assert.deepEqual(
    await refusals(copy({ url: `${CAT}x` }), photo("2")),
    [`removed: ${REFUSED}`],
    "it stays removed",
  );

  assert.deepEqual(
    (await dump("--deletions-since", T1)).map(({ provider, url_sha256 }) => [provider, url_sha256]),
    [["jamendo", null]],
  );
  await remove("flickr 1", ...TAKEDOWN);
  assert.deepEqual(await refusals(copy({ foreign_identifier: "y" }), photo("2")), [
    `removed: ${FILE_REFUSED}`,
  ]);
  await ok(["load", "--restore"], ndjson([sampleRecord(audio), copy({ foreign_identifier: "y" })]));
  assert.equal((await dump()).length, 3);
  assert.deepEqual(await refusals(sampleRecord({ url: `${CAT}x` }), photo("2")), [`removed: ${REFUSED}`]);
  await inOrder();
});

test("a removed work does not come back through an old release", async (t) => {
  const { load, ok, remove, dump, folder, db } = stageOf(t);
  await load(...sampleRecords(3));
  const shards = join(folder, "shards");
  const sh = async (line: string) => {
    const result = await shell(line, { cwd: folder });
    assert.equal(result.code, 0, result.stderr);
    return result;
  };
  await sh(`ov-stage dump --db ${db} | ov-to-parquet --out ${shards}`);
  await remove("flickr 2\nhttps://live.staticflickr.com/65535/3_abc_b.jpg", ...TAKEDOWN);
  const { stdout } = await sh(
    `ov-from-parquet ${shards}/image/*.parquet | ov-stage load --db ${db} --rejects rejects`,
  );
  assert.equal(linesOf(stdout)[0]?.rejected, 2);
  assert.deepEqual(
    (await dump()).map(({ foreign_identifier }) => foreign_identifier),
    ["1"],
  );
  await ok(["check"]);
});

test("a removal that is stopped or killed leaves nothing of itself", async (t) => {
  const { load, remove, dump, db, folder, inOrder } = stageOf(t);
  await load(...sampleRecords(3));
  const stopped = await shell(
    `{ echo flickr 1; cat /dev/zero | head -c 70000000 | tr '\\0' x; echo; echo nothing; } | ov-stage remove --db ${db} --reason takedown`,
    { cwd: folder },
  );
  assert.equal(stopped.code, 65);
  const killed = await shell(
    `{ yes 'flickr 2' | head -n 20000; kill -9 $(cat pid); } | sh -c 'echo $$ > pid; exec ov-stage remove --db ${db} --reason takedown'`,
    { cwd: folder },
  );
  assert.notEqual(killed.code, 0);
  assert.equal((await dump()).length, 3);
  assert.deepEqual(only(await remove("flickr 1\nflickr 2", ...TAKEDOWN)), counts(2, 0, 0));
  await inOrder();
});

test("an older database knows its removed works and files after its migration, and tells what stands of them", async (t) => {
  const { ok, refusals, remove, dump, db } = stageOf(t);
  const old = new Database(db);
  old.exec(readFileSync(join(PROJECT, "fixtures", "staging-schema-4.sql"), "utf8"));
  old.close();
  const { stdout, stderr } = await ok(["migrate"]);
  assert.deepEqual(linesOf(stdout), [{ schema_before: 4, schema: 5, standing: 2 }]);
  assert.equal(
    stderr,
    `ov-stage: warning: ${db}: 2 records have the file, or another spelling of the identifier, of one that was removed ` +
      "(my_museum x, flickr 001); they stay, but loads change them no more; ov-stage remove takes them out\n" +
      `ov-stage: ${db}: schema 4 is now schema 5\n`,
  );
  assert.deepEqual(await refusals(sampleRecord({ url: CAT, provider: "other" }), photo("3")), [
    `removed: ${FILE_REFUSED}`,
  ]);
  assert.deepEqual(await refusals(photo("0001"), photo("3")), [`removed: ${REFUSED}`]);
  assert.deepEqual(only(await remove("flickr 001\nmy_museum x", ...TAKEDOWN)), counts(2, 0, 0));
  assert.equal(
    (await dump("--deletions-since", T1))[1]?.url_sha256,
    createHash("sha256").update(CAT).digest("hex"),
  );
});
