import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { AwsClient } from "aws4fetch";
import { proxyTo } from "../../release/publishing/targets/s3/proxy.test.util.js";
import type { Keys } from "../../release/publishing/targets/s3/strict-signature.test.util.js";
import { run, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

export interface Server {
  readonly endpoint: string;
  readonly owner: Keys;
  readonly requester?: Keys;
}

/** Buckets are lasting on a real server: each test has a prefix of its own. */
const newPrefix = () => `test-${randomBytes(6).toString("hex")}`;

export const environment = ({ accessKeyId, secretAccessKey }: Keys) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_REGION: "us-east-1",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
});

interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly text: string;
}

/** A client that is not ours but for the signature. */
export function reader({ endpoint }: Server, keys: Keys) {
  const client = new AwsClient({ ...keys, service: "s3", region: "us-east-1", retries: 0 });
  return async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const hash = createHash("sha256")
      .update(String(init.body ?? ""))
      .digest("hex");
    const headers = { ...init.headers, "x-amz-content-sha256": hash };
    const response = await client.fetch(`${endpoint}/media/${path}`, { ...init, headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}

/** Shards of small records; with `large`, of some that fill parts of 5 MiB. */
export async function manifestOf(folder: string, name: string, ids: number, large = false): Promise<string> {
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

export async function setUp(
  t: TestContext,
  open: (t: TestContext) => Promise<Server>,
  fault?: Parameters<typeof proxyTo>[2],
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
  return { server, endpoint, passed, prefix, line, env, publish, read, folder: temporaryFolder(t) };
}
