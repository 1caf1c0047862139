import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isInstalled } from "../../documentation/console.test.util.js";
import { finished, PROJECT, shell, temporaryFolder } from "../../testing/run.js";

/** What a person sees in a terminal: real pipes in tmux, driven by gates and not by the clock. */

const skip = isInstalled("tmux") ? false : "tmux is absent";
const FLICKR = `ov-fetch flickr --input ${PROJECT}fixtures/flickr/page-1.json`;
const STOCKSNAP = `ov-fetch stocksnap --input ${PROJECT}fixtures/stocksnap/page-1.json`;

/** The lines that a pipe says where there is no terminal: all of them have to be seen in one. */
async function saidBy(t: TestContext, line: string): Promise<string[]> {
  const { stdout, stderr, code } = await shell(line, { cwd: temporaryFolder(t) });
  assert.equal(code, 0, stderr);
  return `${stderr}${stdout}`.split("\n").filter((one) => one !== "");
}

/** A folder with the commands under their own names, and gates: a command that reads one waits for the test. */
function folderOf(t: TestContext): string {
  const folder = temporaryFolder(t);
  const commands = join(folder, "commands");
  mkdirSync(commands);
  for (const file of readdirSync(join(PROJECT, "bin"))) {
    symlinkSync(join(PROJECT, "bin", file), join(commands, basename(file, ".js")));
  }
  execFileSync("mkfifo", [join(folder, "first"), join(folder, "second")]);
  return folder;
}

/** A terminal with a shell in it. */
class Terminal {
  readonly folder: string;
  readonly #server: string;

  constructor(t: TestContext, columns: number) {
    this.folder = folderOf(t);
    this.#server = basename(this.folder);
    const shell = `PS1='prompt> ' PATH='${this.folder}/commands':$PATH exec bash --norc --noprofile -i`;
    const size = ["-x", String(columns), "-y", "40"];
    this.#tmux("-f", "/dev/null", "new-session", "-d", "-c", this.folder, ...size, shell);
    t.after(() => this.#tmux("kill-server"));
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.#server, ...args], { encoding: "utf8" });
  }

  /** Types a line into an empty screen. */
  type(line: string): void {
    this.#tmux("send-keys", "-l", `clear; ${line}`);
    this.#tmux("send-keys", "Enter");
  }

  interrupt(): void {
    this.#tmux("send-keys", "C-c");
  }

  /** Lets a command go on that reads this gate. */
  open(gate: "first" | "second"): void {
    writeFileSync(join(this.folder, gate), "\n");
  }

  /** The lines on the screen; those that were too long for it are whole again. */
  lines(): string[] {
    const screen = this.#tmux("capture-pane", "-p", "-J").split("\n");
    return screen.map((line) => line.trimEnd()).filter((line) => line !== "");
  }

  /** Waits for a line that is as wanted. */
  async until(wanted: (line: string) => boolean): Promise<string[]> {
    for (let i = 0; i < 300; i++) {
      const lines = this.lines();
      if (lines.some(wanted)) return lines;
      await sleep(100);
    }
    throw new Error(`it never came:\n${this.lines().join("\n")}`);
  }
}

const isPrompt = (line: string) => line === "prompt>";
const isProgress = (line: string) => /^\d+ records, [\d,]+\/s/.test(line);

for (const columns of [80, 40]) {
  test(`progress erases nothing that others say, at ${columns} columns`, { skip }, async (t) => {
    const ofFlickr = await saidBy(t, `${FLICKR} > records`);
    const ofStocksnap = await saidBy(t, `${STOCKSNAP} > records`);
    const ofAll = await saidBy(t, `{ ${FLICKR}; ${STOCKSNAP}; } | ov-subprovider | ov-stage load`);
    const terminal = new Terminal(t, columns);
    terminal.type(
      `{ ${FLICKR}; read < first; ${STOCKSNAP}; read < second; } | ov-subprovider | ov-stage load`,
    );
    const early = await terminal.until((line) => line.startsWith("28 records, "));
    assert.deepEqual(
      early.filter((line) => !isProgress(line)),
      ofFlickr,
    );
    terminal.open("first");
    const late = await terminal.until((line) => line.startsWith("48 records, "));
    assert.deepEqual(
      late.filter((line) => !isProgress(line)),
      [...ofFlickr, ...ofStocksnap],
    );
    assert.equal(late.filter(isProgress).length, 1, late.join("\n"));
    terminal.open("second");
    const done = await terminal.until(isPrompt);
    assert.deepEqual([...done].sort(), [...ofAll, "prompt>"].sort());
    await sleep(1200);
    assert.deepEqual(terminal.lines(), done, "nothing is drawn after the prompt");
  });
}

test("Ctrl-C says of every command of a pipe how to go on", { skip }, async (t) => {
  const said = await saidBy(t, `${FLICKR} > records`);
  const terminal = new Terminal(t, 120);
  // What stands at the start of the pipe does not end by itself, so that nobody sees the end of the input first.
  const start = `{ trap "" INT; ${FLICKR}; read < first; }`;
  terminal.type(`${start} | ov-subprovider | ov-stage load; echo ended with "\${PIPESTATUS[@]}"`);
  await terminal.until(isProgress);
  terminal.interrupt();
  await terminal.until((line) => line.includes("ov-subprovider: "));
  terminal.open("first");
  const lines = await terminal.until(isPrompt);
  assert.deepEqual(
    lines
      .map((line) => line.replace(/^\^C/, ""))
      .filter((line) => line !== "")
      .sort(),
    [
      "ended with 0 130 130",
      ...said,
      "ov-stage: interrupted: staging.db holds what came before; run the same again for the rest, nothing is doubled",
      "ov-subprovider: interrupted: the output is not whole; run the same command again, from the start of its input",
      "prompt>",
    ].sort(),
  );
});

test("a command in the background draws nothing over the prompt", { skip }, async (t) => {
  const terminal = new Terminal(t, 80);
  terminal.type(`{ ${STOCKSNAP} --quiet; read < first; } | ov-stage load &`);
  const before = await terminal.until(isPrompt);
  await sleep(2500);
  assert.deepEqual(terminal.lines(), before);
  terminal.open("first");
  await terminal.until((line) => line.includes("20 inserted"));
});

/** Everything a terminal of this kind is sent; script(1) gives the commands one. */
async function sent(
  t: TestContext,
  terminal: Readonly<Record<string, string>>,
  line = `{ ${STOCKSNAP}; sleep 2.5; } | ov-stage load`,
): Promise<string> {
  const folder = folderOf(t);
  const env = { ...process.env, ...terminal, PATH: `${folder}/commands:${process.env.PATH}` };
  const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], {
    cwd: folder,
    env,
  });
  const { stdout, code } = await finished(child);
  assert.equal(code, 0, stdout);
  return stdout;
}

test("a dumb terminal is sent no escapes, and no progress", async (t) => {
  const [plain, other] = await Promise.all([
    sent(t, { TERM: "xterm", NO_COLOR: "1" }),
    sent(t, { TERM: "dumb" }),
  ]);
  assert.doesNotMatch(other, /\u001b/);
  assert.doesNotMatch(other, /\/s/);
  assert.match(plain, /\u001b\[K20 records, \d+\/s, 0 rejected\r/);
});

test("where the end is known there is a bar, cut to the width of the terminal", async (t) => {
  const script = join(temporaryFolder(t), "half.mjs");
  writeFileSync(
    script,
    `import { startProgress } from ${JSON.stringify(join(PROJECT, "dist/base/cli/index.js"))};
     const progress = await startProgress({ quiet: false, json: false }, "MB", 200);
     progress.update(100, "x".repeat(500));
     setTimeout(() => progress.stop(), 800);`,
  );
  const shown = await sent(t, { TERM: "xterm" }, `stty cols 60; ${process.execPath} ${script}`);
  const [, line = ""] = /\u001b\[K([^\r]+)\r/.exec(shown) ?? [];
  assert.match(line, /^\u2588{10}\u2591{10} 100 of 200 MB, \d+\/s, x+$/);
  assert.equal(line.length, 59);
  assert.match(shown, /\r\u001b\[K$/, "it is taken away at the end");
});
