import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { serve } from "../base/http/local-server.test.util.js";
import type { Json, JsonObject } from "../base/ndjson/index.js";
import { everythingIn, inAllWays, isReadable, WAYS } from "../base/secrets/secrets.test.util.js";
import { strictHub, TOKEN } from "../release/publishing/targets/hub/strict-hub.test.util.js";
import { type Fault, proxyTo } from "../release/publishing/targets/s3/proxy.test.util.js";
import { strictZenodo, ZENODO_TOKEN } from "../release/publishing/targets/zenodo/strict-zenodo.test.util.js";
import { PROVIDERS } from "../sources/providers/index.js";
import { linesOf, NO_PACE, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

Object.assign(process.env, NO_PACE);

/** Servers that quote what they were sent, in every way there is and wherever they can: it comes out nowhere. */

const KEY = "Ab0-/Secret+Key=";
const QUOTED = inAllWays(KEY);

/** Holds what a run has left and printed against secrets. */
function refuseSecrets(secrets: readonly string[], folder: string, ...printed: string[]): void {
  const written = everythingIn(folder, ...printed);
  for (const secret of secrets) assert.equal(isReadable(secret, written), false, `${secret} in:\n${written}`);
}

describe("every provider with a key: whatever the answer is", { concurrency: true }, () => {
  /** One answer after the other, the last for ever. */
  const ANSWERS: readonly (readonly [
    status: number,
    body: Json | string,
    headers?: Record<string, string>,
  ])[] = [
    [302, "", { location: `/elsewhere/${encodeURIComponent(KEY)}?k=${encodeURIComponent(KEY)}&q=${KEY}` }],
    [503, QUOTED, { "retry-after": "0" }],
    [200, QUOTED],
    [
      200,
      {
        ...{
          stat: "fail",
          code: QUOTED,
          message: QUOTED,
          success: false,
          error: { code: 1, message: QUOTED },
        },
        ...{ errorCode: "4", data: QUOTED, detail: QUOTED, status: "ERROR" },
        headers: { status: "failed", code: 7, error_message: QUOTED },
      },
    ],
    [400, QUOTED],
  ];
  for (const { name, key, coverage } of PROVIDERS.filter((provider) => provider.key)) {
    test(name, async (t) => {
      const folder = temporaryFolder(t);
      const { url, asked } = await serve(t, (_, response, count) => {
        const [status, body, headers = {}] = ANSWERS[
          Math.min(count, ANSWERS.length - 1)
        ] as (typeof ANSWERS)[0];
        response.writeHead(status, { ...headers, etag: KEY });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      });
      const days = coverage === "dated" ? ["--date", "2026-01-02"] : [];
      const line = ["ov-fetch", name, ...days, "--base-url", url, "--state", join(folder, "state")] as const;
      const { stdout, stderr, code } = await run(
        [...line, "--rejects", join(folder, "rejects"), "--debug", "--log-format", "json"],
        { env: { [key?.variable ?? ""]: KEY } },
      );
      assert.notEqual(code, 0);
      assert.ok(asked.length > 1);
      refuseSecrets([KEY], folder, stdout, stderr);
    });
  }
});

test("answers that quote the key in every text: records, raw items, rejects", async (t) => {
  const folder = temporaryFolder(t);
  const given = join(temporaryFolder(t), "answer.json");
  const ways = Object.values(WAYS);
  const item = (id: number, change: JsonObject): JsonObject => ({
    ...{ id: `/1/${id}`, rights: ["http://creativecommons.org/licenses/by/4.0/"], title: [`Work ${id}`] },
    edmIsShownBy: [`https://img.example.org/${id}.jpg`],
    guid: `https://www.europeana.eu/item/1/${id}`,
    ...change,
  });
  const items = ways.flatMap((quote, i) => {
    const quoted = quote(KEY);
    return [
      item(10 * i, { title: [`Work, asked for with ${quoted}`], dcDescription: [quoted] }),
      item(10 * i + 1, {
        guid: `https://www.europeana.eu/item/1/${i}?a=b&c=${quoted}&utm_campaign=${quoted}`,
      }),
      item(10 * i + 2, {
        edmIsShownAt: [`https://a.example.org/${i}?a=b&c=${encodeURIComponent(quoted)}`],
      }),
      item(10 * i + 3, { edmIsShownBy: [`https://img.example.org/${encodeURIComponent(quoted)}/1.jpg`] }),
      item(10 * i + 4, { id: `/1/${quoted}`, [quoted]: quoted }),
      item(10 * i + 5, { rights: [quoted], [quoted]: quoted }),
    ];
  });
  writeFileSync(given, JSON.stringify({ success: true, items, nextCursor: QUOTED }));
  const rejects = join(folder, "rejects");
  const line = ["ov-fetch", "europeana", "--input", given, "--rejects", rejects] as const;
  const env = { EUROPEANA_API_KEY: KEY };
  const records = await run(line, { env });
  refuseSecrets([KEY], folder, records.stdout, records.stderr);
  const count = ways.length;
  assert.match(
    records.stderr,
    new RegExp(`^ov-fetch: ${3 * count} records, skipped: ${count} with no open licence; `),
  );
  assert.match(records.stderr, new RegExp(`API key cut out: .*${count} from title.*; ${2 * count} rejected`));
  const addresses = linesOf(records.stdout).map(({ foreign_landing_url: page }) => String(page));
  assert.deepEqual(
    addresses.filter((page) => page.includes("a.example.org")),
    ways.map((_, i) => `https://a.example.org/${i}?a=b`),
  );
  const raw = await run([...line, "--raw", "--log-format", "json"], { env });
  refuseSecrets([KEY], folder, raw.stdout, raw.stderr);
  assert.equal(JSON.parse(raw.stderr).keys_cut.item, items.length);
});

describe("publishing, to a server that quotes", { concurrency: 3 }, () => {
  const SESSION = "session-token/that+is=secret";
  const sets = [TOKEN, ZENODO_TOKEN, SESSION];

  async function setUp(t: TestContext) {
    const folder = temporaryFolder(t);
    const shards = join(temporaryFolder(t), "shards");
    const { stdout } = await run(["ov-to-parquet", "--out", shards], { stdin: ndjson([sampleRecord()]) });
    const home = { HOME: folder, TMPDIR: folder, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder };
    const publish = async (
      endpoint: string,
      env: Record<string, string>,
      target: string,
      ...more: string[]
    ) => {
      const endpoints = target.startsWith("hf:") ? [] : ["--endpoint", endpoint];
      const line = ["ov-publish", target, ...endpoints, ...more, "--debug", "--log-format", "json"] as const;
      return run(line, { stdin: stdout, cwd: folder, env: { ...home, HF_ENDPOINT: endpoint, ...env } });
    };
    return { folder, publish };
  }

  /** Refuses the n-th request, and says what it was asked. */
  const quoting = (secrets: string[], form: (text: string) => string) => (at: number, status: number) => {
    const body = form(inAllWays(...secrets));
    return (_: unknown, count: number): Fault | undefined => (count >= at ? { status, body } : undefined);
  };
  const FAULTS = [
    [0, 400],
    [4, 409],
  ] as const;

  for (const [at, status] of FAULTS) {
    test(`Zenodo, at request ${at + 1}`, async (t) => {
      const { folder, publish } = await setUp(t);
      const zenodo = await strictZenodo(t);
      const faults = quoting([ZENODO_TOKEN], (message) =>
        JSON.stringify({
          message,
          errors: [{ field: ZENODO_TOKEN, message: `${"x".repeat(180)} ${message}` }],
        }),
      );
      const { endpoint } = await proxyTo(t, zenodo.endpoint, faults(at, status));
      const { code, stdout, stderr } = await publish(
        endpoint,
        { ZENODO_TOKEN },
        "zenodo:",
        ...["--creator", "Doe, Jane"],
      );
      assert.notEqual(code, 0);
      refuseSecrets([ZENODO_TOKEN, ZENODO_TOKEN.slice(0, 15)], folder, stdout, stderr);
    });

    test(`the Hub, at request ${at + 1}`, async (t) => {
      const { folder, publish } = await setUp(t);
      const hub = await strictHub(t);
      const faults = quoting([TOKEN], (error) => JSON.stringify({ error: `${"x".repeat(280)} ${error}` }));
      const { endpoint } = await proxyTo(t, hub.endpoint, faults(at, status));
      const { code, stdout, stderr } = await publish(endpoint, { HF_TOKEN: TOKEN }, "hf:me/media");
      assert.notEqual(code, 0);
      refuseSecrets([TOKEN, TOKEN.slice(0, 15)], folder, stdout, stderr);
    });
  }

  test("S3: keys, session token and signature", async (t) => {
    const { folder, publish } = await setUp(t);
    const secrets: string[] = [];
    const server = await serve(t, ({ headers }, response) => {
      const authorization = headers.authorization ?? "";
      const signature = /Signature=(\w+)/.exec(authorization)?.[1] ?? "";
      secrets.push(signature);
      const quoted = `${inAllWays("secret/access+key-0123", SESSION, signature)} ${authorization}`;
      response.writeHead(400, { "content-type": "application/xml" });
      response.end(`<Error><Code>Bad</Code><Message><![CDATA[${quoted}]]></Message></Error>`);
    });
    const env = {
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret/access+key-0123",
      AWS_SESSION_TOKEN: SESSION,
    };
    const { code, stdout, stderr } = await publish(server.url, env, "s3://media/x");
    assert.equal(code, 69, stderr);
    assert.ok(secrets.length > 0 && secrets.every((signature) => signature.length === 64));
    refuseSecrets([...Object.values(env), ...secrets], folder, stdout, stderr);
  });

  test("a page and the line about what was published hold none either, and that is told", async (t) => {
    const { folder, publish } = await setUp(t);
    const { endpoint } = await strictHub(t);
    const set = join(folder, "set");
    writeFileSync(join(folder, "notes.md"), `Ours, made with ${TOKEN}.\n`);
    const line = ["--notes", join(folder, "notes.md"), "--title", `Set ${inAllWays(TOKEN)}`];
    const { code, stdout, stderr } = await publish(endpoint, { HF_TOKEN: TOKEN }, "hf:me/media", ...line);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /"a key or token that this run holds was cut out of README\.md"/);
    writeFileSync(join(folder, "notes.md"), "");
    mkdirSync(set);
    for (const page of ["README.md", "manifest.json"]) {
      const answer = await fetch(`${endpoint}/datasets/me/media/resolve/main/${page}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      assert.equal(answer.status, 200);
      writeFileSync(join(set, page), await answer.text());
    }
    refuseSecrets(sets, folder, stdout, stderr);
  });

  test("the address of a draft that Zenodo gives", async (t) => {
    const { folder, publish } = await setUp(t);
    const zenodo = await strictZenodo(t);
    const link = (text: string) => text.replace(/("html":"[^"]*)/g, `$1?access=${ZENODO_TOKEN}`);
    const { endpoint } = await proxyTo(t, zenodo.endpoint, () => ({ rewrite: link }));
    const target = ["zenodo:", "--creator", "Doe, Jane"] as const;
    const { code, stdout, stderr } = await publish(endpoint, { ZENODO_TOKEN }, ...target);
    assert.equal(code, 0, stderr);
    assert.match(String(linesOf(stdout)[0]?.url), /\?access=…$/);
    refuseSecrets([ZENODO_TOKEN], folder, stdout, stderr);
  });
});
