/** The script of README.md for every night, word for word, with the project's commands on the PATH. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Respond } from "../base/http/local-server.test.util.js";
import { binOf, finished, linesOf, NO_PACE, PROJECT, temporaryFolder } from "../testing/run.js";
import { commonsUploads, dayAsked, type Titles } from "./commons/uploads.test.util.js";

Object.assign(process.env, NO_PACE);

function scriptOfReadme(): string {
  const page = readFileSync(join(PROJECT, "README.md"), "utf8");
  const [, script] = /This script, run every night[^`]*```sh\n(.*?)```/s.exec(page) ?? [];
  assert.ok(script, "README.md has the script");
  return script;
}

/** A folder of commands under their own names; `ov-fetch` asks a server on this machine. */
function commandsIn(folder: string, url: string): string {
  mkdirSync(folder);
  for (const file of readdirSync(join(PROJECT, "bin"))) {
    const name = file.replace(/\.js$/, "");
    const flags = name === "ov-fetch" ? ` --base-url ${url}` : "";
    writeFileSync(
      join(folder, name),
      `#!/bin/sh\nexec '${process.execPath}' '${binOf(name)}' "$@"${flags}\n`,
    );
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

async function setUp(t: TestContext, titlesOf: (day: string) => Titles, before?: Respond) {
  const folder = temporaryFolder(t);
  const { url, asked } = await commonsUploads(t, titlesOf, before);
  const bin = commandsIn(join(folder, "bin"), url);
  writeFileSync(join(folder, "night.sh"), scriptOfReadme());
  /** Starts the script in the night after a day, in a process group of its own. */
  const start = (day: string) =>
    spawn("bash", ["night.sh"], {
      cwd: folder,
      detached: true,
      env: {
        ...process.env,
        PATH: `${bin}${delimiter}${process.env.PATH}`,
        XDG_STATE_HOME: join(folder, "state"),
        SOURCE_DATE_EPOCH: String(Date.parse(`${day}T00:00:00Z`) / 1000 + 27 * 3600),
      },
    });
  const night = async (day: string) => {
    const { stdout, stderr, code } = await finished(start(day));
    assert.equal(code, 0, stderr);
    const [answer, ...more] = linesOf(stdout.replace(/^\{"inserted".*\n/, ""));
    assert.deepEqual(more, []);
    return answer as Record<string, unknown>;
  };
  return {
    folder,
    start,
    night,
    days: () => asked.splice(0).map(dayAsked),
    // SQLite's own files beside a database come and go with those who read it.
    everything: () =>
      readdirSync(folder)
        .filter((name) => !/\.db-(?:shm|wal)$/.test(name))
        .sort(),
    release: () => JSON.parse(readFileSync(join(folder, "dataset/manifest.json"), "utf8")),
  };
}

test("the script of README.md works on three days in a row, on day 30, and after it was killed", async (t) => {
  let titles: Titles = { 1001: "One", 1002: "Two" };
  let stalls = false;
  const titlesOf = (day: string) => (day < "2026-01-08" || day === "2026-01-30" ? titles : {});
  const { start, night, days, everything, release } = await setUp(t, titlesOf, (_, response) => {
    // A connection that stays open and says nothing: the script waits, until it is killed.
    if (stalls) response.writeHead(200).flushHeaders();
  });

  const first = await night("2026-01-01");
  assert.deepEqual([first.unchanged, first.version, first.rows], [false, "2026-01-02", 2]);
  const files = everything();
  assert.ok(files.includes("rejects-fetch.ndjson") && files.includes("manifest.ndjson"), files.join());

  // The same answers: no release.
  const second = await night("2026-01-02");
  assert.deepEqual([second.unchanged, second.version, second.sent], [true, "2026-01-02", 0]);
  assert.deepEqual(everything(), files, "no night leaves more behind");

  titles[1002] = "Two, renamed";
  const third = await night("2026-01-03");
  assert.deepEqual([third.unchanged, third.version, third.rows], [false, "2026-01-04", 2]);
  assert.equal(release().previous, "2026-01-02");
  const twice = await night("2026-01-03");
  assert.equal(twice.unchanged, true, "once more in the same night");
  assert.deepEqual(days(), ["2026-01-01", "2026-01-02", "2026-01-03"]);

  // Killed while it fetches.
  titles[1003] = "Three";
  stalls = true;
  const fetching = start("2026-01-04");
  const ended = finished(fetching);
  while (days().length === 0) await sleep(5);
  process.kill(-(fetching.pid as number), "SIGKILL");
  await ended;
  stalls = false;
  const after = await night("2026-01-05");
  assert.deepEqual(days(), ["2026-01-04", "2026-01-05"]);
  assert.deepEqual([after.unchanged, after.rows, release().previous], [false, 3, "2026-01-04"]);

  // Killed while it makes shards.
  titles[1004] = "Four";
  const making = start("2026-01-06");
  const killed = finished(making);
  while (!everything().some((name) => name.startsWith("shards.part-"))) {
    assert.equal(making.exitCode, null, "the script came to its end");
    await sleep(1);
  }
  process.kill(-(making.pid as number), "SIGKILL");
  await killed;
  assert.equal(release().rows, 3, "what was published last stays");

  // Day 30: every night between was missed, and most of the days have nothing.
  titles = { 1030: "Thirty" };
  days();
  const late = await night("2026-01-30");
  assert.equal(days().at(-1), "2026-01-30");
  assert.deepEqual([late.unchanged, late.rows], [false, 5], "the works that it has are kept");
  assert.deepEqual(everything(), files);
});

test("a night whose dump dies publishes nothing of what it has left", async (t) => {
  const { folder, start, night, release } = await setUp(t, () => ({ 1001: "One", 1002: "Two" }));
  await night("2026-01-01");
  const dump = readFileSync(join(folder, "bin/ov-stage"), "utf8");
  // Half of the records, as when the system runs out of memory.
  writeFileSync(
    join(folder, "bin/ov-stage"),
    dump.replace(
      "exec ",
      () => 'if [ "$1" = dump ]; then "$0.whole" "$@" | head -n 1; kill -9 $$; fi\nexec ',
    ),
  );
  writeFileSync(join(folder, "bin/ov-stage.whole"), dump, { mode: 0o755 });
  const { stdout, code } = await finished(start("2026-01-02"));
  assert.equal(code, 137);
  assert.doesNotMatch(stdout, /"target"/);
  assert.equal(release().rows, 2);
});
