import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { Failure } from "../failure.js";
import { Pool } from "./pool.js";
import { beginTest, type TestTask, type TestTraffic } from "./worker.test.util.js";

type Options = Partial<ConstructorParameters<typeof Pool<TestTraffic>>[0]>;

const MODULE = new URL("./worker.test.util.js", import.meta.url);

const newPool = (options: Options = {}) =>
  new Pool<TestTraffic>({ module: MODULE, setup: {}, most: 2, ...options });

function poolOf(t: TestContext, options?: Options): Pool<TestTraffic> {
  const pool = newPool(options);
  t.after(() => pool.close());
  return pool;
}

/** What comes of tasks, one after the other: `3.0` is the first part of task 3, `3` its result. */
async function readAll(
  pool: Pool<TestTraffic>,
  tasks: readonly TestTask[],
  onPart: (part: number, task: TestTask) => void = () => {},
): Promise<string[]> {
  const found: string[] = [];
  for (const job of pool.inOrder(tasks.values())) {
    for (let part = await job.next(); part; part = await job.next()) {
      found.push(`${part.task}.${part.part}`);
      onPart(part.part, job.task);
    }
    found.push(String((await job.result).task));
  }
  return found;
}

const numbered = (tasks: readonly Omit<TestTask, "task">[]): TestTask[] =>
  tasks.map((one, task) => ({ ...one, task }));

const someTasks = fc
  .array(
    fc.record({ parts: fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 6 }), turns: fc.nat(4) }),
    { maxLength: 12 },
  )
  .map(numbered);

test("what comes of tasks comes in their order, and no worker is further ahead of the reader than its credit", async () => {
  const options = fc.record({
    most: fc.integer({ min: 1, max: 3 }),
    ahead: fc.integer({ min: 1, max: 3 }),
    credit: fc.integer({ min: 0, max: 300 }),
    here: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(someTasks, options, async (tasks, { here, ...limits }) => {
      const counts = new Int32Array(new SharedArrayBuffer(8));
      const setup = { unread: counts.buffer as SharedArrayBuffer };
      const pool = newPool({ setup, ...limits, ...(here && { here: beginTest }) });
      try {
        const found = await readAll(pool, tasks, (part, { parts }) => {
          Atomics.sub(counts, 0, parts?.[part] ?? 0);
        });
        const expected = tasks.flatMap(({ task, parts }) => [
          ...(parts ?? []).map((_, part) => `${task}.${part}`),
          String(task),
        ]);
        assert.deepEqual(found, expected);
        const largest = Math.max(0, ...tasks.flatMap(({ parts }) => parts ?? []));
        const most = limits.most * (Math.floor(limits.credit / limits.most) + largest);
        assert.ok((counts[1] as number) <= most, `${counts[1]} bytes unread, ${most} at most`);
      } finally {
        await pool.close();
      }
    }),
    { numRuns: 25 },
  );
});

test("a failure is told in the order of the tasks, as what it was, and the others go on", async (t) => {
  const pool = poolOf(t, { most: 3 });
  const tasks = numbered([{ parts: [1], turns: 40 }, { parts: [1], end: "failure" }, { parts: [1] }, {}]);
  const jobs = [...pool.inOrder(tasks.values())];
  const [slow, failing, next, last] = jobs as [
    (typeof jobs)[0],
    (typeof jobs)[0],
    (typeof jobs)[0],
    (typeof jobs)[0],
  ];
  assert.deepEqual(await slow.next(), { task: 0, part: 0 });
  assert.deepEqual(await failing.next(), { task: 1, part: 0 });
  await assert.rejects(failing.next(), (error: Failure) => {
    assert.ok(error instanceof Failure);
    assert.deepEqual([error.outcome, error.message], ["bad_input", "not UTF-8"]);
    assert.deepEqual(error.place, { file: "a.ndjson", line: 7 });
    assert.match(String((error.cause as Error).message), /^EIO/);
    return true;
  });
  assert.deepEqual((await next.result).task, 2);
  assert.deepEqual((await last.result).task, 3);
});

test("a bug is no failure, one line as a message, and keeps where it happened", async (t) => {
  const pool = poolOf(t);
  const { result } = pool.start({ task: 0, end: "bug" });
  await assert.rejects(result, (error: Error) => {
    assert.ok(!(error instanceof Failure));
    assert.equal(error.message, "x is not a function");
    assert.match(String(error.stack), /worker\.test\.util/);
    return true;
  });
  await assert.rejects(pool.start({ task: 1, end: "text" }).result, { message: "only a text" });
});

for (const [what, end, expected] of [
  ["exits", "exit", { message: "a thread ended by itself, with code 3" }],
  ["runs out of memory", "memory", { outcome: "temporary", message: /^the engine is out of memory: allow/ }],
  [
    "fails beside its tasks",
    "aside",
    { outcome: "no_input", message: "cannot read a", place: { file: "a" } },
  ],
] as const) {
  test(`a worker that ${what} ends all jobs, and those to come`, { timeout: 20_000 }, async (t) => {
    const pool = poolOf(t, { resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 } });
    const others = [pool.start({ task: 0, end: "never" }), pool.start({ task: 1, end })];
    await Promise.all(others.map(({ result }) => assert.rejects(result, expected)));
    await assert.rejects(pool.start({ task: 2 }).result, expected);
    await assert.rejects(pool.room(0), expected);
    assert.equal(pool.unfinished, 0);
  });
}

test("a worker that cannot begin says so in each task", async (t) => {
  for (const here of [undefined, beginTest]) {
    const pool = poolOf(t, { setup: { begins: false }, here });
    await assert.rejects(readAll(pool, numbered([{}, {}])), {
      outcome: "no_input",
      message: "cannot open a",
    });
  }
});

test("what a port cannot carry ends the job that it belongs to", async (t) => {
  const pool = poolOf(t);
  await assert.rejects(pool.start({ task: 0, end: "result" }).result, /could not be cloned/);
  assert.deepEqual(await pool.start({ task: 1 }).result, { task: 1 });
  await assert.rejects(pool.start({ task: 2, of: () => {} }).result, { name: "DataCloneError" });
});

test("what is given up holds nobody up", async (t) => {
  const pool = poolOf(t, { most: 1, ahead: 2, credit: 10 });
  const [large, small] = numbered([{ parts: [50, 50, 50] }, { parts: [5] }]);
  const jobs = pool.inOrder([large as TestTask, large as TestTask, small as TestTask].values());
  const first = jobs.next().value;
  assert.ok(await first?.next());
  first?.giveUp();
  jobs.next().value?.giveUp();
  assert.deepEqual(await jobs.next().value?.result, { task: 1 });
});

test("there is room when tasks hold no more bytes than said", async (t) => {
  const pool = poolOf(t, { most: 1 });
  const first = pool.start({ task: 0, parts: [1], turns: 20 }, { bytes: 100 });
  let hasEnded = false;
  first.result.then(() => {
    hasEnded = true;
  });
  await pool.room(100);
  assert.equal(hasEnded, false);
  await Promise.all([pool.room(99), pool.room(0)]);
  assert.equal(hasEnded, true);
});

test("a signal ends it with its reason at once, before and while it works", async (t) => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const pool = poolOf(t, { signal: controller.signal });
  const waiting = assert.rejects(pool.start({ task: 0, end: "never" }).result, reason);
  controller.abort(reason);
  await waiting;
  await assert.rejects(readAll(poolOf(t, { signal: controller.signal }), numbered([{}])), reason);
});

test("a pool that is closed in the middle holds no process", () => {
  const script = `
    import { Pool } from ${JSON.stringify(new URL("./pool.js", import.meta.url).href)};
    import { beginTest } from ${JSON.stringify(MODULE.href)};
    const pool = new Pool({ module: new URL(${JSON.stringify(MODULE.href)}), setup: {}, most: 2, here: beginTest, credit: 1 });
    const tasks = [{ task: 0, parts: [9, 9] }, { task: 1, end: "never" }, { task: 2 }];
    for (const job of pool.inOrder(tasks.values())) {
      await job.next();
      break;
    }
    await pool.close();
    process.on("exit", () => console.log("ended"));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 10_000,
  });
  assert.deepEqual([stdout, stderr], ["ended\n", ""]);
});
