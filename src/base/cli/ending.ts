import { Failure, OUTCOMES, shortageOf, toldAs } from "../failure.js";
import { ReaderGone } from "../ndjson/index.js";
import type { Messages } from "./messages.js";
import { stopProgress } from "./progress.js";

/** How a command ends: what went wrong becomes one message and an exit code, whoever throws it and wherever it comes up. */
export class Ending {
  readonly messages: Messages;
  isDebugged = false;
  readonly #name: string;
  readonly #signal: AbortSignal;
  #isTold = false;

  /** `name` is what to ask for help; what comes up once `signal` is aborted, and is no failure, comes of that. */
  constructor(messages: Messages, name: string, signal: AbortSignal) {
    this.messages = messages;
    this.#name = name;
    this.#signal = signal;
    // Where nobody can be told (a full disk, a closed terminal) the work goes on, and ends with its own code.
    process.stderr.on("error", () => {});
    // What nobody waits for: the work is in an unknown state and does not go on.
    process.on("uncaughtException", (error) => {
      this.end(error);
      process.exit();
    });
  }

  /** Sets the exit code (not `process.exit`: it would cut off what is still on its way into a pipe). The first one counts. */
  end(error: unknown): void {
    stopProgress();
    if (this.#isTold) return;
    this.#isTold = true;
    if (error instanceof ReaderGone) return;
    const failure = this.#failureOf(error);
    const stack = this.isDebugged && error instanceof Error ? { stack: error.stack } : {};
    if (failure) {
      const { message, place, outcome: code, retryable, exit } = failure;
      this.messages.error(message, { place, code, retryable, ...stack });
      if (code === "usage") this.messages.error(`try '${this.#name} --help'`);
      process.exitCode = exit;
      return;
    }
    this.messages.error(`${toldAs(error)}; please report this (--debug shows where it happened)`, {
      code: "unexpected",
      retryable: false,
      ...stack,
    });
    process.exitCode = OUTCOMES.unexpected.exit;
  }

  #failureOf(error: unknown): Failure | undefined {
    if (error instanceof Failure) return error;
    return this.#signal.aborted ? (this.#signal.reason as Failure) : shortageOf(error);
  }
}
