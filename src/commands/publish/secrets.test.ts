import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { strictHub, TOKEN } from "../../release/publishing/targets/hub/strict-hub.test.util.js";
import { type Fault, proxyTo } from "../../release/publishing/targets/s3/proxy.test.util.js";
import { strictS3 } from "../../release/publishing/targets/s3/strict-server.test.util.js";
import {
  strictZenodo,
  ZENODO_TOKEN,
} from "../../release/publishing/targets/zenodo/strict-zenodo.test.util.js";
import { NO_PACE, run, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

Object.assign(process.env, NO_PACE);

/** Whatever a publish writes, also one that fails in the middle, has no secret in it. */

/** Everything in a folder and what a run printed, as one text. */
function everything(folder: string, ...printed: string[]): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const texts = files.map(
    ({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), "latin1")}`,
  );
  return [...texts, ...printed].join("\n");
}

async function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const records = ndjson([sampleRecord()]);
  const { stdout } = await run(["ov-to-parquet", "--out", join(folder, "shards")], { stdin: records });
  return {
    folder,
    manifest: stdout,
    home: { HOME: folder, TMPDIR: folder, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder },
  };
}

/** Fails for good at the n-th request, in one way or another. */
const FAULTS: readonly (readonly [at: number, fault: Fault])[] = [
  [0, 403],
  [3, 400],
  [4, 403],
  [5, 404],
  [6, 401],
];

for (const [at, fault] of FAULTS) {
  test(`a publish that fails with ${fault} at request ${at + 1} writes no secret`, async (t) => {
    const { folder, manifest, home } = await setUp(t);
    const faultFor = (_: unknown, count: number) => (count >= at ? fault : undefined);

    const session = "session-token-that-is-secret";
    const s3 = await strictS3(t, { sessionToken: session });
    const viaS3 = await proxyTo(t, s3.endpoint, faultFor);
    const toS3 = await run(["ov-publish", "s3://media/x", "--endpoint", viaS3.endpoint, "--debug"], {
      stdin: manifest,
      cwd: folder,
      env: {
        ...home,
        AWS_ACCESS_KEY_ID: s3.owner.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3.owner.secretAccessKey,
        AWS_SESSION_TOKEN: session,
      },
    });

    const hub = await strictHub(t);
    const viaHub = await proxyTo(t, hub.endpoint, faultFor);
    const toHub = await run(["ov-publish", "hf:me/media", "--debug", "--log-format", "json"], {
      stdin: manifest,
      cwd: folder,
      env: { ...home, HF_ENDPOINT: viaHub.endpoint, HF_TOKEN: TOKEN },
    });

    const zenodo = await strictZenodo(t);
    const viaZenodo = await proxyTo(t, zenodo.endpoint, faultFor);
    const toZenodo = await run(
      ["ov-publish", "zenodo:", "--endpoint", viaZenodo.endpoint, "--creator", "Doe, Jane", "--debug"],
      { stdin: manifest, cwd: folder, env: { ...home, ZENODO_TOKEN } },
    );

    assert.notEqual(toZenodo.code, 0);
    assert.notEqual(toS3.code, 0);
    assert.notEqual(toHub.code, 0);
    const written = everything(
      folder,
      toS3.stdout,
      toS3.stderr,
      toHub.stdout,
      toHub.stderr,
      toZenodo.stdout,
      toZenodo.stderr,
    );
    for (const secret of [
      s3.owner.secretAccessKey,
      session,
      TOKEN,
      ZENODO_TOKEN,
      "X-Amz-Signature",
      "AWS4-HMAC",
    ]) {
      assert.ok(!written.includes(secret), `${secret} was written:\n${toS3.stderr}\n${toHub.stderr}`);
    }
  });
}
