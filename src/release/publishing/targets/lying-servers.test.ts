import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { FakeClock } from "../../../base/http/fake-clock.test.util.js";
import { Hosts } from "../../../base/http/index.js";
import { serveSelfSigned } from "../../../base/http/self-signed.test.util.js";
import { listen } from "../../../testing/hostile/attack.js";
import { lyingServer, publishHastily, realShards, TARGETS } from "../hostile.test.util.js";
import { HubClient } from "./hub/client.js";
import { hub, json, type Lie, publishTo, s3, sha256, zenodo } from "./lying.test.util.js";
import { Bucket } from "./s3/bucket.js";
import { strictS3 } from "./s3/strict-server.test.util.js";
import { uploadInParts } from "./s3/upload.js";

/** What the table of misbehaviours does not know of: answers that only one target understands. */

const folder = await mkdtemp(join(tmpdir(), "ov-lying-"));
after(() => rm(folder, { recursive: true }));
const manifest = await realShards(join(folder, "one"), 3);

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
    /the answer of http:\S+ is not one of the Hub's \(it begins "\{\\"transfer\\"/,
  ],
  [
    "a part of an upload for every byte",
    () => (asked, response) => {
      const parts = Array.from({ length: 10_001 }, (_, i) => [
        String(i + 1),
        `${asked.url.origin}/store/${i}`,
      ]);
      const upload = {
        href: `${asked.url.origin}/store/x`,
        header: { chunk_size: "1", ...Object.fromEntries(parts) },
      };
      return asked.kind.endsWith("/batch") && json(response, batch("multipart", asked.body, upload));
    },
    /the answer of http:\S+ is not one of the Hub's \(it begins "\{\\"transfer\\"/,
  ],
];

for (const [what, lie, says] of HUB_LIES) {
  test(`the Hub names ${what}`, async (t) => {
    const { outcome, messages, requests } = await publishTo(t, hub, manifest, lie);
    assert.equal(outcome, "refused", messages);
    assert.match(messages, says);
    assert.ok(requests < 130, `${requests} requests`);
  });
}

test("the Hub wants a large file in the commit itself, which would be held in memory", async (t) => {
  const path = "data/image/train-00000-of-00001.parquet";
  const { url } = await listen(t, (_, response) => {
    response.end(JSON.stringify({ files: [{ path, uploadMode: "regular" }] }));
  });
  const sending = { hosts: new Hosts(), clock: new FakeClock() };
  const client = new HubClient({
    repo: "me/media",
    hubUrl: url,
    token: "hf_of-the-tests",
    sending,
    onWarning: assert.fail,
  });
  const asked = {
    method: "POST",
    headers: { authorization: "Bearer hf_of-the-tests" },
    body: JSON.stringify({ files: [{ path, size: 250e6, sample: "" }] }),
  };
  await assert.rejects(client.fetch(`${url}/api/datasets/me/media/preupload/main`, asked), {
    outcome: "refused",
    message: `hf:me/media: the Hub wants ${path} in the commit itself, which is for small files; does .gitattributes there have *.parquet as LFS?`,
  });
});

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
    const { outcome, messages } = await publishTo(t, s3, manifest, lie);
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
    /^zenodo: looking where files go: the answer of http:\S+ is not one of Zenodo's \(it has no link that can be followed\)/,
  ],
  [
    "a file whose id is the way to another record",
    () => (asked, response) =>
      asked.kind === "GET /api/deposit/depositions/1000/files" &&
      json(response, [{ id: "../../999", filename: "README.md", checksum: "0" }]),
    /^zenodo: listing the files: the answer of http:\S+ is not one of Zenodo's \(it begins "\[\{\\"id\\":\\"\.\.\/\.\./,
  ],
  [
    "a draft whose id is a path",
    () => (asked, response) =>
      asked.kind === "POST /api/deposit/depositions" &&
      json(response, { id: "7/../8", metadata: {}, links: {} }),
    /^zenodo: making a draft: the answer of http:\S+ is not one of Zenodo's/,
  ],
  [
    "a file whose size is no number",
    () => (asked, response) =>
      asked.kind === "GET /api/deposit/depositions/1000/files" &&
      json(response, [{ id: "x", filename: "strange", checksum: "0", filesize: { toString: 1 } }]),
    /^zenodo: listing the files: the answer of http:\S+ is not one of Zenodo's \(it begins "\[\{\\"id\\":\\"x/,
  ],
  [
    "a draft whose record is no text",
    () => (asked, response) =>
      asked.kind === "POST /api/deposit/depositions" &&
      json(response, { id: 7, conceptrecid: { toString: 1 }, metadata: {}, links: {} }),
    /^zenodo: making a draft: the answer of http:\S+ is not one of Zenodo's/,
  ],
  [
    "no bucket, and a page that is no address",
    () =>
      ({ kind }, response) => {
        if (kind.endsWith("/files")) return json(response, []);
        const links = { html: { toString: 1 } };
        return (
          /^(?:POST|PUT|GET) \/api\/deposit\/depositions\/?\d*$/.test(kind) &&
          json(
            response,
            kind.startsWith("GET /api/deposit/depositions/") || !kind.startsWith("GET")
              ? { id: 1000, metadata: {}, links }
              : [],
          )
        );
      },
    /^zenodo: the draft 1000 says nowhere where its files go \(no link "bucket"\); look at it at http:\S+\/deposit\/1000, discard it there, then publish again$/,
  ],
];

for (const [what, lie, says] of ZENODO_LIES) {
  test(`Zenodo names ${what}`, async (t) => {
    const { outcome, messages } = await publishTo(t, zenodo, manifest, (elsewhere) => {
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
  const sending = { hosts: new Hosts(), clock: new FakeClock() };
  const bucket = new Bucket({
    ...owner,
    region: "us-east-1",
    endpoint: url,
    bucket: "media",
    virtualHost: false,
    sending,
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
    const { outcome, messages } = await publishHastily(target, url, { manifest });
    assert.equal(outcome, "refused", messages);
    assert.match(messages, /: its certificate is signed by itself/);
    assert.doesNotMatch(messages, /\n/, "it is not asked again");
    assert.equal(reached(), 0);
  });
}
