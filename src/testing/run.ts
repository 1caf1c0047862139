import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Running the real commands in real pipes, for tests. */

/** The folder of package.json. */
export const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** Facts and recorded answers that are not part of the project; tests that need them skip, saying so, without. */
export const SHARED = join(PROJECT, "..", "shared");

/** What to give a test's `skip` when it needs the shared folder. */
export const WITHOUT_SHARED = existsSync(SHARED) ? false : "../shared is absent";

/** Python for tests that need a library of it; OV_PYTHON names another one than that on the PATH. */
export const PYTHON = process.env.OV_PYTHON ?? "python3";

/** An environment in which no command waits between requests: few tests are about the pace. */
export const NO_PACE = { NODE_OPTIONS: `--require ${join(PROJECT, "dist/testing/no-pace.js")}` };

/** For a walk that has to take its time, in a test of a file without pace. */
export const PACED = { NODE_OPTIONS: "" };

/** What a command printed and how it ended. */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals | null;
}

/** What a command is given beside its arguments. */
export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A file that takes its output, by its descriptor; a pipe where absent. */
  readonly stdout?: number;
}

/** A command line: the command, then its arguments. */
export type CommandLine = readonly [name: string, ...args: string[]];

/** Runs one command to its end. */
export function run([name, ...args]: CommandLine, options: RunOptions = {}): Promise<Result> {
  const child = start([name, ...args], options);
  child.stdin?.on("error", () => {}).end(options.stdin ?? "");
  return finished(child);
}

/** Starts one command of the project, with pipes on all three streams. */
export function start([name, ...args]: CommandLine, { env, cwd, stdout }: RunOptions = {}): ChildProcess {
  return spawn(process.execPath, [binOf(name), ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["pipe", stdout ?? "pipe", "pipe"],
  });
}

/** The executable of a command. */
export function binOf(name: string): string {
  return join(PROJECT, "bin", `${name}.js`);
}

/** SIGHUP in the masks of proc(5): Node catches it only once the command does. */
const SIGHUP = 1n;

/** Waits until a command answers signals itself: what comes before ends Node, as it ends any other program. */
export async function untilStarted(pid: number | undefined): Promise<void> {
  for (;;) {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const [, caught = "0"] = /^SigCgt:\s*([\da-f]+)$/m.exec(status) ?? [];
    if (BigInt(`0x${caught}`) & SIGHUP) return;
    await setTimeout(1);
  }
}

/** Collects what a command prints until it ends. */
export function finished(child: ChildProcess): Promise<Result> {
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout?.on("data", (chunk: Buffer) => output.stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => output.stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({
        stdout: Buffer.concat(output.stdout).toString(),
        stderr: Buffer.concat(output.stderr).toString(),
        code: code ?? signal,
      }),
    );
  });
}

/** Runs a line of shell with the project's commands on the PATH under their own names. */
export function shell(line: string, options: RunOptions = {}): Promise<Result> {
  const child = spawn("bash", ["-o", "pipefail", "-c", `${FUNCTIONS}\n${line}`], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
  });
  child.stdin?.on("error", () => {}).end(options.stdin ?? "");
  return finished(child);
}

const COMMANDS = readdirSync(join(PROJECT, "bin"))
  .filter((file) => file.endsWith(".js"))
  .map((file) => file.replace(/\.js$/, ""));
const FUNCTIONS = COMMANDS.map(
  (name) => `${name}() { ${quote(process.execPath)} ${quote(binOf(name))} "$@"; }`,
).join("\n");

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A folder of the test's own, gone when the test is done. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "ov-tools-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The objects of NDJSON text. */
export function linesOf<T = Record<string, unknown>>(text: string): T[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}
