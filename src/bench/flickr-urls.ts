import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlickrUrl, parseFlickrUrl } from "../sources/flickr/index.js";
import { bin, source } from "./timing.js";

/**
 * How many URLs a second: the library in this process, the command in a pipe, and the plain Python loop beside this
 * file in both ways, where there is a Python. All read the same URLs. Best of several rounds, in turn.
 */

const COUNT = 1_000_000;
/** The Python loop is slower, and its rate does not depend on the count. */
const PYTHON_COUNT = 200_000;
const ROUNDS = 5;

const command = bin("ov-parse-flickr-url");
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

/** Measures and prints. */
export function benchFlickrUrls(): void {
  const folder = mkdtempSync(join(tmpdir(), "ov-tools-bench-"));
  try {
    const files = writeInputs(folder, makeUrls(COUNT));
    const hasPython = spawnSync("python3", ["--version"]).status === 0;
    if (hasPython) checkSame(files);
    print(measure(files, hasPython), hasPython);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Inputs {
  readonly urls: readonly string[];
  readonly lines: string;
  readonly records: string;
  readonly fewLines: string;
  readonly fewRecords: string;
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
    fewLines: write("few.txt", urls.slice(0, PYTHON_COUNT)),
    fewRecords: write("few.ndjson", records.slice(0, PYTHON_COUNT)),
  };
}

interface Rates {
  memory: number;
  lines: number;
  records: number;
}

function measure(inputs: Inputs, hasPython: boolean): { ours: Rates; python: Rates } {
  const ours: Rates = { memory: 0, lines: 0, records: 0 };
  const theirs: Rates = { memory: 0, lines: 0, records: 0 };
  const best = (rates: Rates, name: keyof Rates, rate: number) => {
    rates[name] = Math.max(rates[name], rate);
  };
  for (let round = 0; round < ROUNDS; round++) {
    best(ours, "memory", inMemory(inputs.urls));
    best(ours, "lines", piped(inputs.lines, `${process.execPath} ${command} --quiet`, COUNT));
    best(ours, "records", piped(inputs.records, `${process.execPath} ${command} --quiet --field url`, COUNT));
    if (!hasPython || round > 1) continue;
    best(theirs, "memory", Number(outputOf(`python3 ${python} memory < ${inputs.fewLines}`)));
    best(theirs, "lines", piped(inputs.fewLines, `python3 ${python} lines`, PYTHON_COUNT));
    best(theirs, "records", piped(inputs.fewRecords, `python3 ${python} field`, PYTHON_COUNT));
  }
  return { ours, python: theirs };
}

function inMemory(urls: readonly string[]): number {
  let characters = 0;
  const started = performance.now();
  // Something of each result is looked at, so that none can be left out.
  for (const url of urls) characters += (parseFlickrUrl(url) as FlickrUrl).canonical_url.length;
  const found = rate(urls.length, started);
  if (Number.isNaN(characters)) throw new Error("some of the URLs of the benchmark are not understood");
  return found;
}

/** A whole pipe, the start of the process included. */
function piped(file: string, line: string, count: number): number {
  const started = performance.now();
  outputOf(`cat ${file} | ${line} | cat > /dev/null`);
  return rate(count, started);
}

function rate(count: number, started: number): number {
  return (count / (performance.now() - started)) * 1000;
}

function outputOf(line: string): string {
  const { status, stdout, stderr } = spawnSync("bash", ["-o", "pipefail", "-c", line], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${line}: ${stderr}`);
  return stdout;
}

/** Both have to do the same work, or the comparison says nothing. */
function checkSame({ fewLines, fewRecords }: Inputs): void {
  for (const [file, ours, theirs] of [
    [fewLines, "--quiet", "lines"],
    [fewRecords, "--quiet --field url", "field"],
  ] as const) {
    const few = `head -10000 ${file}`;
    const sorted = (line: string) =>
      outputOf(`${few} | ${line}`)
        .trimEnd()
        .split("\n")
        .map((text) => JSON.stringify(sort(JSON.parse(text))));
    const [a, b] = [sorted(`${process.execPath} ${command} ${ours}`), sorted(`python3 ${python} ${theirs}`)];
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

function print({ ours, python: theirs }: { ours: Rates; python: Rates }, hasPython: boolean): void {
  console.log(`\nFlickr URLs a second, best of ${ROUNDS} rounds of ${COUNT.toLocaleString("en")}`);
  for (const [name, label, target] of [
    ["memory", "in process", 1_000_000],
    ["lines", "pipe, URLs in, NDJSON out", 300_000],
    ["records", "pipe, NDJSON in and out", 300_000],
  ] as const) {
    const peer = hasPython
      ? `; plain Python ${show(theirs[name])}, ratio ${(ours[name] / theirs[name]).toFixed(1)}`
      : "";
    console.log(`  ${label.padEnd(26)} ${show(ours[name])} (target: ${show(target)}${peer})`);
  }
  if (!hasPython) console.log("  there is no python3 to compare with");
}

function show(rate: number): string {
  return Math.round(rate).toLocaleString("en");
}
