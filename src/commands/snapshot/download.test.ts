import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { serve } from "../../base/http/local-server.test.util.js";
import { linesOf, NO_PACE, PROJECT, run, temporaryFolder } from "../../testing/run.js";

Object.assign(process.env, NO_PACE);

const packed = readFileSync(join(PROJECT, "fixtures", "commons", "snapshot.json.gz"));
const NAME = "commons-20260105-mediainfo.json.gz";

/** A server that has the fixture, and perhaps a list of checksums. */
const published = (t: Parameters<typeof serve>[0], sha1?: string) =>
  serve(t, ({ url }, response) => {
    if (url.pathname === `/${NAME}`) response.writeHead(200, { "content-length": packed.length }).end(packed);
    else if (sha1 && url.pathname === "/commons-20260105-sha1sums.txt") {
      response.writeHead(200).end(`${"0".repeat(40)}  other.gz\n${sha1}  ${NAME}\n`);
    } else response.writeHead(404).end();
  });

test("--download gets a snapshot, compares its checksum, reads it, and does not get it again", async (t) => {
  const { url, asked } = await published(t, createHash("sha1").update(packed).digest("hex"));
  const cwd = temporaryFolder(t);
  const command = ["ov-snapshot-stream", "--download", `${url}/${NAME}`, "--flickr"] as const;
  const first = await run(command, { cwd, env: { OV_CONTACT: "media@example.org" } });
  assert.equal(first.code, 0, first.stderr);
  assert.equal(linesOf(first.stdout).length, 6);
  assert.match(first.stderr, new RegExp(`${NAME} is downloaded\n.*12 entities: 6 written`));
  assert.match(asked[0]?.headers["user-agent"] ?? "", /^ov-tools\/\S+ \(\+media@example\.org\)$/);
  const before = asked.length;
  const again = await run(command, { cwd });
  assert.equal(linesOf(again.stdout).length, 6);
  assert.match(again.stderr, /is there already/);
  assert.equal(asked.length, before);
});

test("--download-only reads nothing, --to names the file; without a published checksum that is told", async (t) => {
  const { url } = await published(t);
  const cwd = temporaryFolder(t);
  const args = ["--download", `${url}/${NAME}`, "--to", "my.json.gz", "--download-only"];
  const { stdout, stderr, code } = await run(["ov-snapshot-stream", ...args], { cwd });
  assert.deepEqual([stdout, code], ["", 0]);
  assert.match(stderr, /no checksum is published beside it/);
  assert.ok(readFileSync(join(cwd, "my.json.gz")).equals(packed));
});

test("a snapshot with another checksum is removed", async (t) => {
  const { url } = await published(t, "1".repeat(40));
  const cwd = temporaryFolder(t);
  const { stderr, code } = await run(["ov-snapshot-stream", "--download", `${url}/${NAME}`], { cwd });
  assert.match(
    stderr,
    /did not come as it was published \(another checksum\) and was removed; run this again/,
  );
  assert.equal(code, 75);
});

test("what cannot be downloaded is told", async (t) => {
  const { url } = await published(t);
  const cwd = temporaryFolder(t);
  for (const [args, message, exit] of [
    [["--download", `${url}/nothing.gz`], /answered with status 404: there is no such file/, 69],
    [
      ["--download", "yesterday"],
      /'yesterday' is not valid: it must be latest, a day \(YYYYMMDD\) or an address/,
      2,
    ],
    [["--download", "latest", "file.gz"], /--download names the snapshot; it does not go with files/, 2],
    [["--to", "file.gz"], /--to goes with --download/, 2],
    [["--download-only"], /--download-only goes with --download/, 2],
  ] as const) {
    const { stderr, code } = await run(["ov-snapshot-stream", ...args], { cwd });
    assert.match(stderr, message);
    assert.equal(code, exit);
  }
});
