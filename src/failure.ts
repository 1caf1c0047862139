/**
 * Every way a command can end, in one table: the exit code a shell sees, and whether running the same
 * command again can help. The numbers follow sysexits.h where it has one. `docs/pipe-contract.md` is
 * generated from this table.
 */
export const OUTCOMES = {
  done: { exit: 0, retryable: false, meaning: "done; also when the reader closed the pipe (`| head`)" },
  unexpected: { exit: 1, retryable: false, meaning: "unexpected failure: a bug in the command" },
  usage: { exit: 2, retryable: false, meaning: "the command line is wrong" },
  bad_input: {
    exit: 65,
    retryable: false,
    meaning: "bad input: a line or file that cannot be read as what it should be",
  },
  no_input: { exit: 66, retryable: false, meaning: "an input cannot be opened" },
  refused: { exit: 69, retryable: false, meaning: "the other side refused for good" },
  no_output: { exit: 73, retryable: false, meaning: "an output cannot be created or written" },
  temporary: { exit: 75, retryable: true, meaning: "temporary: run the same command again, it resumes" },
  no_permission: { exit: 77, retryable: false, meaning: "no permission, or bad credentials" },
  interrupted: { exit: 130, retryable: true, meaning: "interrupted (Ctrl-C)" },
} as const;

/** The name of an outcome, as it stands in machine-readable messages. */
export type Outcome = keyof typeof OUTCOMES;

/** Where in the input something is wrong. `line` counts from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

/**
 * An error meant for a person: the message says what was wrong and what to do now, and names no secret.
 * Thrown by any layer, turned into a message and an exit code in one place (`command-line/program.ts`).
 */
export class Failure extends Error {
  override readonly name = "Failure";
  /** Where it happened, when it is in an input. */
  readonly place: Place | undefined;
  readonly outcome: Exclude<Outcome, "done">;

  constructor(
    outcome: Exclude<Outcome, "done">,
    message: string,
    details: { place?: Place; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.outcome = outcome;
    this.place = details.place;
  }

  get exit(): number {
    return OUTCOMES[this.outcome].exit;
  }

  get retryable(): boolean {
    return OUTCOMES[this.outcome].retryable;
  }
}

/** The operating system's words for an error code, for messages: `ENOENT` → "no such file or folder". */
const SYSTEM_REASONS: Record<string, string> = {
  EACCES: "permission denied",
  EBUSY: "it is in use",
  EDQUOT: "disk quota exceeded",
  EEXIST: "it exists already",
  EFBIG: "file too large",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links lead in a circle",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no such file or folder",
  ENOSPC: "no space left on device",
  ENOTDIR: "a part of the path is not a folder",
  ENXIO: "there is nothing behind it",
  EPERM: "operation not permitted",
  EPIPE: "whoever read it is gone",
  EROFS: "read-only file system",
  EXDEV: "it is on another disk",
};

/** What a system error means in words; the error's own message where the table has no entry. */
export function systemReason(error: unknown): string {
  const code = errorCode(error);
  return (code && SYSTEM_REASONS[code]) || (error instanceof Error ? error.message : String(error));
}

/** The `code` of a system error (`ENOENT`, `EPIPE`, …), if it has one. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
