import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PROVIDERS } from "../../sources/providers/index.js";
import { linesOf, PROJECT, run } from "../../testing/run.js";

/**
 * A provider's fixture gives the records of `src/testing/expected-records`, which were checked by hand against the provider's
 * rules. Where a change is meant, they are written again by
 *
 *     OV_WRITE_OUTPUTS=1 node --test dist/commands/fetch/fixtures.test.js
 *
 * and looked at again.
 */

/** The others have tests of their own, odd item by odd item. */
const HERE = PROVIDERS.filter(
  ({ name }) => !existsSync(join(PROJECT, `src/sources/providers/${name}.test.ts`)),
);

for (const { name } of HERE) {
  test(`${name}: the records of its fixture`, async () => {
    const folder = join(PROJECT, "fixtures", name);
    const files = readdirSync(folder).filter((file) => /\.(?:json|csv\.gz)$/.test(file));
    const inputs = files.sort().map((file) => join(folder, file));
    const { stdout, stderr, code } = await run([
      "ov-fetch",
      name,
      "--input",
      inputs[0] as string,
      ...inputs.slice(1),
    ]);
    assert.equal(code, 0, stderr);
    const path = join(PROJECT, "src/testing/expected-records", `${name}.ndjson`);
    const text = `${stdout}${JSON.stringify({ summary: stderr.trim() })}\n`;
    if (process.env.OV_WRITE_OUTPUTS) writeFileSync(path, text);
    assert.deepEqual(linesOf(text), linesOf(readFileSync(path, "utf8")));
  });
}
