/** What the engine has compiled of a command is used only where it is whole, and of this very command. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PROJECT } from "../testing/run.js";

const folder = mkdtempSync(join(tmpdir(), "ov-tools-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));
for (const part of ["bin", "install", "package.json", "dist/base", "dist/record"])
  cpSync(join(PROJECT, part), join(folder, part), { recursive: true });
symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
mkdirSync(join(folder, "dist", "run"));
const files = readdirSync(join(PROJECT, "dist", "run")).filter((name) => name.startsWith("subprovider.cjs"));
for (const name of files) cpSync(join(PROJECT, "dist", "run", name), join(folder, "dist", "run", name));
const bundle = join(folder, "dist", "run", "subprovider.cjs");
const compiled = `${bundle}.${process.version}-${process.arch}`;
const withoutCompiled = existsSync(compiled) ? false : "nothing was compiled for this version of Node";

function run() {
  const line = [join(folder, "bin", "ov-subprovider.js"), "--help"];
  const { stdout, stderr, status } = spawnSync(process.execPath, line, { encoding: "utf8", timeout: 20_000 });
  return { stdout, stderr, status };
}

const whole = run();
const source = readFileSync(bundle, "utf8");
const kept = withoutCompiled ? Buffer.alloc(0) : readFileSync(compiled);

test("what is compiled, damaged anywhere, is compiled again", { skip: withoutCompiled }, () => {
  assert.equal(whole.status, 0);
  for (let i = 0; i < 25; i++) {
    const damaged = Buffer.from(kept);
    const at = (i * 7919 * 101) % damaged.length;
    damaged[at] = (damaged[at] as number) ^ (1 << (i % 8));
    writeFileSync(compiled, damaged);
    assert.deepEqual(run(), whole, `byte ${at}`);
  }
  for (const bytes of [Buffer.alloc(0), kept.subarray(0, 5), kept.subarray(0, -100)]) {
    writeFileSync(compiled, bytes);
    assert.deepEqual(run(), whole);
  }
});

test("what is compiled of another source is not used", { skip: withoutCompiled }, () => {
  writeFileSync(compiled, kept);
  writeFileSync(bundle, source.replace("show this help", "SHOW THIS HELP"));
  assert.match(run().stdout, /SHOW THIS HELP/);
  writeFileSync(bundle, source);
});

test("a folder in its place is passed over", () => {
  rmSync(compiled, { force: true });
  mkdirSync(compiled);
  assert.deepEqual(run(), whole);
});

test("a command whose file is empty says what to do", () => {
  writeFileSync(bundle, "");
  const { stderr, status } = run();
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^ov-subprovider: its own files cannot be read, install ov-tools again: .+ is damaged\n$/,
  );
});
