import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Compressor } from "zstd-napi";
import { type CommandLine, linesOf, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord, sampleRecords } from "../testing/samples.js";

/** Commands that read lines of JSON, each in a way of its own. */
const READERS: Readonly<Record<string, (folder: string) => CommandLine>> = {
  "ov-subprovider": () => ["ov-subprovider"],
  "ov-stage load": (folder) => ["ov-stage", "load", "--db", join(folder, "staging.db")],
  "ov-to-parquet": (folder) => ["ov-to-parquet", "--out", join(folder, "shards")],
};

const zstd = (bytes: Uint8Array | string) => new Compressor().compress(Buffer.from(bytes));
const RECORDS = 3000;
/** More than a block of every reader. */
const text = Buffer.from(
  ndjson(sampleRecords(RECORDS).map((record) => ({ ...record, title: "x".repeat(900) }))),
);
const half = text.indexOf("\n", text.length / 2) - 7;

const PACKED: Readonly<Record<string, Uint8Array>> = {
  gzip: gzipSync(text),
  // Cut within a line.
  "two members of gzip": Buffer.concat([gzipSync(text.subarray(0, half)), gzipSync(text.subarray(half))]),
  "gzip, filled up with zeros": Buffer.concat([gzipSync(text), Buffer.alloc(512)]),
  zstd: zstd(text),
  "two frames of zstd": Buffer.concat([zstd(text.subarray(0, half)), zstd(text.subarray(half))]),
  "gzip in gzip": gzipSync(gzipSync(text)),
};

for (const [reader, commandLine] of Object.entries(READERS)) {
  test(`${reader} reads what is packed as if it were not, from files and stdin`, async (t) => {
    const dataOf = async (what: string, bytes: Uint8Array, isFile: boolean) => {
      const folder = temporaryFolder(t);
      const file = join(folder, "records.ndjson");
      if (isFile) writeFileSync(file, bytes);
      const result = await run(
        [...commandLine(folder), ...(isFile ? [file] : [])],
        isFile ? {} : { stdin: bytes },
      );
      assert.equal(result.code, 0, `${what}: ${result.stderr}`);
      return result.stdout.replaceAll(folder, "");
    };
    const plain = await dataOf("plain", text, true);
    for (const [what, bytes] of Object.entries(PACKED))
      assert.equal(await dataOf(what, bytes, true), plain, what);
    assert.equal(await dataOf("stdin", gzipSync(text), false), plain);
  });
}

const [name, bytes] = ["records.ndjson.gz", gzipSync(text)];
const wrongSum = Buffer.from(bytes);
wrongSum[bytes.length - 6] = (bytes[bytes.length - 6] as number) ^ 1;
const zstdWithSum = (() => {
  const compressor = new Compressor();
  compressor.setParameters({ checksumFlag: true });
  const packed = Buffer.from(compressor.compress(text));
  packed[packed.length - 1] = (packed[packed.length - 1] as number) ^ 1;
  return packed;
})();

const DAMAGED: readonly (readonly [what: string, Uint8Array, message: string])[] = [
  ["gzip cut off", bytes.subarray(0, bytes.length - 9), "packed with gzip, and cut off: it ends too early"],
  ["gzip with a wrong sum", wrongSum, "packed with gzip, and damaged: its checksum is another one"],
  [
    "gzip and more",
    Buffer.concat([bytes, Buffer.from("more")]),
    "packed with gzip, and something else follows its end",
  ],
  ["zstd cut off", zstd(text).subarray(0, -5), "packed with zstd, and cut off: it ends too early"],
  ["zstd with a wrong sum", zstdWithSum, "packed with zstd, and damaged: its checksum is another one"],
  [
    "zstd with damaged data",
    Buffer.concat([zstd(text).subarray(0, -40), Buffer.alloc(40)]),
    "packed with zstd, and damaged: it is not what was packed",
  ],
  [
    "zstd and more",
    Buffer.concat([zstd(text), Buffer.from("more")]),
    "packed with zstd, and something else follows its end",
  ],
];

for (const [what, damaged, message] of DAMAGED) {
  test(`damage is told with 65: ${what}`, async (t) => {
    for (const [reader, commandLine] of Object.entries(READERS)) {
      const folder = temporaryFolder(t);
      writeFileSync(join(folder, name), damaged);
      const { stderr, code } = await run([...commandLine(folder), name], { cwd: folder });
      assert.equal(stderr, `${reader.split(" ")[0]}: ${name}: ${message}; get the file again\n`, reader);
      assert.equal(code, 65);
      assert.equal(existsSync(join(folder, "shards")), false);
    }
  });
}

test("zstd that reaches back too far is not called damaged, and what helps is said", async (t) => {
  const folder = temporaryFolder(t);
  // The header of a frame with a window of 1 GiB, and an empty last block.
  writeFileSync(join(folder, "long.zst"), Buffer.from("28b52ffd00a0010000", "hex"));
  const { stderr, code } = await run(["ov-subprovider", "long.zst"], { cwd: folder });
  const said = "packed with zstd, and reaches back further than 128 MiB (--long)";
  assert.equal(
    stderr,
    `ov-subprovider: long.zst: ${said}; unpack it first, with \`zstd -d --long=31 FILE\`\n`,
  );
  assert.equal(code, 65);
});

const CSV = "provider,foreign_identifier,url\nflickr,1,https://example.org/1.jpg\n";
const MILLER = "make lines of JSON of it first, as Miller does: mlr";
const OTHERS: readonly (readonly [what: string, Uint8Array | string, message: string])[] = [
  [
    "CSV",
    CSV,
    `this is a table of values with commas between them (CSV), not JSON; ${MILLER} --icsv --ojsonl cat`,
  ],
  [
    "CSV of Excel",
    `\ufeff${CSV.replaceAll(",", ";")}`,
    `this is a table of values with semicolons between them (CSV), not JSON; ${MILLER} --icsv --ifs ';' --ojsonl cat`,
  ],
  [
    "TSV",
    CSV.replaceAll(",", "\t"),
    `this is a table of values with tabs between them (TSV), not JSON; ${MILLER} --itsv --ojsonl cat`,
  ],
  [
    "packed CSV",
    gzipSync(CSV),
    `this is a table of values with commas between them (CSV), not JSON; ${MILLER} --icsv --ojsonl cat`,
  ],
  [
    "UTF-16",
    Buffer.from(`\ufeff${ndjson([sampleRecord()])}`, "utf16le"),
    "this is text in UTF-16, not JSON; convert it first: iconv -f UTF-16 -t UTF-8",
  ],
  [
    "a page",
    "<!DOCTYPE html>\n<title>404</title>\n",
    "this is an HTML page, not JSON; look at it: it may say why there is no data",
  ],
  ["XML", '<?xml version="1.0"?>\n<rss/>\n', "this is XML, not JSON; give a file of lines of JSON"],
  ["Parquet", "PAR1\x15\x04\x15\x10", "this is a Parquet file, not JSON; ov-from-parquet reads it"],
  [
    "SQLite",
    "SQLite format 3\0\x10\0",
    "this is a SQLite database, not JSON; ov-stage dump --db writes what is in a staging database",
  ],
  ["xz", Buffer.from("fd377a585a000004", "hex"), "this is packed with xz, not JSON; unpack it first: xz -dc"],
  ["zip", "PK\x03\x04\x14\0", "this is a zip archive, not JSON; unpack it first: unzip -p"],
];

for (const [what, content, message] of OTHERS) {
  test(`a file that holds something else is named for what it is: ${what}`, async (t) => {
    for (const [reader, commandLine] of Object.entries(READERS)) {
      const folder = temporaryFolder(t);
      writeFileSync(join(folder, "records.ndjson"), content);
      const options = ["--rejects", join(folder, "rejects.ndjson")];
      const { stderr, code } = await run([...commandLine(folder), ...options, "records.ndjson"], {
        cwd: folder,
      });
      assert.equal(stderr, `${reader.split(" ")[0]}: records.ndjson: ${message}\n`, reader);
      assert.equal(code, 65);
      assert.deepEqual(readdirSync(folder), ["records.ndjson"], "nothing was made");
    }
    const piped = await run(["ov-subprovider"], { stdin: content });
    assert.equal(piped.stderr, `ov-subprovider: stdin: ${message}\n`);
  });
}

test("a line in Windows-1252 is told as such, and one broken character is not", async (t) => {
  const errors = async (content: Buffer) => {
    const rejects = join(temporaryFolder(t), "rejects.ndjson");
    await run(["ov-subprovider", "--rejects", rejects], { stdin: content });
    return linesOf(readFileSync(rejects, "utf8")).map(({ error }) => error);
  };
  const latin = Buffer.from('{"title":"Caf\xe9 M\xfcller \x96 1"}', "latin1");
  assert.deepEqual(await errors(latin), [
    "not valid UTF-8 at byte 14; it looks like Windows-1252: convert the file with iconv -f WINDOWS-1252 -t UTF-8",
  ]);
  const broken = Buffer.concat([Buffer.from('{"title":"Café '), Buffer.of(0xe9), Buffer.from('sar"}')]);
  assert.deepEqual(await errors(broken), ["not valid UTF-8 at byte 17"]);
});

test("a load from what is not there makes no database", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "folder"));
  writeFileSync(join(folder, "good.ndjson"), ndjson([sampleRecord()]));
  const before = readdirSync(folder);
  for (const [file, reason] of [
    ["nofile", "no such file or folder"],
    ["folder", "it is a folder"],
  ] as const) {
    for (const files of [[file], ["good.ndjson", file]]) {
      const { stderr, code } = await run(["ov-stage", "load", "--db", "staging.db", ...files], {
        cwd: folder,
      });
      assert.equal(stderr, `ov-stage: cannot open ${file}: ${reason}\n`);
      assert.equal(code, 66);
      assert.deepEqual(readdirSync(folder), before);
    }
  }
});
