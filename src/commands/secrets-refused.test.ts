import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { serve } from "../base/http/local-server.test.util.js";
import { everythingIn } from "../base/secrets/secrets.test.util.js";
import { type CommandLine, finished, NO_PACE, run, start, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

Object.assign(process.env, NO_PACE);

/** What can be no key, and addresses that hold one, are refused before anything is asked or written. */

const TWO_LINES = "hf_first-secret\nsecond-secret";
const USER = "http://ada:pass-word@127.0.0.1:9";
const ADDRESS =
  ": an address with a user or password is not taken: others see it, and servers quote it; write it without";
const MORE_LINES = " has more than one line: it must hold the key and nothing else";
const S3 = { AWS_ACCESS_KEY_ID: "owner", AWS_SECRET_ACCESS_KEY: "long-secret-of-s3" };

interface Case {
  readonly line: CommandLine;
  readonly env?: Record<string, string>;
  /** Written to `file`. */
  readonly file?: string;
  readonly code: number;
  readonly message: string;
}

const flickr = (...more: string[]): CommandLine => ["ov-fetch", "flickr", "--date", "2026-01-02", ...more];

/** `URL` stands for a server, which is never asked. */
const CASES: readonly Case[] = [
  // Keys and tokens.
  {
    line: flickr("--base-url", "URL", "--state", "state", "--rejects", "rejects"),
    env: { FLICKR_API_KEY: TWO_LINES },
    code: 77,
    message: `FLICKR_API_KEY${MORE_LINES}`,
  },
  {
    line: flickr("--base-url", "URL", "--state", "state", "--api-key-file", "file"),
    file: "\ufefffirst-secret\n",
    code: 77,
    message: "file begins with a byte order mark: save it as plain text, without one",
  },
  {
    line: flickr("--base-url", "URL", "--state", "state", "--api-key-file", "."),
    code: 66,
    message: "cannot open .: it is a folder",
  },
  {
    line: ["ov-publish", "zenodo:", "--endpoint", "URL", "--token-file", "file"],
    file: TWO_LINES,
    code: 77,
    message: `file${MORE_LINES}`,
  },
  {
    line: ["ov-publish", "zenodo:", "--endpoint", "URL"],
    env: { ZENODO_TOKEN: "second-secreté" },
    code: 77,
    message: "ZENODO_TOKEN has characters that are not plain ASCII, which no key has: copy it again",
  },
  {
    line: ["ov-publish", "hf:me/media"],
    env: { HF_TOKEN: TWO_LINES },
    code: 77,
    message: `HF_TOKEN${MORE_LINES}`,
  },
  {
    line: ["ov-publish", "hf:me/media"],
    env: { HF_TOKEN: "", HF_TOKEN_PATH: "file" },
    file: TWO_LINES,
    code: 77,
    message: `file${MORE_LINES}`,
  },
  {
    line: ["ov-publish", "s3://media/x", "--endpoint", "URL"],
    env: { ...S3, AWS_SECRET_ACCESS_KEY: "secrets" },
    code: 77,
    message:
      "AWS_SECRET_ACCESS_KEY has 7 characters: with fewer than 8 it would be cut out of ordinary words",
  },
  {
    line: ["ov-publish", "s3://media/x", "--endpoint", "URL"],
    env: { ...S3, AWS_SESSION_TOKEN: TWO_LINES },
    code: 77,
    message: `AWS_SESSION_TOKEN${MORE_LINES}`,
  },
  {
    line: ["ov-publish", "s3://media/x", "--endpoint", "URL"],
    env: { AWS_ACCESS_KEY_ID: "", AWS_SHARED_CREDENTIALS_FILE: "file" },
    file: "[default]\naws_access_key_id = me\naws_secret_access_key = first-secret second-secret\n",
    code: 77,
    message:
      "aws_secret_access_key of the profile has a blank in the middle: it must hold the key and nothing else",
  },
  {
    line: ["ov-publish", "s3://media/x", "--endpoint", "URL"],
    env: { AWS_ACCESS_KEY_ID: "", AWS_SHARED_CREDENTIALS_FILE: "file" },
    file: "\ufeff[default]\naws_access_key_id = me\naws_secret_access_key = first-secret\n",
    code: 77,
    message: "file is no plain text: save it as UTF-8 without a byte order mark",
  },
  // Addresses.
  { line: flickr("--base-url", USER), code: 2, message: `--base-url${ADDRESS}` },
  { line: flickr("--base-url", "URL", "--contact", USER), code: 2, message: `--contact${ADDRESS}` },
  {
    line: flickr("--base-url", "URL", "--state", "state"),
    env: { FLICKR_API_KEY: "long-enough-key", OV_CONTACT: USER },
    code: 2,
    message: `OV_CONTACT${ADDRESS}`,
  },
  {
    line: ["ov-snapshot-stream", "--download", `${USER}/a.json.gz`],
    code: 2,
    message: `--download${ADDRESS}`,
  },
  { line: ["ov-publish", "zenodo:", "--endpoint", USER], code: 2, message: `--endpoint${ADDRESS}` },
  { line: ["ov-publish", "folder:out", "--url", USER], code: 2, message: `--url${ADDRESS}` },
  {
    line: ["ov-publish", "hf:me/media"],
    env: { HF_TOKEN: "hf_long-enough", HF_ENDPOINT: USER },
    code: 2,
    message: `HF_ENDPOINT${ADDRESS}`,
  },
  {
    line: ["ov-publish", "s3://media/x"],
    env: { ...S3, AWS_ENDPOINT_URL: USER },
    code: 2,
    message: `AWS_ENDPOINT_URL${ADDRESS}`,
  },
  {
    line: ["ov-publish", "s3://media/x"],
    env: { ...S3, AWS_CONFIG_FILE: "file" },
    file: `[default]\nendpoint_url = ${USER}\n`,
    code: 2,
    message: `endpoint_url of the profile${ADDRESS}`,
  },
];

describe("refused at once, without showing it", () => {
  for (const { line, env = {}, file, code, message } of CASES) {
    test(`${line.join(" ")}: ${message.slice(0, 60)}`, async (t) => {
      const folder = temporaryFolder(t);
      const { url, asked } = await serve(t, (_, response) => void response.writeHead(500).end());
      if (file !== undefined) writeFileSync(join(folder, "file"), file);
      const before = readdirSync(folder);
      const command = line.map((word) => (word === "URL" ? url : word)) as unknown as CommandLine;
      const settings = {
        HOME: folder,
        FLICKR_API_KEY: "",
        AWS_CONFIG_FILE: "",
        AWS_SHARED_CREDENTIALS_FILE: "",
      };
      const result = await run(command, { cwd: folder, env: { ...settings, ...env }, stdin: "{}\n" });
      assert.equal(result.stderr.split("\n")[0], `${line[0]}: ${message}`);
      assert.equal(result.code, code);
      assert.equal(result.stdout, "");
      assert.doesNotMatch(result.stderr, /secret-of|first-|second-|pass-word|ada/);
      assert.equal(asked.length, 0);
      assert.deepEqual(readdirSync(folder), before);
    });
  }
});

test("a password in an argument that is no address to ask is not shown either", async (t) => {
  const cwd = temporaryFolder(t);
  for (const line of [
    ["ov-stage", "load", "--db", "a.db", "https://ada:pass-word@a.org/x.ndjson?token=long-enough-token"],
    ["ov-snapshot-stream", "http://u:p@a.org/x.gz?X-Amz-Signature=long-enough-token"],
    ["ov-fetch", "flickr", "--limit", "https://ada:pass-word@a.org"],
  ] as const) {
    const { stderr, code } = await run(line, { cwd });
    assert.notEqual(code, 0);
    assert.doesNotMatch(everythingIn(cwd, stderr), /pass-word|u:p@|long-enough/);
    assert.match(stderr, /:\/\/a\.org/);
  }
});

test("a download: neither messages nor the note beside the part hold what is secret in its address", async (t) => {
  const cwd = temporaryFolder(t);
  const bytes = Buffer.from(ndjson([sampleRecord()]).repeat(1000));
  const { url, asked } = await serve(t, ({ url: address, headers }, response, count) => {
    if (address.pathname !== "/file.json") return void response.writeHead(404).end(address.search);
    const from = Number(/bytes=(\d+)/.exec(headers.range ?? "")?.[1] ?? 0);
    const said = { etag: '"1"', "content-length": bytes.length - from };
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    if (from > 0) response.writeHead(206, { ...said, "content-range": range }).end(bytes.subarray(from));
    // The rest never comes.
    else if (count === 0) response.writeHead(200, said).write(bytes.subarray(0, 5000));
    else response.writeHead(200, said).end(bytes);
  });
  // Signatures differ each time, and the file is the same one.
  const command = (signature: string) =>
    [
      ...["ov-snapshot-stream", "--download-only", "--to", "file.json", "--download"],
      `${url}/file.json?X-Amz-Signature=${signature}&sig=${signature}`,
    ] as unknown as CommandLine;
  const child = start(command("0123456789abcdef-signature"), { cwd });
  const killed = finished(child);
  const part = join(cwd, "file.json.part");
  while (!existsSync(part) || readFileSync(part).length < 5000) await setTimeout(20);
  child.kill("SIGKILL");
  await killed;
  assert.deepEqual(readdirSync(cwd).sort(), ["file.json.part", "file.json.part.json"]);
  assert.doesNotMatch(everythingIn(cwd), /0123456789abcdef|127\.0\.0\.1/);
  const next = await run(command("another-signature"), { cwd });
  assert.equal(next.code, 0, next.stderr);
  assert.ok(asked.some(({ headers }) => headers.range === "bytes=5000-"));
  assert.ok(readFileSync(join(cwd, "file.json")).equals(bytes));
  assert.doesNotMatch(everythingIn(cwd, next.stderr), /another-signature/);
});
