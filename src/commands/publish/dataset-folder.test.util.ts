import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { run, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

export type Record_ = Record<string, unknown>;

/** Records with the foreign identifiers `from` to `to`. */
export function records(from: number, to: number, change: Record_ = {}): Record_[] {
  return Array.from({ length: to - from + 1 }, (_, i) =>
    sampleRecord({ foreign_identifier: String(from + i), updated_on: "2026-11-02T10:00:00.000Z", ...change }),
  );
}

export async function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const tmp = join(folder, "tmp");
  mkdirSync(tmp);
  const shards = async (name: string, of: readonly Record_[], ...flags: string[]) => {
    const line = ["ov-to-parquet", "--out", join(folder, name), "--replace", ...flags] as const;
    const { stdout, stderr, code } = await run([...line], { stdin: ndjson(of) });
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const publish = (stdin: string, ...flags: string[]) =>
    run(["ov-publish", `folder:${join(folder, "dataset")}`, ...flags], {
      stdin,
      env: { SOURCE_DATE_EPOCH: "1767225600", TMPDIR: tmp },
    });
  const read = (path: string) => readFileSync(join(folder, "dataset", path), "utf8");
  const json = (path: string) => JSON.parse(read(path));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return { folder, tmp, shards, publish, read, json, write };
}
