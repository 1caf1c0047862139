import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { after, type TestContext, test } from "node:test";
import fc from "fast-check";
import { FakeClock } from "../http/fake-clock.test.util.js";
import { Hosts } from "../http/index.js";
import { serveSelfSigned } from "../http/self-signed.test.util.js";
import { listen } from "../testing/hostile/attack.js";
import { openDestination, type TargetOptions } from "./destinations.js";
import { parseReleaseManifest } from "./found-release.js";
import { type HostileTarget, lyingServer, publishHastily, realShards, TARGETS } from "./hostile.test.util.js";
import { strictHub } from "./hub/strict-hub.test.util.js";
import { isPlainPath } from "./release-paths.js";
import { Bucket } from "./s3/bucket.js";
import { strictS3 } from "./s3/strict-server.test.util.js";
import { uploadInParts } from "./s3/upload.js";
import { strictZenodo, ZENODO_TOKEN } from "./strict-zenodo.test.util.js";
import { parseTarget } from "./targets.js";

/** What the table of misbehaviours does not know of: answers that only one target understands. */

const folder = await mkdtemp(join(tmpdir(), "ov-lying-"));
after(() => rm(folder, { recursive: true }));
const ONE = { manifest: await realShards(join(folder, "one"), 3) };
const TWO = { manifest: await realShards(join(folder, "two"), 4), release: "two" };

const [hub, s3, zenodo] = TARGETS as [HostileTarget, HostileTarget, HostileTarget];

const sha256 = (body: string | Buffer) => createHash("sha256").update(body).digest("hex");

function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): true {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
  return true;
}

/** A server that nobody may be led to. */
const nobody = (t: TestContext) => listen(t, (_, response) => response.end("{}"));

type Lie = Parameters<typeof lyingServer>[2];

/** Publishes to an honest server that lies now and then; `make` is told of the other server. */
async function publishTo(t: TestContext, target: HostileTarget, make: (elsewhere: string) => Lie) {
  const elsewhere = await nobody(t);
  const server = await target.start(t);
  const { url, kinds } = await lyingServer(t, server.endpoint, make(elsewhere.url));
  const ended = await publishHastily(target, url, ONE);
  assert.equal(server.standing() === undefined || target === hub, true, "nothing is published");
  assert.equal(elsewhere.asked.length, 0, "nobody else is asked");
  return { ...ended, requests: kinds.length, host: new URL(elsewhere.url).host };
}

/** The answer to a batch of uploads. */
const batch = (transfer: string, body: string, upload: object) => ({
  transfer,
  objects: JSON.parse(body).objects.map((object: object) => ({ ...object, actions: { upload } })),
});

const HUB_LIES: readonly (readonly [what: string, lie: (elsewhere: string) => Lie, says: RegExp])[] = [
  [
    "the next page of a listing at another host",
    (elsewhere) => (asked, response) =>
      asked.kind.includes("/tree/") &&
      json(response, [], { link: `<${elsewhere}${asked.url.pathname}?cursor=2>; rel="next"` }),
    /^hf:me\/media: the Hub's listing of files goes on at another address \(127\.0\.0\.1:\d+\)$/,
  ],
  [
    "a listing that never ends",
    () => (asked, response, kinds) =>
      asked.kind.includes("/tree/") &&
      json(response, [], {
        link: `<${asked.url.origin}${asked.url.pathname}?cursor=${kinds.length}>; rel="next"`,
      }),
    /^hf:me\/media: the Hub's listing of files does not end: 100 pages had no file of the release$/,
  ],
  [
    "a listing in a circle",
    () => (asked, response) =>
      asked.kind.includes("/tree/") && json(response, [], { link: `<${asked.url}>; rel="next"` }),
    /^hf:me\/media: the Hub's listing of files goes in a circle$/,
  ],
  [
    "uploads to a host nearby",
    (elsewhere) => (asked, response) =>
      asked.kind.endsWith("/batch") && json(response, batch("basic", asked.body, { href: `${elsewhere}/x` })),
    /^hf:me\/media: .*127\.0\.0\.1:\d+ is not asked/,
  ],
  [
    "a Xet token from another host",
    (elsewhere) => (asked, response) =>
      asked.kind.endsWith("/batch") &&
      json(response, batch("xet", asked.body, { href: `${elsewhere}/token` })),
    /^hf:me\/media: the Hub sends us to another host \(127\.0\.0\.1:\d+\): the token does not go there$/,
  ],
  [
    "Xet's storage at a host nearby",
    (elsewhere) => (asked, response) => {
      const header = {
        "X-Xet-Cas-Url": elsewhere,
        "X-Xet-Access-Token": "xet-token-of-the-tests",
        "X-Xet-Token-Expiration": String(Math.ceil(Date.now() / 1000) + 3600),
      };
      const upload = { href: `${asked.url.origin}/api/token`, header };
      return asked.kind.endsWith("/batch") && json(response, batch("xet", asked.body, upload));
    },
    /^hf:me\/media: .*127\.0\.0\.1:\d+ is not asked/,
  ],
  [
    "parts of an upload that are not numbered",
    () => (asked, response) => {
      const header = { chunk_size: "1", "99999": `${asked.url.origin}/store/x` };
      const upload = { href: `${asked.url.origin}/store/x`, header };
      return asked.kind.endsWith("/batch") && json(response, batch("multipart", asked.body, upload));
    },
    /the answer of http:\S+ is none of the Hub's \(it begins "\{\\"transfer\\"/,
  ],
];

for (const [what, lie, says] of HUB_LIES) {
  test(`the Hub names ${what}`, async (t) => {
    const { outcome, messages, requests } = await publishTo(t, hub, lie);
    assert.equal(outcome, "refused", messages);
    assert.match(messages, says);
    assert.ok(requests < 130, `${requests} requests`);
  });
}

const S3_LIES: readonly (readonly [what: string, lie: (elsewhere: string) => Lie, says: RegExp])[] = [
  [
    "sends us to another region",
    (elsewhere) => (asked, response) => {
      if (!asked.kind.endsWith("latest.json")) return false;
      const location = `${elsewhere}${asked.url.pathname}`;
      response.writeHead(307, { location, "x-amz-bucket-region": "eu-west-1" });
      response.end("<Error><Code>TemporaryRedirect</Code></Error>");
      return true;
    },
    /^GET s3:\/\/media\/set\/latest\.json: status 307, TemporaryRedirect: 127\.0\.0\.1:\d+ sends us to another address, which is not followed; set AWS_REGION=eu-west-1$/,
  ],
  [
    "names another endpoint",
    (elsewhere) => (_, response) => {
      response.writeHead(301, { "x-amz-bucket-region": "../../x" });
      response.end(
        `<Error><Code>PermanentRedirect</Code><Endpoint>${new URL(elsewhere).host}</Endpoint></Error>`,
      );
      return true;
    },
    /status 301, PermanentRedirect: .* is not followed; name it with --endpoint, or its region with AWS_REGION$/,
  ],
  [
    "has a latest.json that leads elsewhere",
    () => (asked, response) =>
      asked.kind === "GET /media/set/latest.json" &&
      json(response, { version: "one", path: "../../other/", manifest_sha256: "0".repeat(64) }),
    /^s3:\/\/media\/set\/latest\.json is not one of ours \(it begins "\{\\"version\\".*; name another prefix$/,
  ],
];

for (const [what, lie, says] of S3_LIES) {
  test(`an S3 server ${what}`, async (t) => {
    const { outcome, messages } = await publishTo(t, s3, lie);
    assert.equal(outcome, "refused", messages);
    assert.match(messages, says);
  });
}

/** A draft without files that names a bucket. */
const draftWith =
  (bucket: (own: string) => string): Lie =>
  ({ kind, url }, response) => {
    if (kind === "GET /api/deposit/depositions/1000/files") return json(response, []);
    const links = { bucket: bucket(url.origin) };
    const isDraft = /^(?:POST|PUT) \/api\/deposit\/depositions\b/.test(kind);
    return isDraft && json(response, { id: 1000, metadata: {}, links });
  };

const ZENODO_LIES: readonly (readonly [what: string, lie: (elsewhere: string) => Lie, says: RegExp])[] = [
  [
    "a bucket at another host",
    (elsewhere) => draftWith(() => `${elsewhere}/api/files/x`),
    /^zenodo: looking where files go: Zenodo sends us to another host \(127\.0\.0\.1:\d+\); the token does not go there$/,
  ],
  [
    "a bucket that is no place for files",
    () => draftWith((own) => `${own}/api/files/../../login`),
    /^zenodo: looking where files go: the answer of http:\S+ is none of Zenodo's \(it has no link that can be followed\)/,
  ],
  [
    "a file whose id is the way to another record",
    () => (asked, response) =>
      asked.kind === "GET /api/deposit/depositions/1000/files" &&
      json(response, [{ id: "../../999", filename: "README.md", checksum: "0" }]),
    /^zenodo: listing the files: the answer of http:\S+ is none of Zenodo's \(it begins "\[\{\\"id\\":\\"\.\.\/\.\./,
  ],
  [
    "a draft whose id is a path",
    () => (asked, response) =>
      asked.kind === "POST /api/deposit/depositions" &&
      json(response, { id: "7/../8", metadata: {}, links: {} }),
    /^zenodo: making a draft: the answer of http:\S+ is none of Zenodo's/,
  ],
];

for (const [what, lie, says] of ZENODO_LIES) {
  test(`Zenodo names ${what}`, async (t) => {
    const { outcome, messages } = await publishTo(t, zenodo, (elsewhere) => {
      const own = lie(elsewhere);
      return (asked, response, kinds) => {
        assert.doesNotMatch(asked.kind, /^DELETE/, "nothing is deleted");
        return own(asked, response, kinds);
      };
    });
    assert.equal(outcome, "refused", messages);
    assert.match(messages, says);
  });
}

/** A manifest.json that names another file as well, as somebody makes it who can write there. */
function withFile(text: string | undefined, path: string, body: string): Buffer {
  const manifest = JSON.parse(text ?? "");
  manifest.files.push({ path, bytes: body.length, sha256: sha256(body) });
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

test("on the Hub, what a manifest.json names that no release wrote stays", async (t) => {
  const { endpoint, main, add } = await strictHub(t);
  await publishHastily(hub, endpoint, ONE);
  const [theirs, old] = ["my notes", "data/image/train-00000-of-00001.parquet"];
  const manifest = withFile(main().get("manifest.json")?.toString(), "notes.txt", theirs);
  const changed = new Map([...main(), ["notes.txt", Buffer.from(theirs)], ["manifest.json", manifest]]);
  const files = (all: ReadonlyMap<string, Buffer>) =>
    new Map([...all].map(([path, body]) => [path, { body, isLarge: path.endsWith(".parquet") }]));
  add("main", files(changed));
  const { outcome, messages } = await publishHastily(hub, endpoint, TWO);
  assert.equal(outcome, "done", messages);
  assert.equal(main().get("notes.txt")?.toString(), theirs);
  assert.ok(!main().has(old), "what the release wrote is gone");
  const note = "1 of the files that the last manifest.json names are not as a release of ours wrote them";
  assert.ok(messages.includes(`hf:me/media: ${note}, and stay: "notes.txt"`), messages);
});

test("on S3, what a manifest.json names that no release wrote stays", async (t) => {
  const { endpoint, objects } = await strictS3(t);
  await publishHastily(s3, endpoint, ONE);
  const prefix = `set/${JSON.parse(String(objects.get("set/latest.json")?.body)).path}`;
  // They even know how our objects say their checksums, but for that of their own file.
  const text = withFile(objects.get(`${prefix}manifest.json`)?.body.toString(), "notes.txt", "mine");
  const put = (key: string, body: Buffer, headers = {}) => objects.set(key, { body, headers, etag: '"e"' });
  put(`${prefix}manifest.json`, text, { "x-amz-meta-sha256": sha256(text) });
  put(`${prefix}notes.txt`, Buffer.from("mine"));
  put(`${prefix}LICENSE.md`, Buffer.from("mine, too"));
  const pointer = JSON.parse(String(objects.get("set/latest.json")?.body));
  put("set/latest.json", Buffer.from(JSON.stringify({ ...pointer, manifest_sha256: sha256(text) })));
  const { outcome, messages } = await publishHastily(s3, endpoint, { ...TWO, keepReleases: 1 });
  assert.equal(outcome, "done", messages);
  const left = [...objects.keys()].filter((key) => key.startsWith(prefix));
  assert.deepEqual(left.sort(), [`${prefix}LICENSE.md`, `${prefix}notes.txt`]);
  assert.match(
    messages,
    /names are not as a release of ours wrote them, and stay: "LICENSE\.md", "notes\.txt"$/m,
  );
});

test("on S3, an object of somebody else in the place of one of ours stays", async (t) => {
  const { endpoint, objects } = await strictS3(t);
  objects.set("set/v=two/README.md", { body: Buffer.from("mine"), headers: {}, etag: '"e"' });
  const { outcome, messages } = await publishHastily(s3, endpoint, TWO);
  assert.equal(outcome, "no_output");
  assert.match(
    messages,
    /README\.md is there already, and no release of ours wrote it; move it away, or name /,
  );
  assert.equal(objects.get("set/v=two/README.md")?.body.toString(), "mine");
});

test("at Zenodo, a file of a new version that no release wrote stays", async (t) => {
  const { endpoint, records } = await strictZenodo(t);
  await publishHastily(zenodo, endpoint, ONE);
  records.get(1000)?.files.set("notes.pdf", Buffer.from("mine"));
  const version: HostileTarget = {
    ...zenodo,
    open: async (url, patience, onWarning) => {
      const { ZenodoDestination } = await import("./zenodo.js");
      const about = { scheme: "zenodo", record: "1000", publishDoi: true } as const;
      return new ZenodoDestination({ ...about, url, token: ZENODO_TOKEN, patience, onWarning });
    },
  };
  const { outcome, messages } = await publishHastily(version, endpoint, TWO);
  assert.equal(outcome, "done", messages);
  const files = records.get(1001)?.files;
  assert.equal(files?.get("notes.pdf")?.toString(), "mine");
  assert.ok(!files?.has("data_image_train-00000-of-00001.parquet"), "what the last release wrote is gone");
  assert.match(messages, /^zenodo:1000: 1 of the files of the draft 1001 .* and stay: "notes\.pdf"$/m);
});

test("a listing of parts that goes round is given up, and all parts are sent", async (t) => {
  const { endpoint, objects, owner } = await strictS3(t);
  const lie: Lie = ({ method, url }, response) => {
    if (method !== "GET" || !url.searchParams.has("uploadId")) return false;
    const more = "<IsTruncated>true</IsTruncated><NextPartNumberMarker>1</NextPartNumberMarker>";
    response.end(`<ListPartsResult>${more}</ListPartsResult>`);
    return true;
  };
  const { url, kinds } = await lyingServer(t, endpoint, lie);
  const bytes = randomBytes(6 * 1024 * 1024);
  const path = join(folder, "large");
  await writeFile(path, bytes);
  const patience = { hosts: new Hosts(), clock: new FakeClock() };
  const bucket = new Bucket({
    ...owner,
    region: "us-east-1",
    endpoint: url,
    bucket: "media",
    virtualHost: false,
    patience,
  });
  const abilities = { conditions: true, checksums: true };
  const about = { key: "large", path, bytes: bytes.length, sha256: sha256(bytes), headers: {}, abilities };
  await uploadInParts(bucket, about, 5 * 1024 * 1024, {});
  assert.ok(objects.get("large")?.body.equals(bytes));
  assert.equal(kinds.length, 7, "two pages of the listing, and what is always asked");
});

for (const target of TARGETS) {
  test(`${target.name}: a certificate that nobody has signed is final`, async (t) => {
    const { url, reached } = await serveSelfSigned(t);
    const { outcome, messages } = await publishHastily(target, url, ONE);
    assert.equal(outcome, "refused", messages);
    assert.match(messages, /: its certificate is signed by itself/);
    assert.doesNotMatch(messages, /\n/, "it is not asked again");
    assert.equal(reached(), 0);
  });
}

const NOTHING = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
const KEYS = {
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE000000000",
  AWS_SECRET_ACCESS_KEY: "a-secret-of-the-tests",
  ...NOTHING,
};

for (const [target, variables, endpoint, says] of [
  [
    "hf:me/media",
    { HF_ENDPOINT: "huggingface.co" },
    undefined,
    /^HF_ENDPOINT: "huggingface\.co" is no address/,
  ],
  ["hf:me/media", { HF_ENDPOINT: "ftp://huggingface.co" }, undefined, /^HF_ENDPOINT: /],
  ["s3://media/x", { ...KEYS, AWS_ENDPOINT_URL_S3: "localhost:9000" }, undefined, /^AWS_ENDPOINT_URL_S3: /],
  ["s3://media/x", { ...KEYS, AWS_ENDPOINT_URL: "http://" }, undefined, /^AWS_ENDPOINT_URL: /],
  [
    "s3://media/x",
    KEYS,
    "https://s3.example.org/?x=1",
    /^--endpoint: an address with a query or a fragment /,
  ],
  [
    "s3://media/x",
    { ...KEYS, AWS_REGION: "eu.example.org/#" },
    undefined,
    /^AWS_REGION: "eu\.example\.org\/#" is no region/,
  ],
  ["zenodo:", {}, "zenodo.example.org", /^--endpoint: "zenodo\.example\.org" is no address/],
] as const) {
  test(`${target} with ${endpoint ?? JSON.stringify(variables)} is an error of usage`, async (t) => {
    for (const [name, value] of Object.entries(variables)) {
      const before = process.env[name];
      process.env[name] = value;
      t.after(() => {
        if (before === undefined) delete process.env[name];
        else process.env[name] = before;
      });
    }
    const options = {
      endpoint,
      virtualHost: false,
      patience: { hosts: new Hosts() },
    } as unknown as TargetOptions;
    await assert.rejects(openDestination(parseTarget(target), options), { outcome: "usage", message: says });
  });
}

test("a path of a manifest.json stays below its folder, or the manifest is none of ours", () => {
  const names = fc.constantFrom(
    "..",
    ".",
    "",
    "%2e%2e",
    "%2E.",
    "a",
    "b c",
    "\u0000",
    "é",
    "\\",
    "data",
    "x".repeat(600),
    "\ud800",
  );
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 4 }), (parts) => {
      const path = parts.join("/");
      const files = [{ path, bytes: 1, sha256: "0".repeat(64) }];
      const found = parseReleaseManifest(JSON.stringify({ tool: "ov-tools", format_version: 1, files }));
      assert.equal(found !== undefined, isPlainPath(path));
      if (!found) return;
      assert.ok(posix.join("/base", path).startsWith("/base/"));
      for (const written of [path, path.split("/").map(encodeURIComponent).join("/")]) {
        assert.ok(new URL(`http://h/base/${written}`).pathname.startsWith("/base/"));
      }
    }),
  );
});
