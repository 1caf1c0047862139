import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../testing/run.js";
import { failureOf } from "./client.test.util.js";
import { type DownloadOptions, download } from "./download.js";
import { serve } from "./local-server.test.util.js";

const BYTES = randomBytes(1_000_000);
const HALF = 500_000;

const get = (url: string, path: string, options: Partial<DownloadOptions> = {}) =>
  download(new URL("/file.gz", url), path, { version: "1.2.3", ...options });

/** A server that keeps its first answer waiting in the middle, until it is told to go on. */
async function halting(t: Parameters<typeof serve>[0], etag: string | undefined = '"1"') {
  let goOn = () => {};
  const { url } = await serve(t, ({ headers }, response, count) => {
    const from = Number(/^bytes=(\d+)-/.exec(headers.range ?? "")?.[1] ?? 0);
    const range = from > 0 && { "content-range": `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` };
    const tag = etag === undefined ? {} : { etag };
    response.writeHead(range ? 206 : 200, { ...tag, "content-length": BYTES.length - from, ...range });
    if (count > 0) return void response.end(BYTES.subarray(from));
    response.write(BYTES.subarray(0, HALF));
    goOn = () => void response.end(BYTES.subarray(HALF));
  });
  return { url, goOn: () => goOn() };
}

/** Begins a download, and gives it when half of the file is there. */
async function begun(url: string, path: string): Promise<{ done: Promise<void> }> {
  let isHalf = () => {};
  const half = new Promise<void>((resolve) => {
    isHalf = resolve;
  });
  const done = get(url, path, { onProgress: (bytes) => bytes >= HALF && isHalf() });
  done.catch(() => undefined);
  await half;
  return { done };
}

test("two runs at one file do each other no harm", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "file.gz");
  const { url, goOn } = await halting(t);
  const { done } = await begun(url, path);
  await get(url, path);
  assert.ok(readFileSync(path).equals(BYTES));
  goOn();
  await done;
  assert.ok(readFileSync(path).equals(BYTES));
  assert.deepEqual(readdirSync(folder), ["file.gz"]);
});

test("of two runs that cannot go on from each other's part, one ends with words", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "file.gz");
  const { url, goOn } = await halting(t, "");
  const { done } = await begun(url, path);
  await get(url, path);
  goOn();
  const { outcome, message } = await failureOf(done);
  assert.equal(outcome, "temporary");
  assert.match(message, /file\.gz: another run downloads to it as well, or has done so; run this again/);
  assert.ok(readFileSync(path).equals(BYTES));
});

test("a file that only has the name of a part or its note is left alone", async (t) => {
  const { url } = await serve(t, (_, response) => void response.end(BYTES));
  const theirs: Record<string, (path: string) => void> = {
    part: (path) => writeFileSync(`${path}.part`, "mine"),
    "part, a link": (path) => symlinkSync("elsewhere", `${path}.part`),
    "part, a folder": (path) => mkdirSync(`${path}.part`),
    "part, a pipe": (path) => void execFileSync("mkfifo", [`${path}.part`]),
    "part.json": (path) => writeFileSync(`${path}.part.json`, "null"),
    "part.json, other JSON": (path) => writeFileSync(`${path}.part.json`, '{"address":"Main Street 1"}'),
    "part.json, a pipe": (path) => void execFileSync("mkfifo", [`${path}.part.json`]),
  };
  for (const [what, make] of Object.entries(theirs)) {
    const folder = temporaryFolder(t);
    const path = join(folder, "file.gz");
    make(path);
    const before = readdirSync(folder);
    const { outcome, message } = await failureOf(get(url, path));
    assert.equal(outcome, "no_output", what);
    assert.match(
      message,
      /^cannot create .*file\.gz: .*\.part(\.json)? is there, and is not of a download; rename it$/,
    );
    assert.deepEqual(readdirSync(folder), before, what);
    if (what === "part") assert.equal(readFileSync(`${path}.part`, "utf8"), "mine");
  }
});

test("a link stays, and leads to what was downloaded; what is no regular file is refused", async (t) => {
  const { url } = await serve(t, (_, response) => void response.end(BYTES));
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "disk"));
  const path = join(folder, "link.gz");
  symlinkSync("disk/real.gz", path);
  await get(url, path);
  assert.equal(readlinkSync(path), "disk/real.gz");
  assert.ok(lstatSync(join(folder, "disk/real.gz")).isFile() && readFileSync(path).equals(BYTES));
  for (const other of ["/dev/null", folder, join(folder, "none/")]) {
    assert.equal((await failureOf(get(url, other))).outcome, "no_output", other);
  }
  assert.ok(!existsSync(join(folder, "none")));
});

test("what gets the name while a download is under way is not replaced", async (t) => {
  const path = join(temporaryFolder(t), "file.gz");
  const { url, goOn } = await halting(t);
  const { done } = await begun(url, path);
  writeFileSync(path, "mine");
  goOn();
  assert.match((await failureOf(done)).message, /something has this name by now/);
  assert.equal(readFileSync(path, "utf8"), "mine");
});
