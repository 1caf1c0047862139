import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cleanGiven } from "../../record/index.js";
import { sampleRecord } from "../../testing/samples.js";
import { type Decision, decide, isAsBefore, type LoadRules, type Removed, type Standing } from "./decide.js";
import type { Leftover } from "./load-options.js";
import { type Found, LoadRows } from "./load-rows.js";
import { type Prepared, prepareRecord } from "./prepare.js";
import { isJson, storedColumns } from "./schema.js";

/** What becomes of a record, without a database. */

const [T1, T2, T3, NOW] = [1, 2, 3, 4].map((month) => `2024-0${month}-01T00:00:00.000Z`) as [
  string,
  string,
  string,
  string,
];
/** Of the load; what other loads saw has other numbers. */
const RUN = 7;

function row(change: Record<string, unknown> = {}): Prepared {
  const cleaned = cleanGiven(sampleRecord(change));
  assert.ok("record" in cleaned, JSON.stringify(cleaned));
  return prepareRecord(cleaned.record);
}

function rules({ leftover, restore = false }: { leftover?: Leftover; restore?: boolean } = {}): LoadRules {
  const rows = new LoadRows("image", new Map(), { now: new Date(NOW), ...(leftover && { leftover }) });
  return { rows, run: RUN, restore, readBy: new Map([[6, 2]]), ...(leftover && { leftover }) };
}

/** As a load that is the given run has left it. */
function found(change: Record<string, unknown>, { run = 1, seen = T1 } = {}): Found {
  const { rows } = rules();
  return {
    id: 3,
    run,
    seen,
    values: rows.first(row({ created_on: T1, updated_on: T1, ...change })) as Found["values"],
  };
}

const LEFT: Leftover = { run: 4, seenOn: T2 };
const REMOVED: Removed = { deleted_on: T1, deleted_reason: "a wish", is_file: 0 };

const TITLE = storedColumns("image").findIndex(({ name }) => name === "title");

/** A decision in short: the title to be written stands for the values. */
function shown(decision: Decision) {
  if (decision.verb === "restore") return decision;
  if (decision.verb === "refuse") return { verb: decision.verb, error: decision.refusal.error };
  const { values, ...rest } = decision;
  return { ...rest, ...(values && { title: values[TITLE] }) };
}

const A = { title: "A" };
const B = { title: "B" };
const GONE = { ...A, removed_from_source: true, updated_on: T2 };
const seen = (title: string, when?: { run?: number; seen?: string }): Standing => {
  const record = found({ title }, when);
  return { found: record, before: record };
};

const TABLE: [
  what: string,
  given: {
    row: Record<string, unknown>;
    standing?: Standing;
    removed?: Removed;
    rules?: LoadRules;
  },
  decision: object,
][] = [
  ["one that is new is inserted", { row: A }, { verb: "insert", title: "A", seenOn: NOW }],
  [
    "one that is new keeps when it was seen, where it brings that along",
    { row: { ...A, last_synced_with_source: T1 } },
    { verb: "insert", title: "A", seenOn: T1 },
  ],
  [
    "one that is new and was left by an earlier load was seen when that had read it",
    { row: A, rules: rules({ leftover: LEFT }) },
    { verb: "insert", title: "A", seenOn: T2 },
  ],
  [
    "the same again is only seen",
    { row: A, standing: seen("A") },
    { verb: "touch", seenOn: NOW, counts: { unchanged: 1 } },
  ],
  [
    "another is merged",
    { row: B, standing: seen("A") },
    { verb: "merge", title: "B", seenOn: NOW, counts: { updated: 1 } },
  ],
  [
    "one that says its work is gone, and is news, marks it, and is not seen",
    { row: GONE, standing: seen("A") },
    { verb: "merge", title: "A", seenOn: T1, counts: { updated: 1 } },
  ],
  [
    "one that says its work is gone, and is an old story, changes nothing",
    { row: GONE, standing: seen("A", { seen: T3 }) },
    { verb: "touch", seenOn: T3, counts: { unchanged: 1 } },
  ],
  [
    "the second of a new work takes the place of the first",
    { row: B, standing: { found: found(A, { run: RUN }), before: undefined } },
    { verb: "merge", title: "B", seenOn: NOW, counts: { duplicates: 1 } },
  ],
  [
    "the second of a known work takes back what the first had changed",
    { row: A, standing: { found: found(B, { run: RUN }), before: found(A) } },
    { verb: "merge", title: "A", seenOn: NOW, counts: { duplicates: 1, updated: -1, unchanged: 1 } },
  ],
  [
    "the second of a known work changes what the first had left",
    { row: B, standing: { found: found(A, { run: RUN }), before: found(A) } },
    { verb: "merge", title: "B", seenOn: NOW, counts: { duplicates: 1, unchanged: -1, updated: 1 } },
  ],
  [
    "two that both change a known work are one update",
    { row: B, standing: { found: found({ title: "C" }, { run: RUN }), before: found(A) } },
    { verb: "merge", title: "B", seenOn: NOW, counts: { duplicates: 1 } },
  ],
  [
    "one of a leftover changes what was seen before",
    { row: B, standing: seen("A"), rules: rules({ leftover: LEFT }) },
    { verb: "merge", title: "B", seenOn: T2, counts: { updated: 1 } },
  ],
  [
    "one of a leftover changes nothing of what was seen later",
    { row: B, standing: seen("A", { seen: T3 }), rules: rules({ leftover: LEFT }) },
    { verb: "touch", counts: { unchanged: 1 } },
  ],
  [
    "one of a leftover adds to what was seen later",
    { row: { ...B, creator: "Ada" }, standing: seen("A", { seen: T3 }), rules: rules({ leftover: LEFT }) },
    { verb: "merge", title: "A", counts: { updated: 1 } },
  ],
  [
    "at the same time the later run counts",
    { row: B, standing: seen("A", { seen: T2, run: 5 }), rules: rules({ leftover: LEFT }) },
    { verb: "touch", counts: { unchanged: 1 } },
  ],
  [
    "at the same time a later run counts by the one that had read what it took in",
    { row: B, standing: seen("A", { seen: T2, run: 6 }), rules: rules({ leftover: LEFT }) },
    { verb: "merge", title: "B", seenOn: T2, counts: { updated: 1 } },
  ],
  [
    "one that was removed is refused",
    { row: A, removed: REMOVED },
    { verb: "refuse", error: "this record was removed on 2024-01-01 (a wish); --restore takes it back in" },
  ],
  [
    "one that was removed is refused, also where it stands there",
    { row: A, standing: seen("A"), removed: { ...REMOVED, is_file: 1 } },
    { verb: "refuse", error: "this file was removed on 2024-01-01 (a wish); --restore takes it back in" },
  ],
  [
    "one of a leftover that was removed is refused, and nothing takes it back in",
    { row: A, removed: REMOVED, rules: rules({ leftover: LEFT }) },
    { verb: "refuse", error: "this record was removed on 2024-01-01 (a wish)" },
  ],
  [
    "one that was removed is taken back in where that is asked for",
    { row: A, removed: REMOVED, rules: rules({ restore: true }) },
    { verb: "restore" },
  ],
  [
    "one that has just been put back counts as inserted, the same",
    { row: A, standing: { ...seen("A"), isBack: true }, rules: rules({ restore: true }) },
    { verb: "touch", seenOn: NOW, counts: { inserted: 1 } },
  ],
  [
    "one that has just been put back counts as inserted, and changed",
    { row: B, standing: { ...seen("A"), isBack: true }, rules: rules({ restore: true }) },
    { verb: "merge", title: "B", seenOn: NOW, counts: { inserted: 1 } },
  ],
];

for (const [what, { row: given, standing, removed, rules: by = rules() }, decision] of TABLE) {
  test(`of records that are loaded, ${what}`, () => {
    assert.deepEqual(shown(decide(standing, row(given), removed, by)), decision);
  });
}

const change = fc.record(
  {
    title: fc.constantFrom("A", "B"),
    creator: fc.constantFrom("Ada", "Bob"),
    tags: fc.subarray(["cat", "dog"]),
    meta_data: fc.dictionary(fc.constantFrom("views", "likes"), fc.constantFrom("1", "2")),
  },
  { requiredKeys: [] },
);
const LEFTOVER = rules({ leftover: LEFT });
const standing = fc.record({
  isThere: fc.boolean(),
  before: fc.option(change),
  now: change,
  run: fc.constantFrom(1, RUN),
  seen: fc.constantFrom(T1, T2, T3),
});

type Given = typeof standing extends fc.Arbitrary<infer T> ? T : never;

/** What stands there, as a load would find it. */
function standingOf({ isThere, before, now, run, seen: on }: Given, by: LoadRules): Standing | undefined {
  if (!isThere) return undefined;
  const record = found(now, { run, seen: on });
  if (isAsBefore(record, by)) return { found: record, before: record };
  return { found: record, before: before ? found(before) : undefined };
}

test("every record that is not refused is counted once", () => {
  fc.assert(
    fc.property(change, standing, fc.boolean(), (given, there, isLeftover) => {
      const by = isLeftover ? LEFTOVER : rules();
      const decision = decide(standingOf(there, by), row(given), undefined, by);
      const counts = "counts" in decision ? decision.counts : { inserted: 1 };
      assert.equal(
        Object.values(counts).reduce((sum, count) => sum + count, 0),
        1,
      );
    }),
  );
});

test("of two records in a load the second is decided as if the first had not come", () => {
  fc.assert(
    fc.property(change, change, change, (before, first, second) => {
      const stands = found(before);
      const alone = decide({ found: stands, before: stands }, row(second), undefined, rules());
      const earlier = found(first, { run: RUN, seen: NOW });
      const after = decide({ found: earlier, before: stands }, row(second), undefined, rules());
      assert.ok("values" in after);
      assert.deepEqual(after.values, "values" in alone ? alone.values : stands.values);
    }),
  );
});

test("a record that was just merged changes nothing when it comes again", () => {
  fc.assert(
    fc.property(change, change, fc.boolean(), (before, given, isLate) => {
      const by = isLate ? LEFTOVER : rules();
      const stands = found(before, { seen: isLate ? T3 : T1 });
      const first = decide({ found: stands, before: stands }, row(given), undefined, by);
      const merged = {
        ...stands,
        values: "values" in first ? (first.values as Found["values"]) : stands.values,
      };
      assert.equal(decide({ found: merged, before: merged }, row(given), undefined, by).verb, "touch");
    }),
  );
});

test("what was seen later than a leftover loses nothing to it", () => {
  fc.assert(
    fc.property(change, change, (now, given) => {
      const stands = found(now, { seen: T3 });
      const decision = decide({ found: stands, before: stands }, row(given), undefined, LEFTOVER);
      const values = "values" in decision ? decision.values : stands.values;
      assert.equal("seenOn" in decision, false);
      storedColumns("image").forEach((column, i) => {
        const [before, after] = [stands.values[i], values?.[i]];
        if (before === null || column.merge === "changed" || isJson(column)) return;
        assert.equal(after, before, column.name);
      });
    }),
  );
});

test("nothing that is given is changed", () => {
  fc.assert(
    fc.property(change, standing, (given, there) => {
      const stands = standingOf(there, rules());
      const [record, before] = [row(given), structuredClone(stands)];
      const copy = structuredClone(record);
      decide(stands, record, undefined, rules());
      assert.deepEqual([record, stands], [copy, before]);
    }),
  );
});
