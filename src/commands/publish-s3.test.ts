import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import { type Fault, type Passed, proxyTo } from "../publishing/s3/proxy.test.util.js";
import { type Keys, strictS3 } from "../publishing/s3/strict-server.test.util.js";
import { finished, linesOf, run, start, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

/**
 * `ov-publish s3://…` against a strict server of our own, and against a real one where OV_S3_SERVER has the line of JSON
 * that its start printed: `make test-s3` does that.
 */

interface Server {
  readonly endpoint: string;
  readonly owner: Keys;
  readonly requester?: Keys;
}

const REAL = process.env.OV_S3_SERVER;
const SERVERS: readonly (readonly [
  name: string,
  open: (t: TestContext) => Promise<Server>,
  skip: string | false,
])[] = [
  ["the strict server", strictS3, false],
  [
    "the real server",
    async () => JSON.parse(REAL as string) as Server,
    REAL === undefined ? "no real S3 server: run make test-s3" : false,
  ],
];

/** Buckets are lasting on a real server: each test has a prefix of its own. */
const newPrefix = () => `test-${randomBytes(6).toString("hex")}`;

const environment = ({ accessKeyId, secretAccessKey }: Keys) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_REGION: "us-east-1",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
});

/** A client that is not ours but for the signature. */
function reader({ endpoint }: Server, keys: Keys) {
  const client = new AwsClient({ ...keys, service: "s3", region: "us-east-1", retries: 0 });
  return async (path: string, init: RequestInit = {}) => {
    const hash = createHash("sha256")
      .update(String(init.body ?? ""))
      .digest("hex");
    const headers = { ...init.headers, "x-amz-content-sha256": hash };
    const response = await client.fetch(`${endpoint}/media/${path}`, { ...init, headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}

/** Shards of small records; with `large`, of some that fill parts of 5 MiB. */
async function manifestOf(folder: string, name: string, ids: number, large = false): Promise<string> {
  const records = Array.from({ length: ids }, (_, id) =>
    sampleRecord({
      foreign_identifier: String(id + 1),
      updated_on: "2026-11-02T10:00:00.000Z",
      ...(large ? { title: randomBytes(3000).toString("base64") } : {}),
    }),
  );
  const out = join(folder, name);
  const rows = large ? [] : ["--rows-per-shard", "2"];
  const { stdout, stderr, code } = await run(["ov-to-parquet", "--out", out, ...rows], {
    stdin: ndjson(records),
  });
  assert.equal(code, 0, stderr);
  return stdout;
}

async function setUp(
  t: TestContext,
  open: (t: TestContext) => Promise<Server>,
  fault?: (request: Passed, count: number) => Fault | undefined,
) {
  const server = await open(t);
  const { endpoint, passed } = await proxyTo(t, server.endpoint, fault);
  const prefix = newPrefix();
  const line = (...flags: string[]) =>
    ["ov-publish", `s3://media/${prefix}`, "--endpoint", endpoint, ...flags] as const;
  const env = environment(server.owner);
  const publish = (stdin: string, ...flags: string[]) => run([...line(...flags)], { stdin, env });
  const read = reader(server, server.owner);
  if (server.requester) await read("", { method: "PUT" });
  return { server, passed, prefix, line, env, publish, read, folder: temporaryFolder(t) };
}

for (const [name, open, skip] of SERVERS) {
  test(`${name}: a release, the same again, and the next one with its unchanged shards copied`, {
    skip,
  }, async (t) => {
    const { publish, read, prefix, passed, folder } = await setUp(t, open);
    const manifest = await manifestOf(folder, "one", 4);
    const first = await publish(manifest);
    assert.equal(first.code, 0, first.stderr);
    const line = linesOf(first.stdout)[0] ?? {};
    assert.equal(line.url, `s3://media/${prefix}/v=2026-11-02/`);
    assert.equal(line.sent, line.files);
    const pointer = JSON.parse((await read(`${prefix}/latest.json`)).text);
    const release = JSON.parse((await read(`${prefix}/${pointer.path}manifest.json`)).text);
    for (const { path, bytes } of release.files) {
      const { status, headers } = await read(`${prefix}/${pointer.path}${path}`, { method: "HEAD" });
      assert.deepEqual([status, Number(headers.get("content-length"))], [200, bytes], path);
    }
    assert.equal((await read(`${prefix}/publishing.json`)).status, 404, "the claim is gone");

    const again = linesOf((await publish(manifest)).stdout)[0];
    assert.deepEqual([again?.unchanged, again?.sent], [true, 0]);

    passed.length = 0;
    const next = await publish(await manifestOf(folder, "two", 5), "--release", "two");
    assert.equal(next.code, 0, next.stderr);
    const puts = passed.filter(({ method, url }) => method === "PUT" && url.endsWith(".parquet"));
    const data = (number: number) => `/media/${prefix}/v=two/data/image/train-0000${number}-of-00003.parquet`;
    assert.deepEqual(puts.map(({ url }) => decodeURIComponent(url)).sort(), [0, 1, 2].map(data));
    const second = linesOf(next.stdout)[0] ?? {};
    assert.equal(second.skipped, 2, "two shards were copied at the server");
    const moved = passed.filter(({ method }) => method === "PUT").at(-1);
    assert.equal(moved?.url, `/media/${prefix}/latest.json`, "the pointer moves last");
    assert.equal(JSON.parse((await read(`${prefix}/latest.json`)).text).version, "two");
    assert.equal((await read(`${prefix}/v=2026-11-02/manifest.json`)).status, 200, "the old release stays");

    const delta = await publish(
      await manifestOf(folder, "delta", 1),
      "--since",
      "two",
      "--release",
      "two-to-three",
    );
    assert.equal(delta.code, 0, delta.stderr);
    const since = JSON.parse((await read(`${prefix}/v=two-to-three/manifest.json`)).text);
    assert.equal(since.since, "two");
    assert.equal(
      JSON.parse((await read(`${prefix}/latest.json`)).text).version,
      "two",
      "a delta is not the latest",
    );
  });

  test(`${name}: an upload in parts that was killed goes on from the parts that are there`, {
    skip,
  }, async (t) => {
    const { publish, read, prefix, passed, line, env, folder } = await setUp(t, open);
    const manifest = await manifestOf(folder, "large", 8000, true);
    const isPart = ({ method, url }: Passed) => method === "PUT" && url.includes("partNumber=");
    const child = start([...line("--part-size", "5")], { env });
    child.stdin?.end(manifest);
    const end = finished(child);
    // With the fifth part under way, the first one has arrived: four go at a time.
    while (passed.filter(isPart).length < 5) await sleep(5);
    child.kill("SIGKILL");
    assert.equal((await end).code, "SIGKILL");
    assert.equal((await read(`${prefix}/latest.json`)).status, 404, "nothing is published");
    await sleep(100);

    passed.length = 0;
    const { code, stderr, stdout } = await publish(manifest, "--part-size", "5");
    assert.equal(code, 0, stderr);
    const path = "data/image/train-00000-of-00001.parquet";
    const shard = readFileSync(join(folder, "large", "image/train-00000-of-00001.parquet"));
    const count = Math.ceil(shard.length / (5 * 1024 * 1024));
    const sent = passed.filter(isPart).length;
    assert.ok(sent < count, `${sent} of ${count} parts were sent again`);
    const { headers } = await read(`${prefix}/v=2026-11-02/${path}`, { method: "HEAD" });
    assert.equal(Number(headers.get("content-length")), shard.length);
    const tail = await read(`${prefix}/v=2026-11-02/${path}`);
    assert.equal(tail.text, shard.toString(), "the same bytes");
    assert.equal(linesOf(stdout)[0]?.version, "2026-11-02");
  });

  test(`${name}: wrong credentials, no bucket, another publish at work`, { skip }, async (t) => {
    const { publish, read, prefix, line, server, folder } = await setUp(t, open);
    const manifest = await manifestOf(folder, "one", 4);
    const wrong = { ...server.owner, secretAccessKey: "wrong-secret-9876543210" };
    const refused = await run([...line()], { stdin: manifest, env: environment(wrong) });
    assert.equal(refused.code, 77, refused.stderr);
    assert.match(refused.stderr, /: status 403, SignatureDoesNotMatch: check the credentials /);
    assert.doesNotMatch(refused.stdout + refused.stderr, /wrong-secret/);

    const nowhere = await run(["ov-publish", "s3://no-such-bucket/x", ...line().slice(2)], {
      stdin: manifest,
      env: environment(server.owner),
    });
    assert.equal(nowhere.code, 73, nowhere.stderr);
    assert.match(nowhere.stderr, /^ov-publish: there is no bucket no-such-bucket; make it first\n$/);

    await read(`${prefix}/publishing.json`, { method: "PUT", body: '{"version":"other"}\n' });
    const busy = await publish(manifest);
    assert.equal(busy.code, 75, busy.stderr);
    assert.match(busy.stderr, /: another publish, of release other, is at work or has died; wait for it, /);
    assert.equal((await read(`${prefix}/latest.json`)).status, 404);
    const { code, stderr } = await publish(manifest, "--take-over");
    assert.equal(code, 0, stderr);
  });

  test(`${name}: requesters pay`, { skip }, async (t) => {
    const { publish, read, prefix, server, folder } = await setUp(t, open);
    const manifest = await manifestOf(folder, "one", 4);
    const { code, stderr } = await publish(manifest, "--requester-pays", "--acl", "authenticated-read");
    assert.equal(code, 0, stderr);
    assert.match((await read("?requestPayment")).text, /<Payer>Requester<\/Payer>/);
    if (!server.requester) return;
    const other = reader(server, server.requester);
    assert.equal((await other(`${prefix}/latest.json`)).status, 403);
    const paid = await other(`${prefix}/latest.json`, { headers: { "x-amz-request-payer": "requester" } });
    assert.deepEqual([paid.status, paid.headers.get("x-amz-request-charged")], [200, "requester"]);
  });
}

test("every kind of request may fail once, in any way, and the release is the same", async (t) => {
  const seen = new Map<string, number>();
  const kinds: readonly Fault[] = [500, "cut", 503, "cut answer", 429];
  const { publish, read, prefix, folder } = await setUp(t, strictS3, ({ method, url }, count) => {
    // Every retry waits for a second: one file of each type is enough.
    const kind = `${method} ${/[^./]*$/.exec(url)?.[0]}`;
    const times = seen.get(kind) ?? 0;
    seen.set(kind, times + 1);
    return times === 0 ? kinds[count % kinds.length] : undefined;
  });
  const { code, stderr, stdout } = await publish(await manifestOf(folder, "one", 2));
  assert.equal(code, 0, stderr);
  assert.match(stderr, /warning: http:\/\/\S+ answered with status 500; trying again in /);
  const line = linesOf(stdout)[0];
  const pointer = JSON.parse((await read(`${prefix}/latest.json`)).text);
  assert.deepEqual([line?.version, pointer.version], ["2026-11-02", "2026-11-02"]);
});

test("credentials come from a profile where the environment has none", async (t) => {
  const server = await strictS3(t);
  const folder = temporaryFolder(t);
  const { accessKeyId, secretAccessKey } = server.owner;
  const secrets = join(folder, "credentials");
  writeFileSync(
    secrets,
    `[default]\naws_access_key_id = nobody\naws_secret_access_key = nothing\n\n[data]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  writeFileSync(
    join(folder, "config"),
    `[profile data]\nregion = eu-west-1\nendpoint_url = ${server.endpoint}\n`,
  );
  const env = {
    AWS_ACCESS_KEY_ID: "",
    AWS_SECRET_ACCESS_KEY: "",
    AWS_REGION: "",
    AWS_PROFILE: "data",
    AWS_CONFIG_FILE: join(folder, "config"),
    AWS_SHARED_CREDENTIALS_FILE: secrets,
  };
  const stdin = await manifestOf(folder, "one", 2);
  const published = await run(["ov-publish", "s3://media/sets"], { stdin, env });
  assert.equal(published.code, 0, published.stderr);

  const none = await run(["ov-publish", "s3://media/sets"], {
    stdin,
    env: { ...env, AWS_PROFILE: "nobody" },
  });
  assert.equal(none.code, 77);
  assert.match(none.stderr, /^ov-publish: there are no credentials for S3: set AWS_ACCESS_KEY_ID and /);
});
