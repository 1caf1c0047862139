import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf, run, temporaryFolder } from "../../testing/run.js";
import { ndjson } from "../../testing/samples.js";

/** One list, one answer: `ov-optout`, `ov-stage remove --list` and `ov-publish --opt-outs` name the same records. */

const LIST = [
  "# asked by mail",
  "24662369@N07",
  "https://www.flickr.com/photos/nasahq/54785924845/",
  "https://web.archive.org/web/2020/http://museum.example.org/people/Jürgen?utm_source=x",
  "*.müller.de",
  "https://ada.github.io/",
  "provider:stocksnap",
  "https://files.example.net/a/../c[1].jpg",
  "https://museum.example.org/show/?who=7/",
  "never.example.com",
];

type Fields = Readonly<Record<string, unknown>>;

const NAMED: readonly Fields[] = [
  { provider: " StockSnap " },
  { creator_url: "http://m.flickr.com:80/photos/24662369%40n07/albums/72157" },
  { creator_url: "https://www.flickr.com/people/24662369@N07?rb=1" },
  { provider: "flickr", foreign_identifier: 54785924845 },
  { provider: "flickr", foreign_identifier: "0054785924845" },
  { url: "//farm66.static.flickr.com/65535/54785924845_0a1b2c3d4e.jpg" },
  { foreign_landing_url: "flic.kr/p/2rtfbK8" },
  { creator_url: "http://www.museum.example.org./people/Ju%CC%88rgen/#works" },
  { url: "https:////BILDER.xn--mller-kva.de:8443/1.jpg" },
  { foreign_landing_url: "https://web.archive.org/web/2019/https://müller.de/1" },
  { creator_url: "https://ada.github.io/about" },
  { url: "http:files.example.net/c%5B1%5D.jpg?" },
  { creator_url: "https://museum.example.org/show?who=7/" },
  { creator_url: "https://www.flickr.com/photos/24662369@N07&ref=x" },
  { provider: "Flickr", foreign_identifier: "+54785924845.0" },
  { foreign_landing_url: "https://wayback.example.net/20190102030405/https://müller.de/2" },
];
const OTHERS: readonly Fields[] = [
  {},
  { foreign_identifier: "54785924845" },
  { provider: "flickr", foreign_identifier: "5478592484" },
  { creator_url: "https://www.flickr.com/photos/24662369@N08/" },
  { creator_url: "https://museum.example.org/people/jürgen" },
  { url: "https://xmüller.de/1.jpg" },
  { url: "https://müller.de.example.org/1.jpg" },
  { creator_url: "https://eve.github.io/?u=ada.github.io" },
  { url: "https://files.example.net/C[1].jpg" },
  { provider: "snap" },
];

const recordOf = (title: string, i: number, fields: Fields) => ({
  provider: "my_museum",
  foreign_identifier: `${title}-${i}`,
  foreign_landing_url: `https://elsewhere.example.net/works/${title}-${i}`,
  url: `https://elsewhere.example.net/files/${title}-${i}.jpg`,
  license: "by",
  license_version: "4.0",
  title: `${title} ${i}`,
  ...fields,
});
const titlesOf = (text: string) => linesOf(text).map(({ title }) => title);

test("a filter, a removal and a publication agree about which records a list names", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "list.txt"), LIST.map((line) => `${line}\n`).join(""));
  const named = NAMED.map((fields, i) => recordOf("named", i, fields));
  const others = OTHERS.map((fields, i) => recordOf("other", i, fields));
  const kept = others.map(({ title }) => title);
  const stdin = ndjson([...named, ...others]);
  const ok = async (line: [string, ...string[]], input = "") => {
    const { stdout, stderr, code } = await run(line, { stdin: input, cwd });
    assert.equal(code, 0, stderr);
    return stdout;
  };

  assert.deepEqual(titlesOf(await ok(["ov-optout", "--list", "list.txt"], stdin)), kept, "raw");
  await ok(["ov-stage", "load", "--db", "s.db"], stdin);
  const all = await ok(["ov-stage", "dump", "--db", "s.db"]);
  assert.equal(linesOf(all).length, named.length + others.length);
  assert.deepEqual(
    new Set(titlesOf(await ok(["ov-optout", "--list", "list.txt"], all))),
    new Set(kept),
    "cleaned",
  );

  const publish = async (records: string, folder: string) => {
    const manifest = await ok(["ov-to-parquet", "--out", folder], records);
    return run(["ov-publish", "folder:published", "--opt-outs", "list.txt"], {
      stdin: manifest,
      cwd,
      env: { SOURCE_DATE_EPOCH: "1767225600" },
    });
  };
  const refused = await publish(all, "all");
  assert.match(
    refused.stderr,
    new RegExp(` is named by list\\.txt:\\d+ \\(.*, and ${named.length - 1} records more by this list; `),
  );

  const removed = await run(["ov-stage", "remove", "--db", "s.db", "--list", "list.txt"], { cwd });
  assert.equal(linesOf(removed.stdout)[0]?.removed, named.length);
  assert.match(
    removed.stderr,
    /\nov-stage: list\.txt: 1 of 9 rules named nothing: line 10 \(never\.example\.com\)\n$/,
  );
  const left = await ok(["ov-stage", "dump", "--db", "s.db"]);
  assert.deepEqual(new Set(titlesOf(left)), new Set(kept));
  const published = await publish(left, "left");
  assert.equal(published.code, 0, published.stderr);
});
