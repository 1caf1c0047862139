import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { COLUMNS, MAX_INTEGER } from "../record/index.js";
import { linesOf, PROJECT, run, temporaryFolder } from "../testing/run.js";
import { sampleRecord } from "../testing/samples.js";
import { recordSchema } from "./records-page.js";

/** docs/media-record.schema.json, used by a validator that is not ours. */

type Validate = ((record: unknown) => boolean) & { errors?: { instancePath: string; message?: string }[] };

async function validator(): Promise<Validate | undefined> {
  // Named by variables: the tests are built where the validator is not installed as well.
  const [ajv, formats] = ["ajv/dist/2020.js", "ajv-formats"];
  try {
    const { Ajv2020 } = await import(ajv);
    const { default: addFormats } = await import(formats);
    return addFormats
      .default(new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }))
      .compile(recordSchema());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

const validate = await validator();
const skip = validate ? false : "ajv and ajv-formats are not installed";

function problemsOf(record: unknown): string[] {
  if (validate?.(record)) return [];
  return (validate?.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const FIXTURES = join(PROJECT, "fixtures");
/** A snapshot of Commons is no answer of a provider. */
const PROVIDERS = readdirSync(FIXTURES, { withFileTypes: true }).filter(
  (entry) => entry.isDirectory() && entry.name !== "commons",
);

for (const { name } of PROVIDERS) {
  test(`the schema accepts every record of fixtures/${name}`, { skip }, async (t) => {
    const folder = join(FIXTURES, name);
    const files = readdirSync(folder).map((file) => join(folder, file));
    const rejects = join(temporaryFolder(t), "rejects.ndjson");
    const fetched = await run(["ov-fetch", name, "--rejects", rejects, "--input", ...files]);
    const records = linesOf(fetched.stdout);
    assert.ok(records.length > 0, fetched.stderr);
    for (const record of records) {
      assert.deepEqual(problemsOf(record), [], JSON.stringify(record));
    }
    const db = join(temporaryFolder(t), "staging.db");
    await run(["ov-stage", "load", "--db", db, "--rejects", rejects], { stdin: fetched.stdout });
    const staged = linesOf((await run(["ov-stage", "dump", "--db", db])).stdout);
    assert.ok(staged.length > 0);
    for (const record of staged) assert.deepEqual(problemsOf(record), [], JSON.stringify(record));
  });
}

const WRONG: readonly (readonly [what: string, change: Record<string, unknown>])[] = [
  ["a column that there is not", { colour: "red" }],
  ["another media type", { media_type: "video" }],
  ["a title that is a number", { title: 7 }],
  ["a title over the limit", { title: "x".repeat(5001) }],
  ["a text that is not a URL", { url: "not a web address" }],
  ["a width that is a text", { width: "640" }],
  ["a width that is not whole", { width: 640.5 }],
  ["a file size over the limit", { filesize: MAX_INTEGER + 1 }],
  ["a text that is not a time", { created_on: "yesterday" }],
  ["a text that is not an identifier", { identifier: "7" }],
  ["a tag without a provider", { tags: [{ name: "sun" }] }],
  ["a duration of an image", { media_type: "image", duration: 1000 }],
  ["a width of an audio", { media_type: "audio", width: 640 }],
  ...COLUMNS.filter(({ required }) => required).flatMap(({ name }) => [
    [`no ${name}`, { [name]: undefined }] as const,
    [`a null ${name}`, { [name]: null }] as const,
  ]),
];

test("the schema accepts the sample record that the wrong ones are made of", { skip }, () => {
  assert.deepEqual(problemsOf(sampleRecord()), []);
});

for (const [what, change] of WRONG) {
  test(`the schema refuses ${what}`, { skip }, () => {
    assert.notDeepEqual(problemsOf(sampleRecord(change)), []);
  });
}
