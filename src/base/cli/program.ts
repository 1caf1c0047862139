import { refuseWithoutAddresses } from "../address-space.js";
import { Failure } from "../failure.js";
import { LineWriter } from "../ndjson/index.js";
import { nameOf } from "../option.js";
import { holdSecretsOf, refuseUserInfo } from "../secrets/index.js";
import { refuseOtherBytes } from "./arguments.js";
import { allOptions, type Command, SHARED, START_AGAIN } from "./command.js";
import { Ending } from "./ending.js";
import { nowOf } from "./environment.js";
import { usageText } from "./help.js";
import { Interrupt } from "./interrupt.js";
import { Messages } from "./messages.js";
import type { Parsed } from "./parse.js";
import { stopProgress } from "./progress.js";
import { versionText } from "./version.js";

/**
 * Runs a command: reads its command line, runs it, and turns every way it can end into a message and an exit
 * code. The one place that does.
 */
export async function main(command: Command, argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const interrupt = new Interrupt();
  const subcommand = command.subcommands?.find(({ name }) => name === argv[0]);
  const name = subcommand ? `${command.name} ${subcommand.name}` : command.name;
  const ending = new Ending(new Messages(command.name), name, interrupt.signal);
  for (const text of argv) holdSecretsOf(text);
  try {
    await run(command, argv, name, ending, interrupt);
  } catch (error) {
    ending.end(error);
  }
  stopProgress();
}

async function run(
  command: Command,
  argv: readonly string[],
  name: string,
  ending: Ending,
  interrupt: Interrupt,
): Promise<void> {
  const { messages } = ending;
  refuseWithoutAddresses();
  // The most asked question needs no option table, and scripts ask it to see whether a command is there.
  if (argv.length === 1 && argv[0] === "--version") return print(versionText(command.name));
  // Looked for before parsing, so that a wrong command line is told in the format that was asked for.
  messages.format = { json: /--log-format[ =]json/.test(argv.join(" ")), quiet: false };
  refuseOtherBytes(argv);
  const { parse } = await import("./parse.js");
  const parsed = await parse(command, argv);
  if (typeof parsed === "string") return print(parsed);
  const { command: chosen, operands, options } = parsed;
  ending.isDebugged = options.debug;
  messages.format = { json: options.logFormat === "json", quiet: options.quiet };
  if (options.debug && !(await import("../gzip/index.js")).seesMembers()) {
    const what = "gzip files are read in one thread, and damage in them is located less exactly";
    messages.warn(`zlib of this Node (${process.version}) is not as expected: ${what}`);
  }
  // Where others read it, stdin is left alone: to look at a pipe makes it one that does not wait, for them as well.
  if (chosen.readsStdin?.(operands, options) && process.stdin.isTTY) {
    process.stderr.write(`${usageText(chosen, name)}\n`);
    throw new Failure("usage", "nothing to read: name a file, or pipe something in");
  }
  refuseUsers(parsed);
  if (allOptions(chosen).includes(SHARED.now) && options.now === undefined) nowOf(undefined);
  const { usesOf } = await import("./named-paths.js");
  const uses = usesOf(chosen, operands, options);
  requireOptions(parsed);
  interrupt.signal.throwIfAborted();
  interrupt.advice = chosen.afterInterrupt?.(options) ?? START_AGAIN;
  await orStuck(chosen.run?.({ operands, options, messages, uses, signal: interrupt.signal }));
}

/** Writes what was asked for instead of work. It arrives whole, or the command ends as with any other output. */
async function print(text: string): Promise<void> {
  const output = new LineWriter(process.stdout, "stdout");
  output.write(text.replace(/\n$/, ""));
  await output.end();
}

/** Waits for the work. One that nothing will ever go on with is an error: Node would end with 0, as if all were done. */
async function orStuck(work: Promise<void> | void): Promise<void> {
  let fail = () => {};
  const stuck = new Promise<never>((_, reject) => {
    fail = () => reject(new Error("the command waits for something that will never come"));
  });
  process.once("beforeExit", fail);
  try {
    await Promise.race([work, stuck]);
  } finally {
    process.off("beforeExit", fail);
  }
}

/** Refuses addresses to be asked that have a user or password in them: there is one way to give secrets, and it is another. */
function refuseUsers({ command, options }: Parsed): void {
  for (const { flags } of allOptions(command)) {
    const value = options[nameOf({ flags })];
    if (/ <(?:address|url|which)>$/.test(flags) && typeof value === "string")
      refuseUserInfo(flags.replace(/ .*/, ""), value);
  }
}

/** Refuses a command line without an option that the command needs. */
function requireOptions({ command, options }: Parsed): void {
  for (const { flags, required } of allOptions(command)) {
    if (required !== undefined && options[nameOf({ flags })] === undefined)
      throw new Failure("usage", required);
  }
}
