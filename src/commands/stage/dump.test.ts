import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { linesOf, run, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

/** Conditions in SQL and names of licences that are wrong: 2, and why, also where it shows at a value. */

const ALL = "; a condition on columns of one media type needs --media)";
const IMAGE = ` (columns of image records${ALL}`;
const AUDIO = ` (columns of audio records${ALL}`;
const PARAMETER = "it has a parameter (?, :name, @name or $name), which nothing gives a value";

const WRONG: readonly (readonly [condition: string, problem: string | RegExp])[] = [
  ["", "--where is empty; write a condition: width > 4000"],
  [" \n", "--where is empty; write a condition: width > 4000"],
  ["title IS NULL AND", `--where: the condition ends too early${IMAGE}`],
  ["wdith > 1", `--where: no such column: wdith, did you mean width?${IMAGE}`],
  ["width > 1 -- all", `--where: no such column: width${AUDIO}`],
  ["nope(title)", `--where: no such function: nope${IMAGE}`],
  ["title = 'x", `--where: unrecognized token: "'x"${IMAGE}`],
  ["title = 'x' /* all", `--where: incomplete input${IMAGE}`],
  ["1; DROP TABLE run", `--where: it holds more than one statement${IMAGE}`],
  ["1) OR (1", `--where: near ")": syntax error${IMAGE}`],
  ["title = :a", `--where: ${PARAMETER}${IMAGE}`],
  ["title = ?", `--where: ${PARAMETER}${IMAGE}`],
  ["sum(1) > 1", `--where: misuse of aggregate function sum()${IMAGE}`],
  ["1 LIMIT 3", `--where: near "LIMIT": syntax error${IMAGE}`],
  ["1 UNION SELECT 1", `--where: near "UNION": syntax error${IMAGE}`],
  ["json_extract(title, '$.a') = 1", "--where: malformed JSON"],
  ["json_extract('{}', title) = 1", /^--where: bad JSON path: /],
  ["abs(-9223372036854775807 - length(title)) > 1", "--where: integer overflow"],
  ["title LIKE 'a' ESCAPE 'ab'", "--where: ESCAPE expression must be a single character"],
  ["load_extension(title)", "--where: not authorized"],
  ["randomblob(2000000000) IS NULL", "--where: string or blob too big"],
  ["printf('%*d', 2000000000, 1) = title", "--where: string or blob too big"],
];

/** Dumps two records of one database. */
async function dumpOf(t: TestContext): Promise<(...line: string[]) => ReturnType<typeof run>> {
  const cwd = temporaryFolder(t);
  const others = { foreign_identifier: "2", license: "cc0", license_version: "1.0", title: "y" };
  const stdin = ndjson([sampleRecord({ title: "x" }), sampleRecord(others)]);
  const { code, stderr } = await run(["ov-stage", "load", "--db", "s.db"], { cwd, stdin });
  assert.equal(code, 0, stderr);
  return (...line) => run(["ov-stage", "dump", "--db", "s.db", ...line], { cwd });
}

test("a condition that is wrong is 2 with the reason, also where it fails at a value", async (t) => {
  const dump = await dumpOf(t);
  for (const [condition, problem] of WRONG) {
    await t.test(`--where ${JSON.stringify(condition)}`, async () => {
      const { stderr, stdout, code } = await dump("--where", condition);
      const [first = ""] = stderr.replace(/^ov-stage: /, "").split("\n");
      if (typeof problem === "string") assert.equal(first, problem);
      else assert.match(first, problem);
      assert.deepEqual([stdout, code], ["", 2]);
    });
  }
});

test("--license takes several with commas, and names the one that is not a licence", async (t) => {
  const dump = await dumpOf(t);
  for (const names of [["by,cc0"], ["by , cc0"], ["by", "--license", "cc0"], ["all"]]) {
    const { stdout, stderr } = await dump("--license", ...names);
    assert.equal(linesOf(stdout).length, 2, stderr);
  }
  for (const [names, near] of [
    ["by,cc1", /--license: 'cc1' is no licence or group of licences \(did you mean cc0\?\)/],
    ["by,", /--license: '' is no licence or group of licences; there are all, /],
    ["CC BY 4.0", /\(did you mean by\?\)/],
  ] as const) {
    const { stdout, stderr, code } = await dump("--license", names);
    assert.match(stderr, near);
    assert.deepEqual([stdout, code], ["", 2]);
  }
});
