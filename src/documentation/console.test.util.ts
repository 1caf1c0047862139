import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { PROJECT } from "../testing/run.js";

/** Running what a page shows in its `console` blocks, as a reader would. */

/** One command of a page: `$ ` starts it, `> ` continues it, what follows is its output. */
export interface Step {
  /** Where the command stands in the page; lines count from 1. */
  readonly line: number;
  readonly command: string;
  /** The lines of its output, the last line end included. */
  readonly output: string;
  /** Where its output starts, as an index into the page's lines. */
  readonly outputAt: number;
}

/** The steps of all console blocks of a page, in order. */
export function consoleSteps(page: string): Step[] {
  const steps: { line: number; command: string; output: string; outputAt: number }[] = [];
  let inside = false;
  for (const [index, text] of page.split("\n").entries()) {
    const step = steps.at(-1);
    if (text.startsWith("```")) inside = text === "```console";
    else if (!inside) continue;
    else if (text.startsWith("$ "))
      steps.push({ line: index + 1, command: text.slice(2), output: "", outputAt: index + 1 });
    else if (!step) throw new Error(`line ${index + 1}: output before any command`);
    else if (text.startsWith("> ") && step.output === "") {
      step.command += `\n${text.slice(2)}`;
      step.outputAt = index + 1;
    } else step.output += `${text}\n`;
  }
  return steps;
}

/** The page with other outputs; undefined leaves one as it is. */
export function withOutputs(page: string, outputs: readonly (string | undefined)[]): string {
  const lines = page.split("\n");
  for (const [i, { outputAt, output }] of [...consoleSteps(page).entries()].reverse()) {
    const fresh = outputs[i];
    if (fresh !== undefined) lines.splice(outputAt, linesIn(output).length, ...linesIn(fresh));
  }
  return lines.join("\n");
}

function linesIn(output: string): string[] {
  return output === "" ? [] : output.replace(/\n$/, "").split("\n");
}

/** Stands between the outputs of two steps: the record separator of ASCII. */
const MARK = "\u001e";

/**
 * Runs steps one after the other in one shell, in `folder`, and gives what each one prints on stdout and stderr
 * together. The folder gets links to what a reader has: the fixtures, and the packages to import.
 */
export function runSteps(steps: readonly Step[], folder: string): string[] {
  symlinkSync(join(PROJECT, "fixtures"), join(folder, "fixtures"));
  linkPackages(join(folder, "node_modules"));
  const script = steps.map(({ command }) => `${command}\nstatus=$?; printf '${MARK}'; (exit $status)`);
  const { stdout, error } = spawnSync("bash", ["-c", ["exec 2>&1", ...script].join("\n")], {
    cwd: folder,
    encoding: "utf8",
    env: environment(linkCommands(join(folder, ".bin")), folder),
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  return stdout.split(MARK).slice(0, steps.length);
}

/** The commands under their own names, as `npm link` puts them on the PATH. */
function linkCommands(folder: string): string {
  mkdirSync(folder);
  for (const file of readdirSync(join(PROJECT, "bin"))) {
    symlinkSync(join(PROJECT, "bin", file), join(folder, basename(file, ".js")));
  }
  return folder;
}

/** The project under its own name, and two readers of Parquet files. */
function linkPackages(folder: string): void {
  mkdirSync(folder);
  symlinkSync(PROJECT, join(folder, "ov-tools"));
  for (const name of ["hyparquet", "hyparquet-compressors"]) {
    symlinkSync(join(PROJECT, "node_modules", name), join(folder, name));
  }
}

/** No keys, no settings, one clock, one order of letters. */
function environment(commands: string, home: string): NodeJS.ProcessEnv {
  return {
    PATH: [commands, dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: home,
    LC_ALL: "C.UTF-8",
    NO_COLOR: "1",
    SOURCE_DATE_EPOCH: "1767225600",
  };
}

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}
