import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, Passed } from "../../release/publishing/targets/s3/proxy.test.util.js";
import { strictS3 } from "../../release/publishing/targets/s3/strict-server.test.util.js";
import { finished, linesOf, NO_PACE, run, start } from "../../testing/run.js";
import { environment, manifestOf, reader, type Server, setUp } from "./s3.test.util.js";

Object.assign(process.env, NO_PACE);

/**
 * `ov-publish s3://…` against a strict server of our own, and against a real one where OV_S3_SERVER has the line of JSON
 * that its start printed: `make test-s3` does that.
 */

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
    const two = await manifestOf(folder, "two", 5);
    const [dry] = linesOf((await publish(two, "--release", "two", "--dry-run")).stdout);
    assert.ok(passed.every(({ method }) => method === "GET"));
    const next = await publish(two, "--release", "two");
    assert.equal(next.code, 0, next.stderr);
    const { dry_run, ...foretold } = dry ?? {};
    const { url, ...done } = linesOf(next.stdout)[0] ?? {};
    assert.deepEqual(done, foretold, "a dry run says what will be sent");
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

  test(`${name}: old releases go, but for what the latest or a delta names, and for what is not ours`, {
    skip,
  }, async (t) => {
    const { publish, read, prefix, passed, folder } = await setUp(t, open);
    const names = ["a", "b", "c", "d", "e"];
    const manifests = [];
    for (const [i, name] of names.entries()) {
      const manifest = await manifestOf(folder, name, i + 3);
      manifests.push(manifest);
      const { code, stderr } = await publish(manifest, "--release", name);
      assert.equal(code, 0, stderr);
      if (name !== "c") continue;
      // A delta of what stood there before: it names "a", which it changes, and "c", which was the latest.
      const delta = await manifestOf(folder, "delta", 1);
      assert.equal((await publish(delta, "--since", "a", "--release", "a-to-c")).code, 0);
    }
    await read(`${prefix}/v=b/notes.txt`, { method: "PUT", body: "not ours" });
    await read(`${prefix}/v=mine/data.txt`, { method: "PUT", body: "not ours" });
    await read(`${prefix}/v=copy/manifest.json`, {
      method: "PUT",
      body: (await read(`${prefix}/v=a/manifest.json`)).text,
    });
    const size = ({ files }: { files: { bytes: number }[] }) =>
      files.reduce((sum, { bytes }) => sum + bytes, 0);
    const { text } = await read(`${prefix}/v=b/manifest.json`);
    const b = JSON.parse(text);
    const pruned = { pruned: ["b"], pruned_files: b.files.length + 1, pruned_bytes: size(b) + text.length };
    const only = (line: Record<string, unknown> = {}) =>
      Object.fromEntries(Object.entries(line).filter(([member]) => member.startsWith("pruned")));

    passed.length = 0;
    const f = await manifestOf(folder, "f", 8);
    const dry = await publish(f, "--release", "f", "--keep-releases", "3", "--dry-run");
    assert.ok(passed.every(({ method }) => method === "GET" || method === "HEAD"));
    assert.deepEqual(only(linesOf(dry.stdout)[0]), pruned, "what would be when f is there: f, e and d stay");
    assert.match(dry.stderr, /: old releases b would be removed \(\d+ files, \d+ bytes\)\n$/);

    // Nothing has changed since e: old releases go all the same.
    const same = await publish(manifests[4] as string, "--keep-releases", "2", "--release", "e");
    assert.equal(same.code, 0, same.stderr);
    assert.deepEqual([linesOf(same.stdout)[0]?.unchanged, only(linesOf(same.stdout)[0])], [true, pruned]);
    assert.match(
      same.stderr,
      /\/test-\w+ holds this dataset already\nov-publish: \S+: old releases b removed \(\d+ files, \d+ bytes\)\n$/,
    );
    const status = async (path: string) => (await read(`${prefix}/${path}`, { method: "HEAD" })).status;
    for (const name of ["a", "c", "d", "e", "a-to-c", "copy"]) {
      assert.equal(await status(`v=${name}/manifest.json`), 200, name);
    }
    for (const { path } of b.files) assert.equal(await status(`v=b/${path}`), 404, path);
    assert.equal(await status("v=b/manifest.json"), 404);
    assert.deepEqual([await status("v=b/notes.txt"), await status("v=mine/data.txt")], [200, 200]);
    for (const name of ["a", "c", "d", "e"]) {
      const { files } = JSON.parse((await read(`${prefix}/v=${name}/manifest.json`)).text);
      for (const { path } of files) assert.equal(await status(`v=${name}/${path}`), 200, path);
    }

    const next = await publish(f, "--release", "f", "--keep-releases", "1");
    assert.deepEqual(linesOf(next.stdout)[0]?.pruned, ["e", "d"], next.stderr);
    assert.equal(JSON.parse((await read(`${prefix}/latest.json`)).text).version, "f");
    const nothing = await publish(f, "--keep-releases", "1");
    assert.deepEqual(only(linesOf(nothing.stdout)[0]), { pruned: [], pruned_files: 0, pruned_bytes: 0 });
    assert.match(nothing.stderr, /: no old release removed \(0 files, 0 bytes\)\n$/);
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

    const claim = { method: "PUT", body: '{"version":"other"}\n', headers: { "if-none-match": "*" } };
    assert.equal((await read(`${prefix}/publishing.json`, claim)).status, 200);
    assert.equal(
      (await read(`${prefix}/publishing.json`, claim)).status,
      412,
      "the server looks at conditions",
    );
    const busy = await publish(manifest);
    assert.equal(busy.code, 75, busy.stderr);
    assert.match(busy.stderr, /: another publish, of release other, is at work or has died; wait for it, /);
    assert.equal((await read(`${prefix}/latest.json`)).status, 404);
    const { code, stderr } = await publish(manifest, "--take-over");
    assert.equal(code, 0, stderr);
  });

  test(`${name}: a name is given once; a claim that was left behind is taken back`, { skip }, async (t) => {
    const { publish, read, prefix, folder } = await setUp(t, open);
    const one = await manifestOf(folder, "one", 4);
    const two = await manifestOf(folder, "two", 5);
    assert.equal((await publish(one, "--release", "one")).code, 0);
    const { version, manifest_sha256 } = JSON.parse((await read(`${prefix}/latest.json`)).text);
    // As a run leaves it that dies after it has moved the pointer.
    const body = `${JSON.stringify({ version, manifest_sha256 })}\n`;
    await read(`${prefix}/publishing.json`, { method: "PUT", body });
    assert.equal((await publish(two, "--release", "two")).code, 75);
    const dry = await publish(one, "--release", "one", "--dry-run");
    assert.equal(linesOf(dry.stdout)[0]?.unchanged, true, dry.stderr);
    assert.equal((await read(`${prefix}/publishing.json`)).status, 200, "a dry run changes nothing");
    assert.equal(linesOf((await publish(one, "--release", "one")).stdout)[0]?.unchanged, true);
    assert.equal((await publish(two, "--release", "two")).code, 0);

    const taken = await publish(await manifestOf(folder, "three", 6), "--release", "one");
    assert.deepEqual(
      [taken.code, taken.stderr],
      [
        73,
        `ov-publish: s3://media/${prefix}: the release one is there already, with other files; name another with --release\n`,
      ],
    );
    assert.equal((await publish(two, "--release", "two")).code, 0, "no claim was left");
  });

  test(`${name}: a pointer that somebody else has moved meanwhile stays`, { skip }, async (t) => {
    let meddle = async () => {};
    const { publish, read, prefix, folder } = await setUp(t, open, async ({ method, url }) => {
      if (method === "PUT" && url.endsWith("latest.json")) await meddle();
      return undefined;
    });
    const theirs = async () => {
      const body = JSON.stringify({ version: "theirs", path: "v=theirs/", manifest_sha256: "0" });
      await read(`${prefix}/latest.json`, { method: "PUT", body });
    };
    const checkRefused = async ({ code, stderr }: { code: unknown; stderr: string }) => {
      const problem = "another publish has moved latest.json meanwhile; look at it, then publish again";
      assert.deepEqual([code, stderr], [75, `ov-publish: s3://media/${prefix}: ${problem}\n`]);
      assert.equal(JSON.parse((await read(`${prefix}/latest.json`)).text).version, "theirs");
    };
    const manifest = await manifestOf(folder, "one", 4);
    meddle = theirs;
    await checkRefused(await publish(manifest, "--release", "first"));

    // Once more with a pointer that was there before.
    meddle = async () => {};
    await read(`${prefix}/latest.json`, { method: "DELETE" });
    assert.equal((await publish(manifest, "--release", "first")).code, 0);
    meddle = theirs;
    await checkRefused(await publish(await manifestOf(folder, "two", 5), "--release", "second"));
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

/** Servers that lack something, what is said of them, and what they are made to refuse. */
const LACKING = [
  [
    "answers conditions with 501, as Backblaze B2 does",
    { conditions: "unknown" },
    "conditional writes (If-None-Match)",
  ],
  ["overlooks conditions", { conditions: "overlooked" }, "conditional writes (If-None-Match)"],
  ["knows no checksum headers, as Cloudflare R2 did", { checksums: false }, "x-amz-checksum-sha256"],
  ["lacks both", { conditions: "unknown", checksums: false }, "x-amz-checksum-sha256"],
] as const;

for (const [what, rules, words] of LACKING) {
  test(`a server that ${what} is published to with a warning, and refused with --strict-server`, async (t) => {
    const { server, publish, folder, prefix } = await setUp(t, (t) => strictS3(t, rules));
    const { objects } = server as Awaited<ReturnType<typeof strictS3>>;
    // Large enough for an upload in parts.
    const manifest = await manifestOf(folder, "one", 2500, true);
    const refused = await publish(manifest, "--strict-server");
    assert.equal(refused.code, 69, refused.stderr);
    assert.match(refused.stderr, new RegExp(`the server has no .*${words.replace(/[()]/g, "\\$&")}`));
    assert.equal(objects.size, 0, "nothing was sent, and no claim is left");

    const first = await publish(manifest, "--part-size", "5");
    assert.equal(first.code, 0, first.stderr);
    assert.ok(first.stderr.includes(words), first.stderr);
    assert.deepEqual(JSON.parse(String(objects.get(`${prefix}/latest.json`)?.body)).version, "2026-11-02");
    assert.ok(!objects.has(`${prefix}/publishing.json`), "the claim is gone");
    const next = await publish(await manifestOf(folder, "two", 5), "--allow-shrink");
    assert.equal(next.code, 0, next.stderr);
    assert.equal(JSON.parse(String(objects.get(`${prefix}/latest.json`)?.body)).version, "2026-11-02.2");
    assert.equal(
      (await publish(await manifestOf(folder, "three", 5))).stdout.includes('"unchanged":true'),
      true,
    );
  });
}

test("without conditional writes, too, one of two publishes waits, and a pointer that has moved stays", async (t) => {
  const { server, publish, folder, prefix } = await setUp(t, (t) => strictS3(t, { conditions: "unknown" }));
  const { objects } = server as Awaited<ReturnType<typeof strictS3>>;
  objects.set(`${prefix}/publishing.json`, {
    body: Buffer.from('{"version":"2026-11-01","manifest_sha256":"0"}\n'),
    headers: {},
    etag: '"x"',
  });
  const manifest = await manifestOf(folder, "one", 2);
  const refused = await publish(manifest);
  assert.equal(refused.code, 75);
  assert.match(refused.stderr, /another publish, of release 2026-11-01, is at work or has died/);
  assert.equal(objects.size, 1);
  const taken = await publish(manifest, "--take-over");
  assert.equal(taken.code, 0, taken.stderr);
});

test("a server that cannot make requesters pay is told before anything is sent", async (t) => {
  const { server, publish, folder } = await setUp(t, (t) => strictS3(t, { requestPayment: false }));
  const { objects } = server as Awaited<ReturnType<typeof strictS3>>;
  const { code, stderr } = await publish(await manifestOf(folder, "one", 4), "--requester-pays");
  assert.equal(code, 69, stderr);
  assert.match(
    stderr,
    /--requester-pays: the S3 server cannot make requesters of media pay: .*501, NotImplemented/,
  );
  assert.equal(objects.size, 0, "nothing was sent, and no claim is left");
});

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

/** Lets every name below `s3.test` lead to this machine, as a line of /etc/hosts would. */
const LOCAL_NAMES = `data:text/javascript,${encodeURIComponent(`
  import dns from "node:dns";
  const { lookup } = dns;
  dns.lookup = (name, ...rest) => lookup(name.endsWith("s3.test") ? "127.0.0.1" : name, ...rest);
`)}`;

test("the bucket as a part of the host's name", async (t) => {
  const { server, endpoint, passed, prefix, env, folder } = await setUp(t, strictS3);
  const manifest = await manifestOf(folder, "large", 2000, true);
  const line = ["--endpoint", endpoint.replace("127.0.0.1", "s3.test"), "--virtual-host"];
  const publish = () =>
    run(["ov-publish", `s3://media/${prefix}`, ...line, "--part-size", "5"], {
      stdin: manifest,
      env: { ...env, NODE_OPTIONS: `--import ${LOCAL_NAMES}` },
    });
  const { code, stderr } = await publish();
  assert.equal(code, 0, stderr);
  assert.ok(passed.every(({ host }) => host.startsWith("media.s3.test:")));
  const urls = passed.map(({ url }) => url.split("?")[0] ?? "");
  assert.deepEqual(
    urls.filter((url) => url !== "/" && !url.startsWith(`/${prefix}/`)),
    [],
    "no bucket in the path",
  );
  assert.equal((await reader(server, server.owner)(`${prefix}/latest.json`)).status, 200);
  assert.equal(linesOf((await publish()).stdout)[0]?.unchanged, true);
});
