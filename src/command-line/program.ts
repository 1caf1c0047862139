import { holdSecretsOf, refuseUserInfo } from "../credentials.js";
import { Failure, OUTCOMES } from "../failure.js";
import { ReaderGone } from "../ndjson/index.js";
import { refuseOtherBytes } from "./arguments.js";
import { allOptions, type Command, nameOf, START_AGAIN } from "./command.js";
import { usageText } from "./help.js";
import { Messages } from "./messages.js";
import type { Parsed } from "./parse.js";
import { stopProgress } from "./progress.js";
import { versionText } from "./version.js";

/**
 * Runs a command: reads its command line, runs it, and turns every way it can end into a message and an exit
 * code. The one place that does.
 */
export async function main(command: Command, argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const messages = new Messages(command.name);
  let debug = false;
  for (const text of argv) holdSecretsOf(text);
  const subcommand = command.subcommands?.find(({ name }) => name === argv[0]);
  const name = subcommand ? `${command.name} ${subcommand.name}` : command.name;
  try {
    // The most asked question needs no option table, and scripts ask it to see whether a command is there.
    if (argv.length === 1 && argv[0] === "--version") {
      process.stdout.write(`${versionText(command.name)}\n`);
      return;
    }
    // Looked for before parsing, so that a wrong command line is told in the format that was asked for.
    messages.format = { json: /--log-format[ =]json/.test(argv.join(" ")), quiet: false };
    refuseOtherBytes(argv);
    const { parse } = await import("./parse.js");
    const parsed = await parse(command, argv);
    if (!parsed) return;
    const { command: chosen, operands, options } = parsed;
    debug = options.debug === true;
    messages.format = { json: options.logFormat === "json", quiet: options.quiet === true };
    // Where others read it, stdin is left alone: to look at a pipe makes it one that does not wait, for them as well.
    if (chosen.readsStdin?.(operands, options) && process.stdin.isTTY) {
      process.stderr.write(`${usageText(chosen, name)}\n`);
      throw new Failure("usage", "nothing to read: name a file, or pipe something in");
    }
    refuseUsers(parsed);
    const { usesOf } = await import("./named-paths.js");
    const uses = usesOf(chosen, operands, options);
    const advice = chosen.afterInterrupt?.(options) ?? START_AGAIN;
    await orStuck(chosen.run?.({ operands, options, messages, uses, signal: interruptSignal(advice) }));
    stopProgress();
  } catch (error) {
    stopProgress();
    end(error, messages, name, debug);
  }
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
  for (const option of allOptions(command)) {
    const value = / <(?:address|url|which)>$/.test(option.flags) ? options[nameOf(option)] : undefined;
    if (typeof value === "string") refuseUserInfo(option.flags.replace(/ .*/, ""), value);
  }
}

/** Sets the exit code (never `process.exit`: it would cut off what is still on its way into a pipe). */
function end(error: unknown, messages: Messages, name: string, debug: boolean): void {
  if (error instanceof ReaderGone) return;
  const stack = debug && error instanceof Error ? { stack: error.stack } : {};
  if (error instanceof Failure) {
    const { message, place, outcome: code, retryable, exit } = error;
    messages.error(message, { place, code, retryable, ...stack });
    if (code === "usage") messages.error(`try '${name} --help'`);
    process.exitCode = exit;
  } else {
    const text = error instanceof Error ? error.message : String(error);
    messages.error(`unexpected failure: ${text}; please report this (--debug shows where it happened)`, {
      code: "unexpected",
      retryable: false,
      ...stack,
    });
    process.exitCode = OUTCOMES.unexpected.exit;
  }
}

/** Aborts on the first Ctrl-C or SIGTERM, so that work in hand is put down in order; the second one ends at once. */
function interruptSignal(advice: string): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    stopProgress();
    if (controller.signal.aborted) process.exit(OUTCOMES.interrupted.exit);
    controller.abort(new Failure("interrupted", `interrupted: ${advice}`));
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return controller.signal;
}
