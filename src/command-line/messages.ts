import type { Writable } from "node:stream";
import type { Outcome, Place } from "../failure.js";
import { Secrets } from "../secrets.js";

/** How much a message matters. */
export type Level = "info" | "warning" | "error";

/** What goes with a message in `--log-format json`. */
export interface Details {
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

/** Messages to people and to log collectors, on stderr: `ov-fetch: stdin:123: message`, or JSON lines. */
export class Messages {
  readonly #command: string;
  readonly #stream: Writable;
  #format: Format;
  #secrets = new Secrets([]);

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

  /** From now on no message shows this secret, whoever quotes it. */
  hide(secret: string): void {
    this.#secrets = new Secrets([secret]);
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
        ...place,
        ...details,
      };
      this.#write(JSON.stringify(line));
      return;
    }
    const where = place ? `${harmless(place.file)}${place.line === undefined ? "" : `:${place.line}`}: ` : "";
    const word = level === "warning" ? "warning: " : "";
    this.#write(`${this.#command}: ${where}${word}${text}${stack ? `\n${harmless(stack)}` : ""}`);
  }

  #write(text: string): void {
    this.#stream.write(`${this.#secrets.hide(text)}\n`);
  }
}

/** Messages may quote data from a source: no terminal escape gets through, and no message is endless. */
function harmless(text: string): string {
  const short = text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
  return short.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
