import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder } from "../../testing/run.js";
import {
  holdSecretsOf,
  readSecret,
  readSecretFileIfThere,
  redactAddresses,
  refuseUserInfo,
} from "./credentials.js";
import { heldSecrets } from "./secrets.js";

const KEY = "0123-secret/key+x=";

/** What a file or variable holds: a key, or why it holds none. */
const CONTENTS: readonly (readonly [what: string, text: string, problem?: RegExp])[] = [
  ["one line", KEY],
  ["one line that ends", `${KEY}\n`],
  ["one line that ends as on Windows", `${KEY}\r\n`],
  ["blanks around it", ` \t${KEY} \n`],
  ["empty lines after it", `${KEY}\n\n`],
  ["two lines", `${KEY}\nanother-key\n`, / has more than one line: it must hold the key and nothing else$/],
  ["two lines of Windows", `${KEY}\r\nanother-key`, / has more than one line/],
  ["an old Mac's two lines", `${KEY}\ranother-key`, / has more than one line/],
  ["a line for a shell", `export KEY=${KEY}`, / has a blank in the middle/],
  [
    "a byte order mark",
    `\ufeff${KEY}\n`,
    / begins with a byte order mark: save it as plain text, without one$/,
  ],
  [
    "UTF-16",
    Buffer.from(`\ufeff${KEY}`, "utf16le").toString("utf8"),
    / has characters that are not plain ASCII/,
  ],
  ["a letter that is not ASCII", `${KEY}é`, / has characters that are not plain ASCII, which no key has/],
  ["a blank that cannot be seen", `${KEY}\u200b`, / has characters that are not plain ASCII/],
  ["a zero byte", `${KEY}\0`, / has control characters, which no key has: copy it again$/],
  ["an escape", `\u001b[0m${KEY}`, / has control characters/],
  [
    "seven characters",
    "secrets\n",
    / has 7 characters: with fewer than 8 it would be cut out of ordinary words$/,
  ],
  ["eight characters", "secrets8"],
  ["a long line", "0123456789abcdef".repeat(512)],
  [
    "a longer line",
    `${"0123456789abcdef".repeat(512)}x`,
    / has more than 8192 characters: no server takes such a key$/,
  ],
];

describe("a secret is one word, wherever it is read", () => {
  for (const [what, text, problem] of CONTENTS) {
    test(what, async (t) => {
      const file = join(temporaryFolder(t), "key");
      writeFileSync(file, text);
      const reads = [() => readSecret("SOME_KEY", file, {})];
      // No variable can hold a zero byte.
      if (!text.includes("\0")) reads.push(() => readSecret("SOME_KEY", undefined, { SOME_KEY: text }));
      for (const [i, read] of reads.entries()) {
        if (problem === undefined) {
          assert.equal(await read(), text.trim());
          assert.equal(heldSecrets().areIn(text), true);
          continue;
        }
        await assert.rejects(read(), (error: Error & { outcome?: string }) => {
          assert.equal(error.outcome, "no_permission");
          assert.ok(error.message.startsWith(i === 0 ? file : "SOME_KEY"));
          assert.match(error.message, problem);
          assert.doesNotMatch(error.message, /0123|another|secrets/);
          return true;
        });
      }
    });
  }

  test("a variable that is empty is not set; a file that is named has a key in it", async (t) => {
    for (const text of ["", " ", "\n"]) {
      assert.equal(await readSecret("SOME_KEY", undefined, { SOME_KEY: text }), undefined);
      const file = join(temporaryFolder(t), "key");
      writeFileSync(file, text);
      const message = `${file} is empty; put the key into it, in one line`;
      await assert.rejects(readSecret("SOME_KEY", file, { SOME_KEY: KEY }), {
        outcome: "no_permission",
        message,
      });
    }
  });

  test("a file that cannot be read is no empty one", async (t) => {
    const folder = temporaryFolder(t);
    const outcome = "no_input";
    await assert.rejects(readSecret("K", folder, {}), {
      outcome,
      message: `cannot open ${folder}: it is a folder`,
    });
    await assert.rejects(readSecretFileIfThere(folder), { outcome });
    const none = join(folder, "none");
    await assert.rejects(readSecret("K", none, {}), { outcome, message: /: no such file or folder$/ });
    assert.equal(await readSecretFileIfThere(none), undefined);
    if (process.getuid?.() === 0) return;
    writeFileSync(none, KEY);
    chmodSync(none, 0);
    await assert.rejects(readSecretFileIfThere(none), { outcome, message: /: permission denied$/ });
  });

  test("an endless file ends", async () => {
    const message = "/dev/zero is larger than 1 MiB: this is no file with a key";
    await assert.rejects(readSecret("K", "/dev/zero", {}), { outcome: "no_permission", message });
  });

  test("a pipe is a file, as <(pass show key) makes one", async (t) => {
    const pipe = join(temporaryFolder(t), "pipe");
    execFileSync("mkfifo", [pipe]);
    spawn("bash", ["-c", 'echo "$0" > "$1"', KEY, pipe]);
    assert.equal(await readSecret("K", pipe, {}), KEY);
  });
});

describe("addresses", () => {
  for (const address of [
    "https://user:word@a.org/",
    "https://token@a.org",
    "http://:word@127.0.0.1:9000/x",
    "HTTPS://user:wo%40rd@a.org",
    "https:\\\\user:word@a.org",
    "https:user:word@a.org",
    "https://us\ner:word@a.org/",
    "mail me at https://user:word@a.org",
  ]) {
    test(`${address} is refused, and not shown`, () => {
      assert.throws(() => refuseUserInfo("--endpoint", address), {
        outcome: "usage",
        message:
          "--endpoint: an address with a user or password is not taken: others see it, and servers quote it; " +
          "write it without",
      });
    });
  }
  for (const address of [
    undefined,
    "https://a.org/@user",
    "https://a.org/?a=b@c",
    "me@a.org",
    "mailto:me@a.org",
  ]) {
    test(`${address} is taken`, () => refuseUserInfo("--endpoint", address));
  }

  for (const address of [
    "http:/ada:one-slash-1@a.org/x",
    "https:ada:no-slash-12@a.org",
    "http:\\ada:backslash@a.org",
    "//ada:no-scheme-1@a.org/x",
  ]) {
    test(`the password of ${address} is held, however few slashes there are`, () => {
      const password = /:([^:@]+)@/.exec(address)?.[1] as string;
      assert.equal(heldSecrets().areIn(password), false);
      holdSecretsOf(address);
      assert.equal(heldSecrets().areIn(password), true);
      if (/^http/.test(address)) assert.doesNotMatch(redactAddresses(`cannot open ${address}: no`), /ada|@/);
    });
  }

  test("what is secret in an address that was given is held, and the rest is not", () => {
    holdSecretsOf(
      "https://ada:pass-word-1@a.org/path-of-a-file?token=tok%2Fen-value&x-amz-signature=0123456789abcdef&file=snapshot-1&key=short",
    );
    const held = heldSecrets();
    for (const secret of ["pass-word-1", "tok/en-value", "tok%2Fen-value", "0123456789ABCDEF"]) {
      assert.equal(held.areIn(secret), true, secret);
    }
    assert.equal(held.areIn("a.org path-of-a-file snapshot-1 short signature"), false);
  });
});
