import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { openCheckpoint } from "./checkpoint.js";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "ov-checkpoint-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return join(path, "state");
}

test("a place is kept for the same walk only", async (t) => {
  const state = await folder(t);
  const first = openCheckpoint(state, "flickr", { baseUrl: "https://a.org/", since: "2024-01-01" });
  assert.equal(await first.read(), undefined);
  await first.save({ start: 1, page: 2 });
  await first.save({ start: 1, page: 3 });

  const again = openCheckpoint(state, "flickr", {
    since: "2024-01-01",
    until: undefined,
    baseUrl: "https://a.org/",
  });
  assert.equal(again.path, first.path);
  assert.deepEqual(await again.read(), { start: 1, page: 3 });
  const others = [
    openCheckpoint(state, "flickr", { baseUrl: "https://a.org/", since: "2024-01-02" }),
    openCheckpoint(state, "wikimedia", { baseUrl: "https://a.org/", since: "2024-01-01" }),
  ];
  for (const other of others) assert.equal(await other.read(), undefined);

  assert.deepEqual(await readdir(state), [basename(first.path)]);
  await again.clear();
  await again.clear();
  assert.deepEqual(await readdir(state), []);
});

test("keys are neither part of the query nor in the file", async (t) => {
  const state = await folder(t);
  const query = { baseUrl: "https://a.org/?api_key=SECRET", api_key: "SECRET", q: "cat" };
  const checkpoint = openCheckpoint(state, "openverse", query);
  await checkpoint.save({ page: 2 });
  assert.ok(!(await readFile(checkpoint.path, "utf8")).includes("SECRET"));
  const rotated = { baseUrl: "https://a.org/?api_key=OTHER", api_key: "OTHER", q: "cat" };
  assert.equal(openCheckpoint(state, "openverse", rotated).path, checkpoint.path);
});

test("a damaged file is named, and what to do", async (t) => {
  const checkpoint = openCheckpoint(await folder(t), "flickr", {});
  await checkpoint.save(1);
  for (const damage of ["", "{", "[]", "null", "{}"]) {
    await writeFile(checkpoint.path, damage);
    await assert.rejects(checkpoint.read(), { outcome: "bad_input", message: /remove it/ });
  }
});
