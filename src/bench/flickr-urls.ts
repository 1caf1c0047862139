import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlickrUrl, parseFlickrUrl } from "../sources/flickr/index.js";
import { hasPrograms, PYTHON } from "./peers.js";
import { number, part, show } from "./report.js";
import { alternate, command, outputOf, shell, source } from "./timing.js";

/**
 * How many URLs a second: the library in this process, the command in a pipe, and the plain Python loop beside this
 * file in both ways, where there is a Python. All read the same URLs.
 */

const COUNT = 1_000_000;
const IN_PROCESS = 5;

const python = source("flickr-urls.py");

/** URLs as they are met: pages and files of photos above all. No two are the same. */
export function makeUrls(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const id = String(10_000_000_000 + i * 7919);
    const user = i % 3 === 0 ? `${10_000_000 + i}@N0${i % 9}` : `user_${i % 1000}`;
    const forms = [
      `https://www.flickr.com/photos/${user}/${id}/`,
      `http://www.flickr.com/photos/${user}/${id}/in/photostream/`,
      `https://live.staticflickr.com/${60_000 + (i % 5000)}/${id}_63d765ee92_b.jpg`,
      `https://farm${(i % 9) + 1}.staticflickr.com/${i % 9999}/${id}_63d765ee92.jpg`,
      `https://www.flickr.com/photos/${user}/albums/7215${id}`,
      `https://flic.kr/p/2p4QbK${"abcdefghij"[i % 10]}`,
      `https://www.flickr.com/photos/${user}/`,
      `https://www.flickr.com/people/${user}`,
      `https://www.flickr.com/groups/group_${i % 100}/pool/page${i % 9}`,
      `https://www.flickr.com/photo.gne?id=${id}`,
    ];
    // Read from bytes, as URLs from a file are: a text put together of pieces is slower to read.
    return Buffer.from(forms[i % forms.length] as string).toString("latin1");
  });
}

export function benchFlickrUrls(): void {
  const folder = mkdtempSync(join(tmpdir(), "ov-tools-bench-"));
  try {
    const inputs = writeInputs(folder, makeUrls(COUNT));
    part("Flickr URLs", `${number(COUNT)} of ten ordinary forms, all different`);
    const rate = inMemory(inputs.urls);
    console.log(`  in process: ${number(rate)} a second, best of ${IN_PROCESS} (target: at least 1,000,000)`);
    if (hasPrograms("Flickr URLs in a pipe", "python3")) inPipes(inputs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function inPipes({ lines, records }: Inputs): void {
  checkSame(lines, records);
  for (const [work, file, options, theirs] of [
    ["URLs in, NDJSON out", lines, "", "lines"],
    ["NDJSON in and out", records, "--field url", "field"],
  ] as const) {
    const pipe = (line: string) => shell(`cat ${file} | ${line} | cat >/dev/null`);
    show(
      {
        work: `ov-parse-flickr-url, ${work}`,
        ours: "ov-parse-flickr-url, 1 thread",
        peer: PYTHON,
        count: COUNT,
        target: { rate: 600_000 },
      },
      alternate(
        pipe(`${command("ov-parse-flickr-url")} --quiet ${options}`),
        pipe(`python3 ${python} ${theirs}`),
      ),
    );
  }
}

interface Inputs {
  readonly urls: readonly string[];
  readonly lines: string;
  readonly records: string;
}

function writeInputs(folder: string, urls: readonly string[]): Inputs {
  const write = (name: string, lines: readonly string[]) => {
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
    return join(folder, name);
  };
  const records = urls.map((url) => JSON.stringify({ url }));
  return {
    urls,
    lines: write("urls.txt", urls),
    records: write("urls.ndjson", records),
  };
}

/** How many URLs a second in this process, at best. */
function inMemory(urls: readonly string[]): number {
  const once = () => {
    let characters = 0;
    const started = performance.now();
    // Something of each result is looked at, so that none can be left out.
    for (const url of urls) characters += (parseFlickrUrl(url) as FlickrUrl).canonical_url.length;
    const rate = (urls.length / (performance.now() - started)) * 1000;
    if (Number.isNaN(characters)) throw new Error("some of the URLs of the benchmark are not understood");
    return rate;
  };
  return Math.max(...Array.from({ length: IN_PROCESS }, once));
}

/** Both have to do the same work, or the comparison says nothing. */
function checkSame(lines: string, records: string): void {
  for (const [file, ours, theirs] of [
    [lines, "--quiet", "lines"],
    [records, "--quiet --field url", "field"],
  ] as const) {
    const few = `sed 10000q ${file}`;
    const sorted = (line: string) =>
      outputOf(`${few} | ${line}`)
        .trimEnd()
        .split("\n")
        .map((text) => JSON.stringify(sort(JSON.parse(text))));
    const [a, b] = [
      sorted(`${command("ov-parse-flickr-url")} ${ours}`),
      sorted(`python3 ${python} ${theirs}`),
    ];
    const at = a.findIndex((line, i) => line !== b[i]);
    if (at !== -1) throw new Error(`the Python loop differs: ${a[at]} and ${b[at]}`);
  }
}

/** The same object with its members in the order of their names. */
function sort(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sort(member)]),
  );
}
