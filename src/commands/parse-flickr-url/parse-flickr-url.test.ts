import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { linesOf, run, start, temporaryFolder } from "../../testing/run.js";

const NAME = "ov-parse-flickr-url";
const PHOTO = "https://www.flickr.com/photos/coast_guard/32812033543/";
const PHOTO_LINE = {
  type: "single_photo",
  photo_id: "32812033543",
  user_url: "https://www.flickr.com/photos/coast_guard/",
  user_id: null,
  form: "page",
  canonical_url: PHOTO,
};
const typesIn = (stdout: string) => linesOf(stdout).map(({ type, error }) => type ?? error);

describe("URLs", () => {
  test("as operands give a line each, in order, whatever they are", async () => {
    const { stdout, stderr, code } = await run([NAME, PHOTO, "", "https://example.org", "flickr.com/help"]);
    assert.deepEqual(linesOf(stdout), [
      { url: PHOTO, ...PHOTO_LINE },
      { url: "", error: "NotAFlickrUrl" },
      { url: "https://example.org", error: "NotAFlickrUrl" },
      { url: "flickr.com/help", error: "UnrecognisedUrl" },
    ]);
    assert.equal(stderr, `${NAME}: 4 URLs: 2 NotAFlickrUrl, 1 UnrecognisedUrl, 1 single_photo; 0 rejected\n`);
    assert.equal(code, 0);
  });

  test("as lines of stdin, blank ones skipped, CRLF and all", async () => {
    const { stdout, stderr, code } = await run([NAME], {
      stdin: `${PHOTO}\r\n\n  \nhttps://flic.kr/p/2p4QbKN`,
    });
    assert.deepEqual(
      linesOf(stdout).map(({ url, photo_id }) => [url, photo_id]),
      [
        [PHOTO, "32812033543"],
        ["https://flic.kr/p/2p4QbKN", "53208249252"],
      ],
    );
    assert.equal(stderr, `${NAME}: 2 URLs: 2 single_photo; 0 rejected\n`);
    assert.equal(code, 0);
  });

  test("of any characters come out as they went in", async () => {
    const urls = [
      'https://www.flickr.com/photos/a"b\\c/1',
      "https://www.flickr.com/photos/é東😀/1",
      "\u0001\u2028",
    ];
    const { stdout } = await run([NAME], { stdin: urls.join("\n") });
    assert.deepEqual(
      linesOf(stdout).map(({ url }) => url),
      urls,
    );
  });

  test("that are no text follow the rules for bad lines", async (t) => {
    const stdin = Buffer.concat([
      Buffer.from(`${PHOTO}\n`),
      Buffer.from([0xff, 0x0a]),
      Buffer.from(`${PHOTO}\n`),
    ]);
    const stopped = await run([NAME], { stdin });
    assert.equal(stopped.stderr, `${NAME}: stdin:2: not valid UTF-8 at byte 1\n`);
    assert.equal(stopped.code, 65);
    const rejects = join(temporaryFolder(t), "rejects.ndjson");
    const { stdout, code } = await run([NAME, "--rejects", rejects], { stdin });
    assert.deepEqual([linesOf(stdout).length, code], [2, 0]);
    assert.deepEqual(
      linesOf(readFileSync(rejects, "utf8")).map(({ line, code }) => [line, code]),
      [[2, "utf8"]],
    );
  });

  test("come out one by one while the input is slow", async () => {
    const child = start([NAME, "--quiet"]);
    const seen: string[] = [];
    child.stdout?.on("data", (chunk) => seen.push(String(chunk)));
    const ended = new Promise((resolve) => child.on("close", resolve));
    child.stdin?.write(`${PHOTO}\n`);
    for (let tries = 0; seen.length === 0 && tries < 100; tries++) await wait(100);
    assert.deepEqual(typesIn(seen.join("")), ["single_photo"]);
    child.stdin?.end();
    assert.equal(await ended, 0);
  });

  test("an empty input is an empty output", async () => {
    const { stdout, stderr, code } = await run([NAME]);
    assert.deepEqual([stdout, stderr, code], ["", `${NAME}: 0 URLs; 0 rejected\n`, 0]);
  });
});

describe("--field", () => {
  test("adds the result to records, and changes nothing else", async () => {
    const first = `{"id":12345678901234567890,"at": {"urls":[1.0,"${PHOTO}"]} }`;
    const stdin = `${first}\n{"at":{"urls":[]}}\n{"at":{"urls":[0,7]}}\n{"at":{"urls":[0,"x"]},"flickr":"old"}\n`;
    const { stdout, stderr, code } = await run([NAME, "--field", "at.urls.1"], { stdin });
    assert.deepEqual(stdout.split("\n"), [
      `${first.slice(0, -1)},"flickr":${JSON.stringify(PHOTO_LINE)}}`,
      '{"at":{"urls":[]},"flickr":null}',
      '{"at":{"urls":[0,7]},"flickr":null}',
      '{"at":{"urls":[0,"x"]},"flickr":{"error":"NotAFlickrUrl"}}',
      "",
    ]);
    assert.equal(stderr, `${NAME}: 4 URLs: 2 without URL, 1 NotAFlickrUrl, 1 single_photo; 0 rejected\n`);
    assert.equal(code, 0);
  });

  test("reads files, and refuses what is no record", async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, "a.ndjson"), `{"url":"${PHOTO}"}\n`);
    writeFileSync(join(folder, "b.ndjson"), "[]\n");
    const { stdout, stderr, code } = await run([NAME, "--field", "url", "a.ndjson", "b.ndjson"], {
      cwd: folder,
    });
    assert.equal(linesOf(stdout).length, 1);
    assert.equal(stderr, `${NAME}: b.ndjson:1: this is a JSON array; pipe it through \`jq -c '.[]'\`\n`);
    assert.equal(code, 65);
  });

  test("with --only drops the other records", async () => {
    const stdin = `{"url":"${PHOTO}","n":1}\n{"url":"flickr.com","n":2}\n{"n":3}\n`;
    const { stdout } = await run([NAME, "--field", "url", "--only", "photo"], { stdin });
    assert.deepEqual(
      linesOf(stdout).map(({ n }) => n),
      [1],
    );
  });
});

describe("--extract", () => {
  test("finds URLs in text, with line and column", async () => {
    const stdin = `<a href="${PHOTO}">\n\n😀 (https://flic.kr/p/2p4QbKN), [https://www.flickr.com/help x]\n`;
    const { stdout, stderr, code } = await run([NAME, "--extract"], { stdin });
    assert.deepEqual(
      linesOf(stdout).map(({ url, line, column, type, error }) => [url, line, column, type ?? error]),
      [
        [PHOTO, 1, 10, "single_photo"],
        ["https://flic.kr/p/2p4QbKN", 3, 4, "single_photo"],
        ["https://www.flickr.com/help", 3, 33, "UnrecognisedUrl"],
      ],
    );
    assert.equal(stderr, `${NAME}: 3 URLs: 2 single_photo, 1 UnrecognisedUrl; 0 rejected\n`);
    assert.equal(code, 0);
  });

  test("says which file of several", async (t) => {
    const folder = temporaryFolder(t);
    for (const name of ["a.txt", "b.txt"]) writeFileSync(join(folder, name), `x ${PHOTO}`);
    const { stdout } = await run([NAME, "--extract", "a.txt", "b.txt"], { cwd: folder });
    assert.deepEqual(
      linesOf(stdout).map(({ file, line, column }) => [file, line, column]),
      [
        ["a.txt", 1, 3],
        ["b.txt", 1, 3],
      ],
    );
    const { stderr, code } = await run([NAME, "--extract", "c.txt"], { cwd: folder });
    assert.equal(stderr, `${NAME}: cannot open c.txt: no such file or folder\n`);
    assert.equal(code, 66);
  });
});

describe("--strict", () => {
  test("ends with 65 at the first URL that means nothing, after those before it", async () => {
    const { stdout, stderr, code } = await run([NAME, "--strict"], {
      stdin: `${PHOTO}\nexample.org\n${PHOTO}\n`,
    });
    assert.equal(linesOf(stdout).length, 1);
    assert.equal(stderr, `${NAME}: stdin:2: "example.org": no Flickr URL\n`);
    assert.equal(code, 65);
  });

  for (const [line, options, message] of [
    ["flickr.com/help", [], '"flickr.com/help": on Flickr, but it names nothing known'],
    ['{"n":1}', ["--field", "url"], "the record has no text there"],
    ["flickr.com/help", ["--extract"], '"flickr.com/help": on Flickr, but it names nothing known'],
  ] as const) {
    test(`${line} with ${options.join(" ") || "no other option"}`, async () => {
      const { stderr, code } = await run([NAME, "--strict", ...options], { stdin: line });
      assert.deepEqual([stderr, code], [`${NAME}: stdin:1: ${message}\n`, 65]);
    });
  }

  test("names the operand", async () => {
    const { stderr, code } = await run([NAME, "--strict", PHOTO, "x"]);
    assert.deepEqual([stderr, code], [`${NAME}: operand:2: "x": no Flickr URL\n`, 65]);
  });

  test("writes bad URLs down with --rejects, and goes on", async (t) => {
    const rejects = join(temporaryFolder(t), "rejects.ndjson");
    const stdin = `x\n${PHOTO}\nflickr.com/help\n`;
    const { stdout, stderr, code } = await run([NAME, "--strict", "--rejects", rejects], { stdin });
    assert.deepEqual([typesIn(stdout), code], [["single_photo"], 0]);
    assert.equal(stderr, `${NAME}: 1 URLs: 1 single_photo; 2 rejected\n`);
    assert.deepEqual(linesOf(readFileSync(rejects, "utf8")), [
      { line: 1, error: '"x": no Flickr URL', code: "NotAFlickrUrl", input: "x" },
      {
        line: 3,
        error: '"flickr.com/help": on Flickr, but it names nothing known',
        code: "UnrecognisedUrl",
        input: "flickr.com/help",
      },
    ]);
  });
});

test("--only keeps the types that are named", async () => {
  const urls = [PHOTO, "flickr.com", "https://www.flickr.com/photos/a/sets/7", "x"];
  assert.deepEqual(typesIn((await run([NAME, "--only", "photo, album", ...urls])).stdout), [
    "single_photo",
    "album",
  ]);
  assert.deepEqual(typesIn((await run([NAME, "--only", "homepage", ...urls])).stdout), ["homepage"]);
});

test("--decode-short marks what is inferred", async () => {
  const urls = ["https://flic.kr/s/aHsjybZ5ZD", "https://flic.kr/p/2p4QbKN"];
  const { stdout } = await run([NAME, "--decode-short", ...urls]);
  assert.deepEqual(
    linesOf(stdout).map(({ album_id, photo_id, inferred }) => [album_id ?? photo_id, inferred]),
    [
      ["72157628959784871", true],
      ["53208249252", undefined],
    ],
  );
  assert.deepEqual(typesIn((await run([NAME, ...urls])).stdout), ["UnrecognisedUrl", "single_photo"]);
});

/** An environment in which every TLS connection of a command leads to a server on this machine, without TLS. */
async function flickrHere(
  t: TestContext,
  web: Readonly<Record<string, string>>,
): Promise<{ env: Record<string, string>; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = `https://${request.headers.host}${request.url}`;
    asked.push(`${url} ${request.headers["user-agent"]}`);
    const location = web[url];
    if (location === undefined) response.writeHead(404).end();
    else response.writeHead(302, { location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const patch = `
    import net from "node:net";
    import tls from "node:tls";
    tls.connect = () => {
      const socket = net.connect(${port}, "127.0.0.1");
      socket.on("connect", () => socket.emit("secureConnect"));
      return socket;
    };`;
  return { env: { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(patch)}"` }, asked };
}

describe("--follow", () => {
  const SHORT = "https://flic.kr/s/aHsjybZ5ZD";
  const PASS = "https://www.flickr.com/gp/199246608@N02/nSN80jZ64E";

  test("asks Flickr, and keeps the order of the input", async (t) => {
    const { env, asked } = await flickrHere(t, {
      [SHORT]: "https://www.flickr.com/short_urls.gne?photoset=aHsjybZ5ZD",
      "https://www.flickr.com/short_urls.gne?photoset=aHsjybZ5ZD":
        "/photos/64527945@N07/sets/72157628959784871/",
      [PASS]: "/photos/199246608@N02/53279364618/",
      "https://flic.kr/y/2Xry4Jt": "https://example.org/",
    });
    const urls = [
      SHORT,
      PHOTO,
      PASS,
      "https://flic.kr/ps/ZZZZZZZZZ",
      "https://flic.kr/y/2Xry4Jt",
      SHORT,
      "x",
    ];
    const { stdout, stderr, code } = await run([NAME, "--follow", "--contact", "me@example.org", ...urls], {
      env,
    });
    const lines = linesOf(stdout);
    assert.deepEqual(
      lines.map(({ url }) => url),
      urls,
    );
    assert.deepEqual(
      lines.map(({ type, error }) => type ?? error),
      ["album", "single_photo", "single_photo", "UnrecognisedUrl", "NotFollowed", "album", "NotAFlickrUrl"],
    );
    assert.equal(lines[3]?.reason, "https://flic.kr/ps/ZZZZZZZZZ answered with status 404");
    assert.match(String(lines[4]?.reason), /redirects to example\.org, which is not of Flickr$/);
    assert.equal(asked.length, 5);
    assert.match(asked[0] ?? "", / ov-tools\/\S+ \(\+me@example\.org\)$/);
    assert.match(stderr, /7 URLs: 2 album, 2 single_photo, /);
    assert.equal(code, 0);
  });

  test("with --strict refuses what could not be followed, with the reason", async (t) => {
    const { env } = await flickrHere(t, {});
    const { stderr, code } = await run([NAME, "--follow", "--strict"], { stdin: SHORT, env });
    assert.equal(stderr, `${NAME}: stdin:1: "${SHORT}": ${SHORT} answered with status 404\n`);
    assert.equal(code, 65);
  });
});
