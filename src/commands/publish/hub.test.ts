import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type HubRules,
  strictHub,
  TOKEN,
} from "../../release/publishing/targets/hub/strict-hub.test.util.js";
import { type Fault, type Passed, proxyTo } from "../../release/publishing/targets/s3/proxy.test.util.js";
import { finished, linesOf, NO_PACE, run, start, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

Object.assign(process.env, NO_PACE);

/** `ov-publish hf:…` with the official client, against a strict Hub on this machine. */

async function manifestOf(folder: string, name: string, ids: number, rowsPerShard = 2): Promise<string> {
  const records = Array.from({ length: ids }, (_, id) =>
    sampleRecord({ foreign_identifier: String(id + 1), updated_on: "2026-11-02T10:00:00.000Z" }),
  );
  const flags = ["--out", join(folder, name), "--rows-per-shard", String(rowsPerShard)];
  const { stdout, stderr, code } = await run(["ov-to-parquet", ...flags], { stdin: ndjson(records) });
  assert.equal(code, 0, stderr);
  return stdout;
}

async function setUp(
  t: TestContext,
  rules: HubRules = {},
  fault?: (request: Passed, count: number) => Fault | undefined,
) {
  const hub = await strictHub(t, rules);
  const { endpoint, passed } = await proxyTo(t, hub.endpoint, fault);
  const folder = temporaryFolder(t);
  const env = { HF_ENDPOINT: endpoint, HF_TOKEN: TOKEN, HF_HOME: folder };
  const publish = (stdin: string, ...flags: string[]) =>
    run(["ov-publish", "hf:me/media", ...flags], { stdin, env });
  return { hub, endpoint, passed, folder, env, publish };
}

/** Whether the Hub's `main` is what its manifest.json says, with every shard of a folder. */
function checkMain(main: ReadonlyMap<string, Buffer>, shards: string): void {
  const manifest = JSON.parse(main.get("manifest.json")?.toString() ?? "");
  for (const { path, sha256 } of manifest.files) {
    assert.equal(
      createHash("sha256")
        .update(main.get(path) ?? "")
        .digest("hex"),
      sha256,
      path,
    );
  }
  for (const name of readdirSync(join(shards, "image"))) {
    assert.deepEqual(main.get(`data/image/${name}`), readFileSync(join(shards, "image", name)));
  }
}

test("a dataset is made in one commit, README.md last, and tagged", async (t) => {
  const { hub, passed, folder, publish, endpoint } = await setUp(t);
  const { code, stderr, stdout } = await publish(await manifestOf(folder, "one", 4));
  assert.equal(code, 0, stderr);
  checkMain(hub.main(), join(folder, "one"));
  assert.deepEqual([...hub.tags.keys()], ["2026-11-02"]);
  const { url, target, sent, files } = linesOf(stdout)[0] ?? {};
  assert.deepEqual(
    [url, target, sent],
    [`${endpoint}/datasets/me/media/tree/2026-11-02`, "hf:me/media", files],
  );
  assert.equal(passed.filter(({ url }) => url.includes("/commit/")).length, 1);
  assert.equal(hub.changes[0]?.at(-1), "README.md");
  assert.match(hub.main().get("README.md")?.toString() ?? "", /^configs:$/m);
});

test("the same again sends nothing, and the next release only what is new", async (t) => {
  const { hub, passed, folder, publish } = await setUp(t);
  const one = await manifestOf(folder, "one", 4);
  await publish(one);
  const again = linesOf((await publish(one)).stdout)[0];
  assert.deepEqual([again?.unchanged, again?.sent], [true, 0]);

  passed.length = 0;
  const two = await manifestOf(folder, "two", 5);
  const [dry] = linesOf((await publish(two, "--release", "two", "--dry-run")).stdout);
  assert.ok(passed.every(({ method }) => method === "GET"));
  assert.equal(hub.changes.length, 1, "a dry run commits nothing");

  const { code, stderr, stdout } = await publish(two, "--release", "two");
  assert.equal(code, 0, stderr);
  const { dry_run, ...foretold } = dry ?? {};
  assert.deepEqual({ ...linesOf(stdout)[0], url: dry?.url }, foretold, "it says what will be sent");
  checkMain(hub.main(), join(folder, "two"));
  // Shards are counted in their names, so all have new ones; the bytes of two are there.
  assert.equal(passed.filter(({ method }) => method === "PUT").length, 1);
  assert.equal([...hub.main().keys()].filter((path) => path.endsWith(".parquet")).length, 3);
  assert.deepEqual([...hub.tags.keys()], ["2026-11-02", "two"]);
  assert.equal(linesOf(stdout)[0]?.version, "two");
});

test("a release that died before it had its tag gets it, and a name is given once", async (t) => {
  let dies = true;
  const { hub, folder, publish } = await setUp(t, {}, ({ url }) =>
    dies && url.includes("/tag/") ? 403 : undefined,
  );
  const one = await manifestOf(folder, "one", 4);
  assert.equal((await publish(one, "--release", "one")).code, 77);
  assert.deepEqual([...hub.tags.keys()], []);
  dies = false;
  const again = await publish(one, "--release", "one");
  assert.equal(linesOf(again.stdout)[0]?.unchanged, true, again.stderr);
  assert.deepEqual([...hub.tags.keys()], ["one"]);

  assert.equal((await publish(await manifestOf(folder, "two", 5), "--release", "two")).code, 0);
  const main = new Map(hub.main());
  const taken = await publish(await manifestOf(folder, "three", 6), "--release", "one");
  assert.deepEqual(
    [taken.code, taken.stderr],
    [
      73,
      "ov-publish: hf:me/media: the release one is there already, with other files; name another with --release\n",
    ],
  );
  assert.deepEqual(hub.main(), main);
});

const cardOf = (text: string) => new Map([["README.md", { body: Buffer.from(text), isLarge: false }]]);

test("a card that a person wrote on the Hub stays, one of front matter alone does not", async (t) => {
  const { hub, folder, publish } = await setUp(t);
  const manifest = await manifestOf(folder, "one", 4);
  hub.add("main", cardOf("---\nlicense: cc0-1.0\n---\n# My pictures\n\nAsk me before you print them.\n"));
  const refused = await publish(manifest);
  assert.equal(refused.code, 73, refused.stderr);
  assert.match(
    refused.stderr,
    /^ov-publish: hf:me\/media: README\.md has text that no release of ours wrote; /m,
  );
  assert.equal(hub.main().size, 1);
  hub.add("main", cardOf("---\nlicense: cc0-1.0\n---\n"));
  const { code, stderr } = await publish(manifest);
  assert.equal(code, 0, stderr);
  checkMain(hub.main(), join(folder, "one"));
});

test("more than a hundred files are merged in one step, although the answer to it is lost", async (t) => {
  let lost = false;
  const { hub, passed, folder, publish } = await setUp(t, {}, ({ url }) => {
    if (lost || !url.endsWith("/merge")) return undefined;
    lost = true;
    return "cut answer";
  });
  await publish(await manifestOf(folder, "one", 1));
  passed.length = 0;
  const { code, stderr } = await publish(await manifestOf(folder, "many", 230, 1), "--release", "many");
  assert.equal(code, 0, stderr);
  checkMain(hub.main(), join(folder, "many"));
  const counts = hub.changes.slice(1).map(({ length }) => length);
  assert.deepEqual(counts, [100, 100, 39], "230 shards and 8 pages are new, one shard is gone");
  assert.equal(hub.changes.at(-1)?.at(-1), "README.md");
  const commits = passed.filter(({ url }) => url.includes("/commit/")).map(({ url }) => url);
  assert.match(commits[0] ?? "", /\/commit\/main\?create_pr=1$/);
  assert.match(commits[1] ?? "", /\/commit\/refs%2Fpr%2F1$/);
  assert.equal(passed.filter(({ url }) => url.endsWith("/discussions/1/merge")).length, 2);
});

test("every call may fail once, in any way, and the release is the same", async (t) => {
  const seen = new Set<string>();
  const kinds: readonly Fault[] = [500, "cut", 429, "cut answer", 503];
  const { hub, folder, publish } = await setUp(t, {}, ({ method, url }, count) => {
    const call = `${method} ${url.split("?")[0]}`;
    if (seen.has(call)) return undefined;
    seen.add(call);
    return kinds[count % kinds.length];
  });
  const { code, stderr } = await publish(await manifestOf(folder, "one", 4));
  assert.equal(code, 0, stderr);
  checkMain(hub.main(), join(folder, "one"));
  assert.equal(hub.changes.length, 1, "one commit, although the answer to it was lost");
  assert.doesNotMatch(stderr, /Signature|hf_/);
});

test("links that have expired are asked for again; parts are put together", async (t) => {
  const { hub, folder, passed, publish } = await setUp(t, { expiredLinks: 2, partBytes: 5000 });
  const { code, stderr } = await publish(await manifestOf(folder, "one", 2));
  assert.equal(code, 0, stderr);
  assert.ok(passed.some(({ url }) => /\/00002\?/.test(url)));
  checkMain(hub.main(), join(folder, "one"));
});

test("a publish that was killed is finished by running it again, and what has arrived is not sent twice", async (t) => {
  const { hub, folder, passed, env, publish } = await setUp(t);
  const manifest = await manifestOf(folder, "one", 60, 1);
  const sent = () => passed.filter(({ method }) => method === "PUT").length;
  const child = start(["ov-publish", "hf:me/media"], { env });
  child.stdin?.end(manifest);
  const end = finished(child);
  while (sent() < 20) await sleep(2);
  child.kill("SIGKILL");
  assert.equal((await end).code, "SIGKILL");
  await sleep(100);
  assert.deepEqual([...hub.main().keys()], [".gitattributes"], "nobody sees half a release");

  passed.length = 0;
  const { code, stderr } = await publish(manifest);
  assert.equal(code, 0, stderr);
  checkMain(hub.main(), join(folder, "one"));
  assert.ok(sent() > 0 && sent() <= 45, `${sent()} of 60 shards were sent again`);
});

test("a commit of somebody else in between is an error, and nothing is written over", async (t) => {
  let meddle = () => {};
  const { hub, folder, publish } = await setUp(t, {}, ({ url }) => {
    if (url.includes("/commit/main")) meddle();
    return undefined;
  });
  await publish(await manifestOf(folder, "one", 2));
  const before = new Map(hub.main());
  meddle = () => {
    hub.add(
      "main",
      new Map([...hub.main()].map(([path, body]) => [path, { body, isLarge: path.endsWith("parquet") }])),
    );
  };
  const { code, stderr } = await publish(await manifestOf(folder, "two", 3), "--release", "two");
  assert.equal(code, 75);
  assert.equal(
    stderr,
    "ov-publish: hf:me/media: somebody else has committed to the dataset meanwhile; look at it, then publish again\n",
  );
  assert.deepEqual(hub.main(), before);
});

test("tokens: none, a wrong one, one from the token file", async (t) => {
  const { folder, env, publish } = await setUp(t);
  const manifest = await manifestOf(folder, "one", 2);
  const as = (change: Record<string, string>) =>
    run(["ov-publish", "hf:me/media"], { stdin: manifest, env: { ...env, ...change } });
  const none = await as({ HF_TOKEN: "" });
  assert.deepEqual(
    [none.code, none.stderr],
    [
      77,
      "ov-publish: there is no token for the Hugging Face Hub; set HF_TOKEN, or log in with hf auth login\n",
    ],
  );
  const wrong = await as({ HF_TOKEN: "hf_WrongWrongWrong" });
  assert.equal(wrong.code, 77);
  assert.match(
    wrong.stderr,
    /: the Hub answered with status 401; check that HF_TOKEN may write to me\/media\n$/,
  );
  assert.doesNotMatch(wrong.stderr, /WrongWrong/);
  writeFileSync(join(folder, "token"), `${TOKEN}\n`);
  assert.equal((await as({ HF_TOKEN: "" })).code, 0);
  assert.equal(linesOf((await publish(manifest)).stdout)[0]?.unchanged, true);
});
