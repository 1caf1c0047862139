import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { run, temporaryFolder } from "../../testing/run.js";
import { gunzip } from "./gunzip.js";
import { gunzipBlindly } from "./gunzip-blindly.js";
import { seesMembers } from "./inflate.js";
import type { GzipEnd, Text } from "./member-inflater.js";

/** The two readers of gzip, on the same bytes: by the handle of zlib, and by `createGunzip`, which knows no members. */

const TEXTS = ["[\n", '{"id":"M1"},\n'.repeat(40), "]\n"];
const MEMBERS = TEXTS.map((text) => gzipSync(text));
const SOUND = Buffer.concat(MEMBERS);
const STARTS = [0, ...MEMBERS.keys()].map((i) =>
  MEMBERS.slice(0, i).reduce((sum, { length }) => sum + length, 0),
);

async function read(
  reader: typeof gunzip,
  bytes: Buffer,
  piece = 7,
): Promise<{ text: string; end: GzipEnd }> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  const texts: AsyncGenerator<Text, GzipEnd> = reader(pieces());
  for (let text = ""; ; ) {
    const { value, done } = await texts.next();
    if (done) return { text, end: value };
    text += value.text.toString();
  }
}

/** Both readers say the same of bytes, as far as the second one can; gives what the first one says. */
async function agreed(bytes: Buffer, what: string): Promise<{ text: string; end: GzipEnd }> {
  const known = await read(gunzip, bytes);
  const blind = await read(gunzipBlindly, bytes);
  assert.equal(blind.end.damage?.isCut, known.end.damage?.isCut, what);
  assert.equal(blind.end.isPadded, known.end.isPadded, what);
  if (known.end.damage === undefined) assert.equal(blind.text, known.text, what);
  else assert.ok(known.text.startsWith(blind.text) || blind.text.startsWith(known.text), what);
  return known;
}

test("the handle of zlib in this Node is as expected", () => assert.equal(seesMembers(), true));

describe("both readers agree", () => {
  test("on what is sound, padded or empty", async () => {
    assert.equal((await agreed(SOUND, "sound")).text, TEXTS.join(""));
    assert.equal((await agreed(Buffer.concat([SOUND, Buffer.alloc(600)]), "padded")).text, TEXTS.join(""));
    assert.equal((await agreed(Buffer.alloc(0), "empty")).text, "");
  });

  test("on what is cut off, at any byte", async () => {
    for (let size = 1; size < SOUND.length; size++) {
      const { end } = await agreed(SOUND.subarray(0, size), `cut at ${size}`);
      assert.equal(end.damage === undefined, STARTS.includes(size), `cut at ${size}`);
    }
  });

  test("on a byte that is changed, anywhere but in the headers, which have no checksum", async () => {
    for (const [i, start] of STARTS.slice(0, -1).entries()) {
      for (let at = start + 10; at < (STARTS[i + 1] as number); at++) {
        const bytes = Buffer.from(SOUND);
        bytes[at] = (SOUND[at] as number) ^ 0x55;
        const { end } = await agreed(bytes, `byte ${at}`);
        assert.ok(end.damage, `byte ${at}`);
      }
    }
  });

  test("on what follows the last member", async () => {
    for (const more of ["more", "\0\0\0more"]) {
      const { end } = await agreed(Buffer.concat([SOUND, Buffer.from(more)]), JSON.stringify(more));
      assert.deepEqual([end.trailing, end.isPadded], [4, more !== "more"]);
    }
  });
});

describe("commands, where zlib has another handle", () => {
  const hidden = new URL("./hidden-handle.test.util.js", import.meta.url);
  const env = { NODE_OPTIONS: `--import=${hidden}` };

  test("a snapshot is read whole, and --debug says what is missing", async (t) => {
    const file = join(temporaryFolder(t), "snapshot.json.gz");
    writeFileSync(file, SOUND);
    const { stdout, stderr, code } = await run(["ov-snapshot-stream", file, "--debug"], { env });
    assert.equal(stdout, '{"id":"M1"}\n'.repeat(40));
    assert.equal(code, 0);
    const what = "gzip files are read in one thread, and damage in them is located less exactly";
    const warning = `ov-snapshot-stream: warning: zlib of this Node (${process.version}) is not as expected: ${what}`;
    assert.equal(stderr.split("\n")[0], warning);
  });

  test("damage ends with 65, and --resume-at with the reason why it does not work", async (t) => {
    const file = join(temporaryFolder(t), "snapshot.json.gz");
    const bytes = Buffer.from(SOUND);
    bytes[(STARTS[2] as number) - 6] = 0x55;
    writeFileSync(file, bytes);
    const damaged = await run(["ov-snapshot-stream", file], { env });
    assert.deepEqual([damaged.code, damaged.stdout], [65, ""]);
    assert.match(damaged.stderr, /damaged at about byte \d+ \(its checksum is another one\)/);
    const resumed = await run(["ov-snapshot-stream", file, "--resume-at", "5"], { env });
    assert.equal(resumed.code, 2);
    assert.match(
      resumed.stderr,
      /--resume-at: zlib of this Node \(v.*\) does not tell where gzip members begin/,
    );
  });
});
