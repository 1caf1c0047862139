import type { Writable } from "node:stream";
import type { Outcome, Place } from "../failure.js";
import { heldSecrets, redactAddresses } from "../secrets/index.js";
import { visible, visibleJson } from "../visible.js";
import { eraseBefore } from "./terminal.js";

/** How much a message matters. */
type Level = "info" | "warning" | "error";

/** What goes with a message in `--log-format json`. */
interface Details {
  readonly place?: Place | undefined;
  readonly code?: Outcome;
  readonly retryable?: boolean;
  /** Where in the program it happened. */
  readonly stack?: string | undefined;
  readonly [name: string]: unknown;
}

/** How messages are written. */
export interface Format {
  readonly json: boolean;
  /** Leaves out everything of level info. */
  readonly quiet: boolean;
}

/**
 * Messages to people and to log collectors, on stderr: `ov-fetch: stdin:123: message`, or JSON lines. Each is one line.
 * None shows a secret that the process holds, nor the user, password or signature of an address, and none has a character
 * that a terminal would obey or a reader would not see.
 */
export class Messages {
  readonly #command: string;
  readonly #stream: Writable;
  #format: Format;

  constructor(
    command: string,
    stream: Writable = process.stderr,
    format: Format = { json: false, quiet: false },
  ) {
    this.#command = command;
    this.#stream = stream;
    this.#format = format;
  }

  set format(format: Format) {
    this.#format = format;
  }

  get quiet(): boolean {
    return this.#format.quiet;
  }

  get json(): boolean {
    return this.#format.json;
  }

  info(message: string, details?: Details): void {
    if (!this.#format.quiet) this.#say("info", message, details);
  }

  warn(message: string, details?: Details): void {
    this.#say("warning", message, details);
  }

  error(message: string, details?: Details): void {
    this.#say("error", message, details);
  }

  #say(level: Level, message: string, { place, ...details }: Details = {}): void {
    const { stack } = details;
    const text = harmless(message);
    if (this.#format.json) {
      const line = {
        time: new Date().toISOString(),
        level,
        command: this.#command,
        message: text,
        ...(withoutSecrets({ ...place, ...details }) as Details),
      };
      this.#write(visibleJson(JSON.stringify(line)));
      return;
    }
    const where = place ? `${harmless(place.file)}${place.line === undefined ? "" : `:${place.line}`}: ` : "";
    const word = level === "warning" ? "warning: " : "";
    // Where the last command of the pipe has drawn how far it is, the message takes the place of that.
    const erase = eraseBefore(this.#stream as { isTTY?: boolean });
    const more = stack ? `\n${stack.split("\n").map(harmless).join("\n")}` : "";
    this.#write(`${this.#command}: ${where}${word}${text}${more}`, erase);
  }

  /** `before` is written as it is: it may hold escapes of our own. */
  #write(text: string, before = ""): void {
    this.#stream.write(`${before}${text}\n`);
  }
}

/** No message is endless. */
const LONGEST = 2000;

/**
 * Messages may quote data from a source: no secret gets through, and what nobody sees is shown. Secrets go first, while
 * they are whole.
 */
function harmless(text: string): string {
  const told = withoutSecret(text);
  const isLong = told.length > LONGEST;
  return (
    visible(isLong ? told.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, "") : told) + (isLong ? "…" : "")
  );
}

function withoutSecret(text: string): string {
  return heldSecrets().hideBegun(redactAddresses(text));
}

/** The same of every text in a value, for JSON that every reader takes: some refuse halves of surrogate pairs. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === "string") return withoutSecret(value).toWellFormed();
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutSecrets(member)]));
}
