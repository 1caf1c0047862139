import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { binOf, linesOf, PROJECT, run, shell, temporaryFolder } from "../testing/run.js";

/** Killed at any moment and run again, the staging pipe ends in the same database. */

const NOW = { SOURCE_DATE_EPOCH: "1767225600" };
const RUNS = Number(process.env.OV_KILLS ?? 10);
/** Enough copies of the fixtures that the pipe runs for a second or so. */
const COPIES = 60;

/** Many Flickr answers: the fixture's, again and again under other identifiers. */
function writeAnswers(folder: string): string {
  const path = join(folder, "answers.ndjson");
  const page = readFileSync(join(PROJECT, "fixtures/flickr/page-1.json"), "utf8");
  const lines = Array.from({ length: COPIES }, (_, i) => {
    const answer = JSON.parse(page) as { photos: { photo: Record<string, unknown>[] } };
    const renamed = (value: unknown) =>
      typeof value === "string" ? value.replace(/5478(\d{7})/, `${6000 + i}$1`) : value;
    answer.photos.photo = answer.photos.photo.map((photo) =>
      Object.fromEntries(Object.entries(photo).map(([member, value]) => [member, renamed(value)])),
    );
    return JSON.stringify(answer);
  });
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

function pipeline(answers: string, db: string): string {
  return `ov-fetch flickr --input ${answers} | ov-subprovider | ov-stage load --db ${db}`;
}

/** Runs the pipe in a process group of its own and kills all of it after a while; says whether it was in time. */
async function killedAfter(milliseconds: number, answers: string, db: string): Promise<boolean> {
  const bins = ["ov-fetch", "ov-subprovider", "ov-stage"].map(
    (name) => `${name}() { '${process.execPath}' '${binOf(name)}' "$@"; };`,
  );
  const child = spawn("bash", ["-c", `${bins.join(" ")} ${pipeline(answers, db)}`], {
    detached: true,
    stdio: "ignore",
    env: { ...process.env, ...NOW },
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.on("close", (_, signal) => resolve(signal)),
  );
  await sleep(milliseconds);
  try {
    process.kill(-(child.pid as number), "SIGKILL");
  } catch {
    // It was done already.
  }
  return (await ended) === "SIGKILL";
}

test(`the staging pipe, killed ${RUNS} times and run again, ends in the same database as one clean run`, async (t) => {
  const folder = temporaryFolder(t);
  const answers = writeAnswers(folder);
  const dump = async (db: string) => (await run(["ov-stage", "dump", "--db", db])).stdout;

  const clean = join(folder, "clean.db");
  const started = performance.now();
  const { code, stderr } = await shell(pipeline(answers, clean), { env: NOW });
  const duration = performance.now() - started;
  assert.equal(code, 0, stderr);
  const expected = await dump(clean);
  assert.ok(linesOf(expected).length > 1000);

  let killed = 0;
  let tries = 0;
  // A run that was done before its end came does not count; on a machine that gets faster there are many.
  for (; killed < RUNS && tries < 3 * RUNS; tries++) {
    const db = join(folder, `killed-${tries}.db`);
    if (!(await killedAfter(Math.random() * duration * 0.9, answers, db))) continue;
    killed++;
    const again = await shell(pipeline(answers, db), { env: NOW });
    assert.equal(again.code, 0, again.stderr);
    assert.equal(await dump(db), expected, `run ${tries}`);
  }
  t.diagnostic(`${killed} of ${tries} runs were killed before their end`);
  assert.equal(killed, RUNS);
});
