import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { oldReleases, type StandingRelease } from "./old-releases.js";

const release = (version: string, previous: string | null, change: Partial<StandingRelease> = {}) => ({
  version,
  previous,
  date: "2026-01-01",
  files: [],
  ...change,
});
const namesOf = (releases: readonly StandingRelease[]) => releases.map(({ version }) => version);

test("releases are as old as they are far from the latest, whatever they are called", () => {
  const standing = [release("z", null), release("a", "z"), release("m", "a"), release("b", "m")];
  assert.deepEqual(namesOf(oldReleases(standing, "b", 2)), ["a", "z"]);
  assert.deepEqual(namesOf(oldReleases(standing, "b", 12)), []);
});

test("those that the latest does not lead to are the oldest, by their dates", () => {
  const standing = [
    release("new", "gone"),
    release("x", null, { date: "2025-01-01" }),
    release("y", "x", { date: "2025-02-01" }),
    // After a step back to an older release.
    release("forward", "new", { date: "2024-01-01" }),
  ];
  assert.deepEqual(namesOf(oldReleases(standing, "new", 2)), ["x", "forward"]);
});

test("never the latest, never what a delta names, never a delta; the rest is what is asked for", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "e", "f", "g");
  const one = fc.record({
    version: name,
    previous: fc.option(name),
    since: fc.option(name, { nil: undefined }),
    date: fc.constantFrom("2026-01-01", "2026-01-02"),
    files: fc.constant([]),
  });
  const several = fc.uniqueArray(one, { selector: ({ version }) => version });
  fc.assert(
    fc.property(
      several,
      fc.option(name, { nil: undefined }),
      fc.integer({ min: 1, max: 5 }),
      (all, latest, keep) => {
        const old = oldReleases(all, latest, keep);
        const gone = new Set(namesOf(old));
        assert.equal(gone.size, old.length);
        assert.ok(latest === undefined || !gone.has(latest));
        for (const { version, since, previous } of all) {
          if (since === undefined) continue;
          for (const kept of [version, since, previous]) assert.ok(kept === null || !gone.has(kept));
        }
        const whole = all.filter(({ since }) => since === undefined);
        const left = whole.filter(({ version }) => !gone.has(version));
        assert.ok(left.length >= Math.min(keep, whole.length));
        const named = new Set(
          all.flatMap(({ since, previous }) => (since === undefined ? [] : [since, previous])),
        );
        const unprotected = left.filter(({ version }) => version !== latest && !named.has(version));
        assert.ok(unprotected.length <= keep);
      },
    ),
  );
});
