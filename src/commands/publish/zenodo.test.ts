import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Fault, type Passed, proxyTo } from "../../release/publishing/targets/s3/proxy.test.util.js";
import {
  strictZenodo,
  ZENODO_TOKEN,
  type ZenodoRules,
} from "../../release/publishing/targets/zenodo/strict-zenodo.test.util.js";
import { linesOf, NO_PACE, run, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

Object.assign(process.env, NO_PACE);

/** `ov-publish zenodo:` against a strict Zenodo on this machine. */

async function manifestOf(
  folder: string,
  name: string,
  ids: number,
  rowsPerShard = 2,
  licenses: readonly string[] = [],
): Promise<string> {
  const records = Array.from({ length: ids }, (_, id) => {
    const [license, license_version] = licenses[id % licenses.length]?.split(" ") ?? [];
    return sampleRecord({
      foreign_identifier: String(id + 1),
      updated_on: "2026-11-02T10:00:00.000Z",
      ...(license ? { license, license_version } : {}),
    });
  });
  const flags = ["--out", join(folder, name), "--rows-per-shard", String(rowsPerShard)];
  const { stdout, stderr, code } = await run(["ov-to-parquet", ...flags], { stdin: ndjson(records) });
  assert.equal(code, 0, stderr);
  return stdout;
}

async function setUp(
  t: TestContext,
  fault?: (request: Passed, count: number) => Fault | undefined,
  rules: ZenodoRules = {},
) {
  const zenodo = await strictZenodo(t, rules);
  const { endpoint } = await proxyTo(t, zenodo.endpoint, fault);
  const env = { ZENODO_TOKEN, ZENODO_SANDBOX_TOKEN: ZENODO_TOKEN };
  const publish = (target: string, stdin: string, ...flags: string[]) =>
    run(["ov-publish", target, "--endpoint", endpoint, "--creator", "Doe, Jane", ...flags], { stdin, env });
  return { zenodo, endpoint, env, publish, folder: temporaryFolder(t) };
}

/** Whether a record's files are those of its manifest.json. */
function checkFiles(files: ReadonlyMap<string, Buffer> | undefined): void {
  const manifest = JSON.parse(files?.get("manifest.json")?.toString() ?? "");
  assert.equal(files?.size, manifest.files.length + 1);
  for (const { path, sha256 } of manifest.files) {
    const body = files?.get(path.replaceAll("/", "_")) ?? "";
    assert.equal(createHash("sha256").update(body).digest("hex"), sha256, path);
  }
}

test("a draft with a reserved DOI, published only when that is asked for", async (t) => {
  const { zenodo, publish, folder } = await setUp(t);
  const manifest = await manifestOf(folder, "one", 4);
  const { code, stderr, stdout } = await publish("zenodo-sandbox:", manifest);
  assert.equal(code, 0, stderr);
  const line = linesOf(stdout)[0] ?? {};
  assert.deepEqual(
    [line.target, line.doi, line.sent],
    ["zenodo-sandbox:", "10.5072/zenodo.1000", line.files],
  );
  const draft = zenodo.records.get(1000);
  assert.equal(draft?.published, false);
  checkFiles(draft?.files);
  assert.deepEqual(draft?.metadata.creators, [{ name: "Doe, Jane" }]);

  const published = await publish("zenodo-sandbox:", manifest, "--publish-doi");
  assert.equal(published.code, 0, published.stderr);
  assert.equal(linesOf(published.stdout)[0]?.sent, 0, "the draft is gone on with");
  assert.deepEqual([zenodo.records.size, draft?.published], [1, true]);
});

test("a new version of a record keeps the files that have not changed", async (t) => {
  const { zenodo, publish, folder } = await setUp(t);
  await publish("zenodo:", await manifestOf(folder, "one", 4, 4), "--publish-doi");
  zenodo.arrived.length = 0;
  const { code, stderr, stdout } = await publish(
    "zenodo:1000",
    await manifestOf(folder, "two", 5, 5),
    "--release",
    "two",
    "--publish-doi",
  );
  assert.equal(code, 0, stderr);
  checkFiles(zenodo.records.get(1001)?.files);
  assert.equal(linesOf(stdout)[0]?.doi, "10.5072/zenodo.1001");
  assert.ok(zenodo.arrived.includes("data_image_train-00000-of-00001.parquet"));
  const again = await publish("zenodo:1001", await manifestOf(folder, "three", 5, 5), "--publish-doi");
  assert.equal(linesOf(again.stdout)[0]?.unchanged, true, again.stderr);
  const fewer = await publish("zenodo:1001", await manifestOf(folder, "four", 1));
  assert.match(fewer.stderr, /^ov-publish: only 1 record, less than 80 % of the 5 of release two; /);
  assert.equal(zenodo.records.size, 2);
});

test("a publish that failed in the middle is finished by running it again", async (t) => {
  let broken = true;
  const { zenodo, publish, folder } = await setUp(t, ({ url }) =>
    broken && url.includes("/api/files/") && url.endsWith(".parquet") ? 403 : undefined,
  );
  const manifest = await manifestOf(folder, "one", 4);
  const failed = await publish("zenodo:", manifest);
  assert.equal(failed.code, 77);
  assert.match(
    failed.stderr,
    /sending data_image_train-00000-of-00002\.parquet: Zenodo answered with status 403; check /,
  );
  broken = false;
  const { code, stdout } = await publish("zenodo:", manifest);
  assert.equal(code, 0);
  assert.equal(linesOf(stdout)[0]?.sent, 2);
  assert.equal(zenodo.records.size, 1);
  checkFiles(zenodo.records.get(1000)?.files);
});

test("a publish whose answer was lost registers one DOI, however often it is run", async (t) => {
  let lost = false;
  const { zenodo, publish, folder } = await setUp(t, ({ url }) => {
    if (lost || !url.endsWith("/actions/publish")) return undefined;
    lost = true;
    return "cut answer";
  });
  const manifest = await manifestOf(folder, "one", 4);
  const dois = [];
  for (const target of ["zenodo:", "zenodo:"]) {
    const { code, stderr, stdout } = await publish(target, manifest, "--publish-doi");
    assert.equal(code, 0, stderr);
    dois.push(linesOf(stdout)[0]?.doi);
  }
  assert.equal(lost, true);
  assert.deepEqual(dois, ["10.5072/zenodo.1000", "10.5072/zenodo.1000"]);
  assert.equal(zenodo.records.size, 1);

  const other = await publish("zenodo:", await manifestOf(folder, "two", 5), "--publish-doi");
  assert.equal(linesOf(other.stdout)[0]?.doi, "10.5072/zenodo.1001", "other files are another record");
});

test("every file may need a second attempt", async (t) => {
  const seen = new Set<string>();
  const kinds: readonly Fault[] = [500, "cut", 429, "cut answer"];
  const { zenodo, publish, folder } = await setUp(t, ({ method, url }, count) => {
    if (method !== "PUT" || seen.has(url)) return undefined;
    seen.add(url);
    return kinds[count % kinds.length];
  });
  const { code, stderr } = await publish("zenodo:", await manifestOf(folder, "one", 4));
  assert.equal(code, 0, stderr);
  checkFiles(zenodo.records.get(1000)?.files);
});

test("what Zenodo would refuse is said before anything is sent", async (t) => {
  const { zenodo, endpoint, env, publish, folder } = await setUp(t);
  const many = await publish("zenodo:", await manifestOf(folder, "many", 101, 1));
  assert.equal(many.code, 69);
  assert.match(many.stderr, /^ov-publish: Zenodo takes 100 files and 50 GB a record, these are 109 files /);
  const manifest = await manifestOf(folder, "one", 1);
  const nobody = await run(["ov-publish", "zenodo:", "--endpoint", endpoint], { stdin: manifest, env });
  assert.equal(nobody.code, 2);
  assert.match(
    nobody.stderr,
    /^ov-publish: Zenodo names the creators of a dataset: say who they are with --creator\n/,
  );
  assert.equal(zenodo.records.size, 0);
});

test("a draft without a link to a bucket gets one by a file that comes the older way", async (t) => {
  const { zenodo, publish, folder } = await setUp(t, undefined, { bucket: "after a file" });
  const { code, stderr } = await publish("zenodo:", await manifestOf(folder, "one", 4));
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^ov-publish: zenodo: release 2026-11-02, 4 records; \d+ files sent/m);
  checkFiles(zenodo.records.get(1000)?.files);
});

test("a draft that never has one is refused in words", async (t) => {
  const { publish, folder } = await setUp(t, undefined, { bucket: "never" });
  const { code, stderr } = await publish("zenodo:", await manifestOf(folder, "one", 4));
  assert.equal(code, 69, stderr);
  assert.match(
    stderr,
    /^ov-publish: zenodo: the draft 1000 says nowhere where its files go \(no link "bucket"\); look at it at http\S+, discard it there, then publish again\n$/m,
  );
});

test("the fields that Zenodo refuses are named, with the option that sets them", async (t) => {
  const { publish, folder } = await setUp(t);
  const { code, stderr } = await publish("zenodo:", await manifestOf(folder, "one", 4), "--title", "ab");
  assert.equal(code, 69, stderr);
  assert.match(
    stderr,
    /describing it: Zenodo answered with status 400: Validation error\. metadata\.title: Shorter than minimum length 3\. \(--title\)\n/,
  );
});

test("a draft of the same title and day that belongs to another record is left alone", async (t) => {
  const { zenodo, publish, folder } = await setUp(t);
  const first = await manifestOf(folder, "first", 2);
  // Two records, told apart by their titles at first.
  for (const title of ["Of mine", "Of yours"]) {
    const { code, stderr } = await publish("zenodo:", first, "--publish-doi", "--title", title);
    assert.equal(code, 0, stderr);
  }
  const mine = await publish("zenodo:1000", await manifestOf(folder, "mine", 4), "--title", "The same");
  assert.equal(mine.code, 0, mine.stderr);
  const draft = new Map(zenodo.records.get(1002)?.files);
  const yours = await publish("zenodo:1001", await manifestOf(folder, "yours", 6), "--title", "The same");
  assert.equal(yours.code, 0, yours.stderr);
  assert.deepEqual(zenodo.records.get(1002)?.files, draft);
  assert.deepEqual([zenodo.records.get(1003)?.concept, zenodo.records.size], [1001, 4]);
  checkFiles(zenodo.records.get(1003)?.files);
  const again = await publish("zenodo:1000", await manifestOf(folder, "more", 8), "--title", "The same");
  assert.equal(again.code, 0, again.stderr);
  assert.equal(zenodo.records.size, 4, "its own draft is gone on with");
  const drafts = [1002, 1003].map((id) => new Map(zenodo.records.get(id)?.files));
  const version = String(zenodo.records.get(1003)?.metadata.version);
  const named = ["--title", "The same", "--release", version];
  const third = await publish("zenodo:", await manifestOf(folder, "third", 5), ...named);
  assert.equal(third.code, 0, third.stderr);
  assert.deepEqual([zenodo.records.get(1004)?.concept, zenodo.records.size], [1004, 5]);
  assert.deepEqual(
    [1002, 1003].map((id) => zenodo.records.get(id)?.files),
    drafts,
    "a new record takes no draft of another one",
  );
});

const LISTING = "zenodo: listing depositions: Zenodo answered with status 400";
const notZenodo = (start: string) =>
  `zenodo: listing depositions: the answer of ENDPOINT is not one of Zenodo's (it begins ${start}): look whether ` +
  "--endpoint is right, or its API has changed";

for (const [status, body, message] of [
  [200, "<html>", notZenodo('"<html>"')],
  [200, '{"hits":{}}', notZenodo('"{\\"hits\\":{}}"')],
  [200, "null", notZenodo('"null"')],
  [200, '[null,{"id":1},{"id":2,"metadata":null}]', undefined],
  [400, "<html>", LISTING],
  [400, '{"errors":["bad","worse"]}', `${LISTING}: bad worse`],
  [
    400,
    '{"message":"No.","errors":{"metadata":{"title":["too\\nshort"]}}}',
    `${LISTING}: No. metadata.title: too short (--title)`,
  ],
  [
    400,
    '{"message":{"a":1},"errors":[null,{"field":["metadata","creators"],"messages":[{"0":"missing"}]}]}',
    `${LISTING}: metadata.creators: missing (--creator)`,
  ],
] as const) {
  test(`an answer of an odd form is told in words: ${status} ${body}`, async (t) => {
    const isList = ({ method, url }: Passed) => method === "GET" && url.includes("depositions?");
    const fault = (request: Passed) => (isList(request) ? { status, body } : undefined);
    const { endpoint, publish, folder } = await setUp(t, fault);
    const { code, stderr } = await publish("zenodo:", await manifestOf(folder, "one", 1));
    if (message === undefined) assert.equal(code, 0, stderr);
    else assert.deepEqual([code, stderr], [69, `ov-publish: ${message.replace("ENDPOINT", endpoint)}\n`]);
  });
}

const LICENSES = [
  [["by 4.0"], "cc-by-4.0"],
  [["cc0 1.0"], "cc-zero"],
  [["cc0 1.0", "pdm 1.0"], "other-pd"],
  [["by 4.0", "by 2.0", "cc0 1.0"], "other-at"],
  [["by 4.0", "by-sa 4.0"], "other-open"],
  [["by 4.0", "by-nc-sa 2.0"], "other-nc"],
  [["by-nd 4.0", "by-nc 2.0"], "other-closed"],
] as const;

for (const [licenses, expected] of LICENSES) {
  test(`a record of ${licenses.join(" and ")} has Zenodo's licence ${expected}`, async (t) => {
    const { zenodo, publish, folder } = await setUp(t);
    const manifest = await manifestOf(folder, "one", licenses.length, 10, licenses);
    const { code, stderr } = await publish("zenodo:", manifest);
    assert.equal(code, 0, stderr);
    assert.equal(zenodo.records.get(1000)?.metadata.license, expected);
  });
}

test("tokens: none, a wrong one, one from a file", async (t) => {
  const { endpoint, env, folder } = await setUp(t);
  const stdin = await manifestOf(folder, "one", 1);
  const line = ["ov-publish", "zenodo:", "--endpoint", endpoint, "--creator", "Doe, Jane"] as const;
  const none = await run([...line], { stdin, env: { ...env, ZENODO_TOKEN: "" } });
  assert.deepEqual(
    [none.code, none.stderr],
    [
      77,
      "ov-publish: there is no token for https://zenodo.org; set ZENODO_TOKEN, or name a file with --token-file\n",
    ],
  );
  const wrong = await run([...line], { stdin, env: { ...env, ZENODO_TOKEN: "WrongWrongWrong" } });
  assert.equal(wrong.code, 77);
  assert.match(wrong.stderr, /Zenodo answered with status 401; check the token/);
  assert.doesNotMatch(wrong.stderr, /WrongWrong/);
  const file = join(folder, "token");
  writeFileSync(file, `${ZENODO_TOKEN}\n`);
  const right = await run([...line, "--token-file", file], { stdin, env: { ...env, ZENODO_TOKEN: "" } });
  assert.equal(right.code, 0, right.stderr);
});
