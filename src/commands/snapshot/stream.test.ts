import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import {
  finished,
  linesOf,
  run,
  SHARED,
  shell,
  start,
  temporaryFolder,
  WITHOUT_SHARED,
} from "../../testing/run.js";
import { entities, FIXTURE, packed, stream, text } from "./stream.test.util.js";

describe("input", () => {
  const bzip2 = spawnSync("bzip2", ["-c"], { input: text });
  const inputs: readonly (readonly [what: string, bytes: Uint8Array])[] = [
    ["plain text", Buffer.from(text)],
    ["gzip", packed],
    ["gzip of one member", gzipSync(text)],
    ["NDJSON", Buffer.from(entities.map((one) => `${JSON.stringify(one)}\n`).join(""))],
    ...(bzip2.status === 0
      ? ([
          ["bzip2", bzip2.stdout],
          [
            "bzip2 of two streams",
            Buffer.concat([bzip2.stdout, spawnSync("bzip2", ["-c"], { input: "\n" }).stdout]),
          ],
        ] as const)
      : []),
  ];
  for (const [what, bytes] of inputs) {
    test(`${what}, from a file of any name and from a pipe`, async (t) => {
      const file = join(temporaryFolder(t), "snapshot");
      writeFileSync(file, bytes);
      for (const result of [await stream([file]), await stream([], bytes), await stream(["-"], bytes)]) {
        assert.equal(result.code, 0, result.stderr);
        assert.deepEqual(linesOf(result.stdout), entities);
        assert.match(result.stderr, /^ov-snapshot-stream: 12 entities: 12 written, 0 rejected\n$/);
      }
    });
  }

  test("bzip2 without any of its programs", {
    skip: bzip2.status !== 0 && "no bzip2 to pack with",
  }, async () => {
    const env = { PATH: "/nowhere" };
    const twice = Buffer.concat([bzip2.stdout, bzip2.stdout]);
    const whole = await run(["ov-snapshot-stream", "--keep", "ns"], { stdin: twice, env });
    assert.deepEqual([linesOf(whole.stdout).length, whole.code], [24, 0], whole.stderr);
    const cut = await run(["ov-snapshot-stream", "--keep", "ns"], { stdin: twice.subarray(0, -200), env });
    assert.deepEqual([linesOf(cut.stdout).length, cut.code], [12, 65]);
    assert.match(cut.stderr, /stdin: cut off at byte \d+: 12 entities were read; get the file again\n$/);
    const bad = Buffer.from(bzip2.stdout);
    bad[600] = (bad[600] as number) ^ 0x55;
    for (const options of [{ env }, {}]) {
      const stdin = Buffer.concat([bzip2.stdout, Buffer.from("garbage here")]);
      const more = await run(["ov-snapshot-stream", "--keep", "ns"], { stdin, ...options });
      assert.deepEqual([linesOf(more.stdout).length, more.code], [12, 65]);
      assert.match(more.stderr, /\(bytes after the end that are not bzip2\): 12 entities were read/);
    }
    const damaged = await run(["ov-snapshot-stream"], { stdin: bad, env });
    assert.match(damaged.stderr, /damaged at about byte \d+ \(its checksum is another one\)/);
    assert.equal(damaged.code, 65);
  });

  test("bzip2 whose checksum is another one: what its block gave is withheld, and counted", {
    skip: bzip2.status !== 0 && "no bzip2 to pack with",
  }, async () => {
    const bad = Buffer.from(bzip2.stdout);
    bad[10] = (bad[10] as number) ^ 0x55;
    const { stdout, stderr, code } = await run(["ov-snapshot-stream"], { stdin: bad });
    assert.equal(
      stderr,
      `ov-snapshot-stream: stdin: damaged at about byte ${bad.length} (it is not what was packed): 0 entities were read, and lost: 9 entities that were read and may be others; get the file again\n`,
    );
    assert.deepEqual([stdout, code], ["", 65]);
  });

  test("a damaged bzip2 block gives nothing of what it is not", {
    skip: bzip2.status !== 0 && "no bzip2 to pack with",
  }, async () => {
    const entities = Array.from({ length: 3000 }, (_, i) =>
      JSON.stringify({ id: `M${i + 1}`, n: (i * 7919) % 3001 }),
    );
    const half = (from: number, to: number) =>
      spawnSync("bzip2", ["-c"], {
        input: entities
          .slice(from, to)
          .map((entity) => `${entity}\n`)
          .join(""),
      }).stdout;
    const [one, two] = [half(0, 1500), half(1500, 3000)];
    const known = new Set(entities);
    for (const options of [{ env: { PATH: "/nowhere" } }, {}]) {
      // Where the text begins in its block (origPtr), and in what follows.
      for (const [at, bit] of [
        [16, 4],
        [one.length >> 1, 1],
      ] as const) {
        const bad = Buffer.concat([one, two]);
        bad[one.length + at] = (bad[one.length + at] as number) ^ bit;
        const { stdout, stderr, code } = await run(["ov-snapshot-stream"], { stdin: bad, ...options });
        assert.equal(code, 65, `${at} ${JSON.stringify(options)} ${stderr}`);
        assert.match(stderr, /damaged at about byte \d+ \([^)]+\): [\d,]+ entit/, `${at}`);
        assert.deepEqual(
          stdout.split("\n").filter((line) => line !== "" && !known.has(line)),
          [],
          `${at}`,
        );
      }
      const trailing = Buffer.concat([one, two, Buffer.from("garbage here")]);
      const { stdout } = await run(["ov-snapshot-stream"], { stdin: trailing, ...options });
      assert.equal(linesOf(stdout).length, 3000);
    }
  });

  test("several files, one after the other", async () => {
    const { stdout } = await stream(["--keep", "ns", FIXTURE, FIXTURE]);
    assert.equal(linesOf(stdout).length, 24);
  });

  test("nothing at all gives nothing", async () => {
    for (const nothing of ["", "[\n]\n", "[]"]) assert.deepEqual((await stream([], nothing)).code, 0);
  });

  test("an empty file is told; of a pipe it is a warning", async (t) => {
    const folder = temporaryFolder(t);
    for (const [name, bytes] of [
      ["empty.json", ""],
      ["empty.json.gz", gzipSync("")],
    ] as const) {
      writeFileSync(join(folder, name), bytes);
      const { stderr, code } = await run(["ov-snapshot-stream", name], { cwd: folder });
      assert.deepEqual(
        [stderr, code],
        [`ov-snapshot-stream: ${name}: it is empty: get the file again\n`, 65],
      );
    }
    const { stderr, code } = await stream([], "");
    assert.equal(code, 0);
    assert.match(stderr, /^ov-snapshot-stream: stdin: warning: it is empty\n/);
  });

  for (const [words, start, cure] of [
    [
      "packed with xz",
      "\xfd7zXZ\x00\x00\x04",
      ": unpack it first, as with `xz -dc FILE | ov-snapshot-stream`",
    ],
    [
      "packed with zstd",
      "\x28\xb5\x2f\xfd\x04",
      ": unpack it first, as with `zstd -dc FILE | ov-snapshot-stream`",
    ],
    ["a zip archive", "PK\x03\x04\x14", ": unpack it first, as with `unzip -p FILE | ov-snapshot-stream`"],
    ["a 7z archive", "7z\xbc\xaf\x27\x1c", ": unpack it first, as with `7z x -so FILE | ov-snapshot-stream`"],
    ["text in UTF-16", "\xff\xfe[\x00", ", and no snapshot"],
    ["a SQLite database", "SQLite format 3\x00", ", and no snapshot"],
  ] as const) {
    test(`${words} is named, from a file and from a pipe`, async (t) => {
      const bytes = Buffer.concat([Buffer.from(start, "latin1"), Buffer.alloc(100, 7)]);
      const folder = temporaryFolder(t);
      writeFileSync(join(folder, "snapshot"), bytes);
      for (const [name, result] of [
        ["snapshot", await run(["ov-snapshot-stream", "--flickr", "snapshot"], { cwd: folder })],
        ["stdin", await stream(["--flickr"], bytes)],
      ] as const) {
        assert.equal(result.stderr, `ov-snapshot-stream: ${name}: this is ${words}${cure}\n`);
        assert.deepEqual([result.stdout, result.code], ["", 65]);
      }
    });
  }

  test("an array in one line, and what is no entity, are told with the cure", async (t) => {
    const file = join(temporaryFolder(t), "one-line.json");
    writeFileSync(file, JSON.stringify(entities));
    const { stdout, stderr, code } = await stream([file]);
    assert.equal(
      stderr,
      `ov-snapshot-stream: ${file}:1: this line holds more than one entity; pipe the array through \`jq -c '.[]'\`\n`,
    );
    assert.deepEqual([stdout, code], ["", 65]);
    for (const arg of ["--flickr", "--count", "--keep=ns"]) {
      const answer = await stream([arg], '{"entities":{"M1":{"id":"M1"}},"success":1}\n');
      assert.equal(
        answer.stderr,
        "ov-snapshot-stream: stdin:1: this is an answer of a Wikibase; for its entities pipe it through `jq -c '.entities[]'`\n",
      );
      assert.deepEqual([answer.stdout, answer.code], ["", 65]);
    }
  });

  test("a missing file, and a folder", async (t) => {
    const missing = await stream(["nowhere.json.gz"]);
    assert.equal(missing.stderr, "ov-snapshot-stream: cannot open nowhere.json.gz: no such file or folder\n");
    assert.equal(missing.code, 66);
    const folder = temporaryFolder(t);
    assert.equal((await stream([folder])).code, 66);
  });

  test("a missing closing bracket is told", async () => {
    const { stdout, stderr, code } = await stream(["--keep", "ns"], text.replace(/\n\]\n$/, ""));
    assert.deepEqual([linesOf(stdout).length, code], [12, 0]);
    assert.match(stderr, /stdin: warning: the closing \] is missing/);
  });
});

describe("bad lines", () => {
  const bad = text.replace('"id":"M140000003"', '"id":M140000003');

  test("the first one ends the command; what stood before it is there", async (t) => {
    const file = join(temporaryFolder(t), "bad.json.gz");
    writeFileSync(file, gzipSync(bad));
    for (const [name, result] of [
      [file, await stream([file])],
      ["stdin", await stream([], bad)],
    ] as const) {
      assert.equal(result.stderr, `ov-snapshot-stream: ${name}:4: not valid JSON: unexpected \`M\`\n`);
      assert.deepEqual([linesOf(result.stdout).length, result.code], [2, 65]);
    }
  });

  test("with --rejects they go there, and the work goes on", async (t) => {
    const rejects = join(temporaryFolder(t), "rejects.ndjson");
    const { stdout, stderr, code } = await stream(["--rejects", rejects], bad);
    assert.deepEqual([linesOf(stdout).length, code], [11, 0]);
    assert.match(stderr, /12 entities: 11 written, 1 rejected/);
    const [reject] = linesOf<{ line: number; code: string; input: string }>(readFileSync(rejects, "utf8"));
    assert.deepEqual([reject?.line, reject?.code], [4, "json"]);
    assert.match(reject?.input ?? "", /^\{"type":"mediainfo","id":M140000003,.*\}$/);
  });

  test("a file that is no snapshot is told at once, also by a command that looks for Flickr only", async () => {
    const { stderr, code } = await stream(["--flickr"], "<html>\n<body>\n");
    assert.equal(stderr, "ov-snapshot-stream: stdin: this is an HTML page, and no snapshot\n");
    assert.equal(code, 65);
  });
});

describe("cut off and damaged", () => {
  test("a file that is cut off gives what is there, then 65 with the byte to go on from", async (t) => {
    const file = join(temporaryFolder(t), "part.json.gz");
    writeFileSync(file, packed.subarray(0, 2400));
    const { stdout, stderr, code } = await stream(["--keep", "ns", file]);
    const [, count, offset] =
      /cut off at byte 2400: (\d+) entities were read; get the rest, and go on with --resume-at (\d+)\n$/.exec(
        stderr,
      ) ?? [];
    assert.equal(code, 65, stderr);
    assert.ok(Number(count) >= 9, stderr);
    writeFileSync(file, packed);
    const rest = await stream(["--keep", "ns", "--resume-at", offset ?? "", file]);
    const ids = [...linesOf(stdout), ...linesOf(rest.stdout)].map(({ id }) => id);
    assert.deepEqual(
      [...new Set(ids)],
      entities.map(({ id }) => id),
    );
  });

  test("so does a stream", async () => {
    for (const bytes of [packed.subarray(0, 2400), Buffer.from(text.slice(0, -300))]) {
      const { stdout, stderr, code } = await stream(["--keep", "ns"], bytes);
      assert.ok(linesOf(stdout).length >= 9);
      assert.match(stderr, new RegExp(`stdin: cut off at byte ${bytes.length}: \\d+ entities were read`));
      assert.equal(code, 65);
    }
  });

  test("bytes after the last gzip member cost no entity, and are reported", async (t) => {
    const file = join(temporaryFolder(t), "more.json.gz");
    for (const [what, whole] of [
      ["many members", packed],
      ["one member", gzipSync(text)],
    ] as const) {
      for (const more of ["garbage here", "xy", "z"]) {
        const bytes = Buffer.concat([whole, Buffer.from(more)]);
        writeFileSync(file, bytes);
        const results = [[file, await stream([file])] as const, ["stdin", await stream([], bytes)] as const];
        for (const [name, { stdout, stderr, code }] of results) {
          assert.deepEqual([linesOf(stdout), code], [entities, 65], `${what}, ${more}: ${stderr}`);
          const count = more.length === 1 ? "1 byte that is" : `${more.length} bytes that are`;
          assert.equal(
            stderr,
            `ov-snapshot-stream: ${name}: after the last gzip member, at byte ${whole.length}, there are ${count} not gzip: 12 entities were read, all there are before that; get the file again if something should follow\n`,
          );
        }
      }
    }
  });

  test("zeros after the last member are padding", async () => {
    const { stdout, stderr, code } = await stream([], Buffer.concat([packed, Buffer.alloc(2000)]));
    assert.deepEqual([linesOf(stdout).length, code], [12, 0], stderr);
  });

  test("a damaged member: where it is, what is lost, and where the next one begins", async (t) => {
    const folder = temporaryFolder(t);
    const cut = (from: number, to: number) => gzipSync(text.slice(from, to));
    const [one, two] = [text.indexOf(entities[4]?.id as string), text.indexOf(entities[8]?.id as string)];
    const members = [cut(0, one), cut(one, two), cut(two, text.length)] as const;
    const damaged = Buffer.from(members[1]);
    // The checksum: all text of the member is there, and may be another.
    damaged[damaged.length - 5] = (damaged[damaged.length - 5] as number) ^ 1;
    writeFileSync(join(folder, "s.gz"), Buffer.concat([members[0], damaged, members[2]]));
    const at = members[0].length;
    const next = at + damaged.length;
    const said = `damaged at byte ${at} (its checksum is another one): 4 entities were read, and lost: 1 gzip member, ${damaged.length} bytes, 4 entities that were read and may be others, the beginning of an entity`;
    const ids = (stdout: string) =>
      linesOf<{ pageid: number }>(stdout).map(({ pageid }) => pageid - 140000000);
    for (const options of [[], ["--threads", "1"], ["--rejects", "r.ndjson"]]) {
      const args = ["ov-snapshot-stream", "--keep", "ns", ...options] as const;
      const first = await run([...args, "s.gz"], { cwd: folder });
      assert.equal(
        first.stderr,
        `ov-snapshot-stream: s.gz: ${said}; --resume-at ${next} goes on after the damage\n`,
      );
      assert.deepEqual([ids(first.stdout), first.code], [[1, 2, 3, 4], 65]);
      const second = await run([...args, "--resume-at", String(next), "s.gz"], { cwd: folder });
      assert.equal(
        second.stderr,
        `ov-snapshot-stream: s.gz: read from byte ${next} on; what is in front of it was not read, and the end of an entity that begins there was left out\n` +
          "ov-snapshot-stream: 3 entities: 3 written, 0 rejected\n",
      );
      assert.deepEqual([ids(second.stdout), second.code], [[10, 11, 12], 0]);
    }
    const piped = await stream(["--keep", "ns"], readFileSync(join(folder, "s.gz")));
    assert.match(
      piped.stderr,
      new RegExp(`stdin: damaged at byte ${at} .*--resume-at ${at + 1} and the file\n$`),
    );
    assert.deepEqual([ids(piped.stdout), piped.code], [[1, 2, 3, 4], 65]);
  });

  test("the first bytes of a file may be what is damaged", async (t) => {
    const file = join(temporaryFolder(t), "s.gz");
    writeFileSync(file, Buffer.concat([Buffer.alloc(100, "?"), packed]));
    const { stdout, stderr, code } = await stream(["--keep", "ns", "--resume-at", "1", file]);
    assert.deepEqual([linesOf(stdout).length, code], [12, 0], stderr);
    assert.match(stderr, /read from byte 100 on; what is in front of it was not read\n/);
  });

  test("--resume-at has to be in a gzip file", async (t) => {
    const file = join(temporaryFolder(t), "s.gz");
    writeFileSync(file, packed);
    for (const [args, message, exit] of [
      [["--resume-at", "5"], "--resume-at needs a gzip file, and stdin is not one", 2],
      [["--resume-at", "5", file, file], "--resume-at goes with one file", 2],
      ...["-1", "NaN", "0", "1.5", "1e3", "9007199254740992"].map(
        (value) => [[`--resume-at=${value}`, file], "--resume-at", 2] as const,
      ),
      [
        ["--resume-at", String(packed.length), file],
        `${file}: there is nothing to read from byte ${packed.length} on: it has ${packed.length} bytes`,
        65,
      ],
      [
        ["--resume-at", String(packed.length - 9), file],
        `${file}: there is nothing to read from byte ${packed.length - 9} on: no gzip member begins there or after it`,
        65,
      ],
    ] as const) {
      const { stdout, stderr, code } = await stream(args, text);
      assert.ok(stderr.includes(message), stderr);
      assert.deepEqual([stdout, code], ["", exit], args.join(" "));
    }
  });
});

test("options that do not go together, and values that are not valid, are refused with 2", async () => {
  for (const [args, message] of [
    [["--flickr", "--count"], "--flickr does not go with --count"],
    [["--flickr", "--keep", "P1"], "--keep does not go with --flickr"],
    [["--qualifiers"], "--qualifiers goes with --simplify"],
    [
      ["--keep", "claims"],
      "--keep: 'claims' is not valid: parts are properties (P180) and labels, descriptions",
    ],
    [["--has", "Q5"], "--has: 'Q5' is not valid: it must be a property (P180)"],
    [["--not", "P180="], "--not: 'P180=' is not valid"],
  ] as const) {
    const { stderr, code } = await stream(args, "");
    assert.ok(stderr.includes(message), stderr);
    assert.equal(code, 2);
  }
});

test("a closed pipe ends it quietly, an interrupt with 130", async (t) => {
  const file = join(temporaryFolder(t), "long.json.gz");
  writeFileSync(file, Buffer.concat(Array.from({ length: 300 }, () => packed)));
  const { stdout, stderr, code } = await shell(
    `ov-snapshot-stream ${file} | head -1; echo "\${PIPESTATUS[*]}"`,
  );
  assert.match(stdout, /\n0 0\n$/);
  assert.deepEqual([stderr, code], ["", 0]);
  const child = start(["ov-snapshot-stream"]);
  child.stdin?.write(text);
  const end = finished(child);
  await sleep(700);
  child.kill("SIGINT");
  const interrupted = await end;
  const advice = "the output is not whole; run the same command again, from the start of its input";
  const message = `ov-snapshot-stream: interrupted: ${advice}\n`;
  assert.deepEqual([interrupted.stderr, interrupted.code], [message, 130]);
  assert.deepEqual(linesOf(interrupted.stdout), entities, "a slow input shows at once");
});

test("a larger snapshot, packed and not, gives what it was made of", { skip: WITHOUT_SHARED }, async (t) => {
  const folder = temporaryFolder(t);
  const maker = join(SHARED, "bench", "make-snapshot.mjs");
  assert.ok(existsSync(maker));
  for (const name of ["s.json.gz", "s.json"]) {
    const file = join(folder, name);
    const { stdout } = spawnSync(process.execPath, [maker, "6000", "7", file], { encoding: "utf8" });
    const made = JSON.parse(stdout) as { entities: number; flickr: number; photoIds: number };
    const rows = linesOf((await stream(["--flickr", file])).stdout);
    assert.equal(rows.length, made.flickr);
    assert.equal(new Set(rows.map((row) => row.flickr_photo_id)).size, made.photoIds);
    const [totals] = linesOf((await stream(["--count", file])).stdout);
    assert.equal(totals?.entities, made.entities);
  }
});
