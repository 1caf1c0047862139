import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../testing/run.js";
import { Failure } from "../failure.js";
import { openRejects } from "./rejects.js";

const BAD = { file: "stdin", line: 123, error: "url is missing", code: "missing_url", input: '{"a":"é"}' };

test("without a file the first bad line is a failure, and there is nothing to put in place", async () => {
  const rejects = await openRejects(undefined);
  assert.throws(
    () => rejects.onBadLine(BAD),
    (error) =>
      error instanceof Failure &&
      error.outcome === "bad_input" &&
      error.message === "url is missing" &&
      error.place?.line === 123,
  );
  await rejects.commit();
  await rejects.abandon();
  assert.equal(rejects.count, 0);
});

test("a bad line is written down with its place, what is wrong, a code and the line itself", async (t) => {
  const path = join(temporaryFolder(t), "rejects.ndjson");
  const rejects = await openRejects(path);
  await rejects.onBadLine(BAD);
  await rejects.onBadLine({ ...BAD, file: "a.ndjson", line: 2, input: "a\u0000\n\ud83d" });
  const { line, ...item } = { ...BAD, file: "page-2.json", item: 7 };
  await rejects.onBadLine(item);
  await rejects.commit();
  assert.equal(
    readFileSync(path, "utf8"),
    '{"line":123,"error":"url is missing","code":"missing_url","input":"{\\"a\\":\\"é\\"}"}\n' +
      '{"file":"a.ndjson","line":2,"error":"url is missing","code":"missing_url","input":"a\\u0000\\n\\ud83d"}\n' +
      '{"file":"page-2.json","item":7,"error":"url is missing","code":"missing_url","input":"{\\"a\\":\\"é\\"}"}\n',
  );
  assert.equal(rejects.count, 3);
});

test("the file is there also when nothing was rejected, and then it is empty", async (t) => {
  const path = join(temporaryFolder(t), "rejects.ndjson");
  const rejects = await openRejects(path);
  await rejects.commit();
  assert.equal(readFileSync(path, "utf8"), "");
});

test("a command that failed leaves the rejects file of the run before as it was", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "rejects.ndjson");
  writeFileSync(path, "older\n");
  const rejects = await openRejects(path);
  await rejects.onBadLine(BAD);
  await rejects.abandon();
  assert.equal(readFileSync(path, "utf8"), "older\n");
  assert.deepEqual(readdirSync(folder), ["rejects.ndjson"]);
});

test("a rejects file that cannot be made is a failure before any line is read", async (t) => {
  const path = join(temporaryFolder(t), "nowhere", "rejects.ndjson");
  await assert.rejects(openRejects(path), {
    name: "Failure",
    outcome: "no_output",
    message: `cannot create ${path}: no such file or folder`,
  });
});
