import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { PROJECT, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecords } from "../testing/samples.js";

/** What goes wrong in a thread, told by the commands that start some. */

let folder: string;

before((t) => {
  folder = temporaryFolder(t as TestContext);
  // So much that threads are started for it.
  writeFileSync(join(folder, "records.ndjson"), ndjson(sampleRecords(3000)));
  for (const name of ["1", "2"]) {
    copyFileSync(join(PROJECT, "fixtures/flickr/page-1.json"), join(folder, `${name}.json`));
  }
  writeFileSync(join(folder, "3.json"), " ".repeat(9 * 1024 * 1024));
  const blank = gzipSync(Buffer.alloc(1024 * 1024, "\n"), { level: 0 });
  writeFileSync(join(folder, "snapshot.json.gz"), Buffer.concat(Array(5).fill(blank)));
  // Whatever comes to a thread, this comes of it.
  writeFileSync(
    join(folder, "hook.mjs"),
    `import { isMainThread, parentPort } from "node:worker_threads";
    import { Failure } from ${JSON.stringify(new URL("../base/failure.js", import.meta.url).href)};
    import { plainFailure } from ${JSON.stringify(new URL("../base/threads/plain-failure.js", import.meta.url).href)};
    const cannotOpen = new Failure("no_input", "cannot open it", { place: { file: "a", line: 7 } });
    const ends = {
      failure: () => parentPort.postMessage({ failure: plainFailure(cannotOpen) }),
      bug: () => { throw new Error("no module\\nRequire stack:\\n- /a.js"); },
      exit: () => process.exit(3),
    };
    if (!isMainThread) {
      const { on } = parentPort;
      parentPort.on = (name, listener) => on.call(parentPort, name, name === "message" ? ends[process.env.END] : listener);
    }`,
  );
});

const COMMANDS: readonly string[] = [
  "ov-stage load --db new.db records.ndjson",
  "ov-to-parquet --out shards records.ndjson",
  "ov-fetch flickr --input 1.json 2.json 3.json",
  "ov-snapshot-stream --flickr --threads 3 snapshot.json.gz",
];

const BUG = "please report this (--debug shows where it happened)\n";

for (const line of COMMANDS) {
  const [name, ...args] = line.split(" ") as [string, ...string[]];
  test(`${name} tells what ended a thread`, async () => {
    const env = { NODE_OPTIONS: `--import=${join(folder, "hook.mjs")}` };
    for (const [end, code, message] of [
      ["failure", 66, `${name}: a:7: cannot open it\n`],
      ["bug", 1, `${name}: unexpected failure: no module; ${BUG}`],
      ["exit", 1, `${name}: unexpected failure: a thread ended by itself, with code 3; ${BUG}`],
    ] as const) {
      const found = await run([name, ...args], { cwd: folder, env: { ...env, END: end } });
      assert.deepEqual([found.code, found.stderr], [code, message]);
    }
  });
}
