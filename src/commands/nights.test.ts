/** What stands at a target after several nights: a release changes only where a record did. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { strictHub, TOKEN } from "../release/publishing/targets/hub/strict-hub.test.util.js";
import { type Passed, proxyTo } from "../release/publishing/targets/s3/proxy.test.util.js";
import { strictS3 } from "../release/publishing/targets/s3/strict-server.test.util.js";
import { strictZenodo, ZENODO_TOKEN } from "../release/publishing/targets/zenodo/strict-zenodo.test.util.js";
import { linesOf, NO_PACE, run, shell, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecords } from "../testing/samples.js";
import { commonsUploads, type Titles } from "./commons/uploads.test.util.js";
import { clockOf, timeOf } from "./nights.test.util.js";

Object.assign(process.env, NO_PACE);

/** So small that forty records have several shards. */
const SHARDS = "--stable --rows-per-shard 8 --row-group-rows 3";

/** Fetches, loads and makes shards; gives the manifest. */
async function nightOf(folder: string, night: number, url: string): Promise<string> {
  const line = `ov-fetch wikimedia --base-url ${url} --state state --db s.db | ov-stage load --db s.db > load.json &&
    ov-stage dump --db s.db | ov-to-parquet --quiet --out shards-${night} ${SHARDS}`;
  const { stdout, stderr, code } = await shell(line, { cwd: folder, env: clockOf(night) });
  assert.equal(code, 0, stderr);
  return stdout;
}

interface Target {
  /** Publishes on a night and gives the answer. */
  publish(manifest: string, night: number): Promise<Record<string, unknown>>;
  manifestJson(): { readonly last_synced: unknown; readonly version: string };
  /** What was asked for since the last call that would have changed something, or sent a byte. */
  sent(): readonly string[];
}

const isChange = ({ method }: Passed) => method !== "GET" && method !== "HEAD";
const shown = ({ method, url }: Passed) => `${method} ${url}`;

/** Each target with its strict server, as a daily run would name it. */
const TARGETS: Readonly<Record<string, (t: TestContext, folder: string) => Promise<Target>>> = {
  folder: async (_, folder) => {
    const dataset = join(folder, "dataset");
    const changes = () => readdirSync(dataset).map((name) => String(statSync(join(dataset, name)).ino));
    let before: string[] = [];
    return {
      publish: (manifest, night) =>
        published(folder, ["folder:dataset", "--replace"], manifest, clockOf(night)),
      manifestJson: () => JSON.parse(readFileSync(join(dataset, "manifest.json"), "utf8")),
      sent: () => {
        const now = changes();
        const other = now.filter((inode) => !before.includes(inode));
        before = now;
        return other;
      },
    };
  },
  s3: async (t, folder) => {
    const server = await strictS3(t);
    const { endpoint, passed } = await proxyTo(t, server.endpoint);
    const env = {
      AWS_ACCESS_KEY_ID: server.owner.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.owner.secretAccessKey,
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_REGION: "us-east-1",
    };
    const textOf = (key: string) => server.objects.get(`daily/${key}`)?.body.toString() ?? "";
    return {
      publish: (manifest, night) =>
        published(folder, ["s3://media/daily", "--endpoint", endpoint], manifest, {
          ...env,
          ...clockOf(night),
        }),
      manifestJson: () => JSON.parse(textOf(`${JSON.parse(textOf("latest.json")).path}manifest.json`)),
      sent: () => passed.splice(0).filter(isChange).map(shown),
    };
  },
  hub: async (t, folder) => {
    const hub = await strictHub(t);
    const { endpoint, passed } = await proxyTo(t, hub.endpoint);
    const env = { HF_ENDPOINT: endpoint, HF_TOKEN: TOKEN, HF_HOME: folder };
    return {
      publish: (manifest, night) =>
        published(folder, ["hf:me/media"], manifest, { ...env, ...clockOf(night) }),
      manifestJson: () => JSON.parse(hub.main().get("manifest.json")?.toString() ?? ""),
      sent: () => passed.splice(0).filter(isChange).map(shown),
    };
  },
  zenodo: async (t, folder) => {
    const zenodo = await strictZenodo(t);
    const { endpoint, passed } = await proxyTo(t, zenodo.endpoint);
    let record = "";
    return {
      publish: async (manifest, night) => {
        const flags = ["--endpoint", endpoint, "--creator", "Doe, Jane", "--publish-doi"];
        const env = { ZENODO_TOKEN, ...clockOf(night) };
        const answer = await published(folder, [`zenodo:${record}`, ...flags], manifest, env);
        // From now on the same record is named every night, however many versions it gets.
        record ||= "1000";
        return answer;
      },
      manifestJson: () => {
        const newest = [...zenodo.records.values()].at(-1);
        return JSON.parse(newest?.files.get("manifest.json")?.toString() ?? "");
      },
      sent: () => passed.splice(0).filter(isChange).map(shown),
    };
  },
};

async function published(
  folder: string,
  args: readonly [target: string, ...flags: string[]],
  stdin: string,
  env: Readonly<Record<string, string>>,
) {
  const { stdout, stderr, code } = await run(["ov-publish", ...args], { cwd: folder, stdin, env });
  assert.equal(code, 0, stderr);
  return linesOf(stdout)[0] as Record<string, unknown>;
}

/** Paths and checksums of a manifest's shards. */
const shardsIn = (manifest: string) =>
  linesOf(manifest).flatMap(({ path, sha256 }) => (path === undefined ? [] : [[path, sha256]]));

test("the same answers night for night are one release on every target, and one changed record is the next", async (t) => {
  const folder = temporaryFolder(t);
  const titles: Titles = Object.fromEntries(Array.from({ length: 60 }, (_, id) => [1000 + id, `File ${id}`]));
  const { url } = await commonsUploads(t, () => titles);
  const targets = await Promise.all(
    Object.entries(TARGETS).map(async ([name, open]) => [name, await open(t, folder)] as const),
  );

  const first = await nightOf(folder, 1, url);
  assert.ok(shardsIn(first).length > 4, first);
  for (const [name, target] of targets) {
    const { unchanged, sent, files, version } = await target.publish(first, 1);
    assert.deepEqual([unchanged, sent, version], [false, files, "2026-01-02"], name);
    assert.notDeepEqual(target.sent(), [], name);
  }

  // The same files again, and a third time: nothing but the time when they were seen is new.
  for (const night of [2, 3]) {
    const again = await nightOf(folder, night, url);
    assert.deepEqual(shardsIn(again), shardsIn(first));
    for (const [name, target] of targets) {
      const answer = await target.publish(again, night);
      const { unchanged, sent, sent_bytes, version, last_synced } = answer;
      assert.deepEqual([unchanged, sent, sent_bytes, version], [true, 0, 0, "2026-01-02"], name);
      assert.deepEqual(target.sent(), [], name);
      assert.deepEqual(last_synced, { wikimedia: timeOf(night) }, name);
      assert.deepEqual(target.manifestJson().last_synced, { wikimedia: timeOf(1) }, name);
    }
  }

  titles[1030] = "Another title";
  const changed = await nightOf(folder, 4, url);
  const before = new Set(shardsIn(first).map(([, sha256]) => sha256));
  const fresh = shardsIn(changed).filter(([, sha256]) => !before.has(sha256));
  assert.equal(fresh.length, 1, "one shard has the record that changed");
  for (const [name, target] of targets) {
    const { unchanged, version } = await target.publish(changed, 4);
    assert.deepEqual([unchanged, version], [false, "2026-01-05"], name);
    const { changes, previous, last_synced } = target.manifestJson() as Record<string, unknown>;
    assert.deepEqual(previous, "2026-01-02", name);
    assert.deepEqual(
      changes,
      {
        rows: 0,
        by_license: {},
        by_provider: {},
        shards: { added: 1, unchanged: before.size - 1, removed: 1 },
      },
      name,
    );
    assert.deepEqual(last_synced, { wikimedia: timeOf(4) }, name);
    const shards = target.sent().filter((request) => request.startsWith("PUT") && /\.parquet$/.test(request));
    if (name === "zenodo") assert.deepEqual(shards.length, 1, name);
  }

  const last = await nightOf(folder, 5, url);
  for (const [name, target] of targets) {
    const { unchanged, version } = await target.publish(last, 5);
    assert.deepEqual([unchanged, version, target.sent()], [true, "2026-01-05", []], name);
  }
});

test("an opt-out list that has grown, but names no record, makes no release", async (t) => {
  const folder = temporaryFolder(t);
  const dataset = "folder:dataset";
  const manifest = await shardsOf(folder, "shards", ndjson(sampleRecords(5)));
  const list = (text: string) => writeFileSync(join(folder, "opt-outs.txt"), text);
  const publish = (...flags: string[]) =>
    published(folder, [dataset, "--replace", "--opt-outs", "opt-outs.txt", ...flags], manifest, clockOf(1));
  list("https://www.flickr.com/photos/1/100\n");
  assert.equal((await publish()).unchanged, false);
  list("https://www.flickr.com/photos/1/100\nhttps://www.flickr.com/photos/1/101\n");
  assert.equal((await publish()).unchanged, true);
  const { opt_outs } = JSON.parse(readFileSync(join(folder, "dataset/manifest.json"), "utf8"));
  assert.deepEqual(opt_outs, { list: "opt-outs.txt", rules: 1 }, "as it was when the release was made");
  const none = await published(folder, [dataset, "--replace"], manifest, clockOf(1));
  assert.equal(none.unchanged, false, "that no list is asked any more is told");
});

test("a draft of Zenodo is left as it is on the next night, too", async (t) => {
  const folder = temporaryFolder(t);
  const zenodo = await strictZenodo(t);
  const args = ["zenodo:", "--endpoint", zenodo.endpoint, "--creator", "Doe, Jane"] as const;
  const seen = (night: number) =>
    ndjson(
      sampleRecords(5).map((record) => ({
        ...record,
        updated_on: timeOf(1),
        last_synced_with_source: timeOf(night),
      })),
    );
  for (const [night, isThere] of [
    [1, false],
    [2, true],
  ] as const) {
    const manifest = await shardsOf(folder, `shards-${night}`, seen(night));
    zenodo.arrived.length = 0;
    const { unchanged, files } = await published(folder, args, manifest, { ZENODO_TOKEN, ...clockOf(night) });
    assert.deepEqual([unchanged, zenodo.arrived.length], [isThere, isThere ? 0 : files]);
  }
  assert.equal(zenodo.records.size, 1);
});

test("a publish to S3 that died is finished on the next night by the same records, seen again", async (t) => {
  const folder = temporaryFolder(t);
  const server = await strictS3(t);
  let dies = true;
  const { endpoint } = await proxyTo(t, server.endpoint, ({ method, url }) =>
    dies && method === "PUT" && url.endsWith("latest.json") ? 403 : undefined,
  );
  const env = {
    AWS_ACCESS_KEY_ID: server.owner.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.owner.secretAccessKey,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_REGION: "us-east-1",
  };
  const seen = (night: number) =>
    ndjson(
      sampleRecords(5).map((record) => ({
        ...record,
        updated_on: timeOf(1),
        last_synced_with_source: timeOf(night),
      })),
    );
  const args = ["ov-publish", "s3://media/daily", "--endpoint", endpoint] as const;
  const first = await run(args, {
    cwd: folder,
    stdin: await shardsOf(folder, "one", seen(1)),
    env: { ...env, ...clockOf(1) },
  });
  assert.equal(first.code, 77, first.stderr);
  const written = server.objects.get("daily/v=2026-01-02/manifest.json")?.body;
  dies = false;
  const next = await run(args, {
    cwd: folder,
    stdin: await shardsOf(folder, "two", seen(2)),
    env: { ...env, ...clockOf(2) },
  });
  assert.equal(next.code, 0, next.stderr);
  assert.equal(linesOf(next.stdout)[0]?.sent, 0);
  assert.deepEqual(server.objects.get("daily/v=2026-01-02/manifest.json")?.body, written);
  assert.equal(server.objects.has("daily/latest.json"), true);
  assert.equal(server.objects.has("daily/publishing.json"), false);
});

async function shardsOf(folder: string, name: string, records: string): Promise<string> {
  const { stdout, stderr, code } = await run(["ov-to-parquet", "--out", name], {
    cwd: folder,
    stdin: records,
  });
  assert.equal(code, 0, stderr);
  return stdout;
}
