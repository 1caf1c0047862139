import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { linesOf, run, temporaryFolder } from "../../testing/run.js";
import { ndjson } from "../../testing/samples.js";

export const T1 = "2026-01-01T00:00:00.000Z";
export const T2 = "2026-02-01T00:00:00.000Z";
export const T3 = "2026-03-01T00:00:00.000Z";

/** Runs a subcommand on the database of a test, which has to end well; gives the objects on stdout. */
export function stageOf(t: TestContext) {
  const db = join(temporaryFolder(t), "staging.db");
  const stage = async (line: readonly string[], stdin = "") => {
    const [name, ...args] = line as [string, ...string[]];
    const result = await run(["ov-stage", name, "--db", db, ...args], { stdin });
    assert.equal(result.code, 0, result.stderr);
    return result;
  };
  return {
    db,
    stage,
    load: async (records: readonly unknown[], ...args: string[]) =>
      linesOf((await stage(["load", ...args], ndjson(records))).stdout)[0] as Record<string, number>,
    dump: async (...args: string[]) => linesOf((await stage(["dump", ...args])).stdout),
    objects: async (line: readonly string[], stdin = "") => linesOf((await stage(line, stdin)).stdout),
    fails: async (line: readonly string[], stdin = "") => {
      const [name, ...args] = line as [string, ...string[]];
      return run(["ov-stage", name, "--db", db, ...args], { stdin });
    },
  };
}

export const ids = (records: readonly Record<string, unknown>[]) =>
  records.map(({ foreign_identifier }) => foreign_identifier);
