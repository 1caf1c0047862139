import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { serve } from "../base/http/local-server.test.util.js";
import { type CommandLine, linesOf, NO_PACE, PROJECT, run, temporaryFolder } from "../testing/run.js";

Object.assign(process.env, NO_PACE);

const page = readFileSync(join(PROJECT, "fixtures", "nappy", "page-1.json"), "utf8").replace(
  "next_page",
  "last",
);
const packed = readFileSync(join(PROJECT, "fixtures", "commons", "snapshot.json.gz"));
const NAME = "dump.json.gz";

test("a server on this machine may send us to another one here only where --allow-host names it", async (t) => {
  const other = await serve(t, ({ url }, response) =>
    response.end(url.pathname === `/${NAME}` ? packed : page),
  );
  const { url } = await serve(t, (one, response) =>
    response.writeHead(302, { location: other.url + one.url.pathname }).end(),
  );
  const cwd = temporaryFolder(t);
  const place = new URL(other.url).host;
  const lines: CommandLine[] = [
    ["ov-fetch", "nappy", "--limit", "1", "--base-url", url],
    ["ov-snapshot-stream", "--download", `${url}/${NAME}`],
  ];
  for (const line of lines) {
    const refused = await run(line, { cwd });
    assert.equal(refused.code, 69, refused.stderr);
    assert.ok(
      refused.stderr.includes(`${place} is not asked: it is this machine (127.0.0.0/8)`),
      refused.stderr,
    );
    assert.ok(refused.stderr.trimEnd().endsWith(`allow it with --allow-host ${place}`), refused.stderr);
    assert.deepEqual(readdirSync(cwd), []);
  }
  assert.equal(other.asked.length, 0);
  for (const line of lines) {
    const allowed = await run([...line, "--allow-host", `example.org:443,${place}`], { cwd });
    assert.equal(allowed.code, 0, allowed.stderr);
    assert.ok(linesOf(allowed.stdout).length > 0);
  }
});

describe("what is no address is a usage error", () => {
  const cases: [line: CommandLine, message: string][] = [
    [
      ["ov-fetch", "nappy", "--base-url", "nonsense"],
      '--base-url: "nonsense" is no address of the web; it begins with https:// or http:// and a host',
    ],
    [
      ["ov-fetch", "nappy", "--base-url", "https://me:SeCrEt@example.org"],
      "--base-url: an address with a user or password is not taken",
    ],
    [
      ["ov-snapshot-stream", "--download", "https://me:SeCrEt@example.org/x.gz"],
      "--download: an address with a user or password is not taken",
    ],
    [
      ["ov-fetch", "nappy", "--allow-host", "127.0.0.1"],
      '--allow-host: "127.0.0.1" is no host with a port, as 127.0.0.1:9000 or [::1]:9000',
    ],
  ];
  for (const [line, message] of cases) {
    test(line.join(" "), async (t) => {
      const { stdout, stderr, code } = await run(line, { cwd: temporaryFolder(t) });
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.ok(stderr.includes(message), stderr);
      assert.ok(!stderr.includes("SeCrEt"));
    });
  }
});

test("a page in the place of a snapshot is not downloaded", async (t) => {
  const cwd = temporaryFolder(t);
  const { url } = await serve(t, (_, response) => response.end("<!DOCTYPE html><p>Log in"));
  const { stdout, stderr, code } = await run(["ov-snapshot-stream", "--download", `${url}/${NAME}`], { cwd });
  assert.deepEqual([code, stdout], [69, ""]);
  assert.ok(
    stderr.includes(
      `${url}/${NAME} answered with an HTML page, and not the file; it begins "<!DOCTYPE html><p>Log in"`,
    ),
    stderr,
  );
  assert.deepEqual(readdirSync(cwd), []);
});
