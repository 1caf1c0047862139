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
 * Thrown by any layer, turned into a message and an exit code in one place (`cli/program.ts`).
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
  EIO: "the disk or the terminal cannot be read or written",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no such file or folder",
  ENOSPC: "no space left on device",
  ENOTDIR: "a part of the path is not a folder",
  ENXIO: "no device or reader is connected to it",
  EPERM: "operation not permitted",
  EPIPE: "whoever read it is gone",
  EROFS: "read-only file system",
  ERR_INVALID_ARG_VALUE: "the name holds a NUL character",
  ETXTBSY: "it is a program that is running",
  EXDEV: "it is on another disk",
};

/**
 * What the machine has too little of, what a limit of the process or the engine keeps from it, and what is larger than the
 * engine can hold: no bug of ours. Told by the code and the message that Node, V8, libuv and SQLite give.
 */
const SHORTAGES: readonly (readonly [sign: RegExp, outcome: Exclude<Outcome, "done">, words: string])[] = [
  [/^EMFILE\b/, "temporary", "too many open files: allow more with ulimit -n"],
  [
    /^ERR_MODULE_NOT_FOUND\b/,
    "temporary",
    "its own files cannot be read: allow more open files with ulimit -n, or install ov-tools again",
  ],
  [/^ENFILE\b/, "temporary", "the machine has too many open files: try again when it has less to do"],
  [
    /^ERR_WORKER_OUT_OF_MEMORY\b/,
    "temporary",
    "the engine is out of memory: allow it more, as with NODE_OPTIONS=--max-old-space-size=1024 (megabytes)",
  ],
  [
    /^(?:ERR_WORKER_INIT_FAILED|EAGAIN)\b/,
    "temporary",
    "no more threads can be started: allow more with ulimit -u, or try again when the machine has less to do",
  ],
  [
    /\bWasm (?:memory|code)\b|WebAssembly\.Memory/,
    "temporary",
    "no room for more addresses: allow more with ulimit -v, or set NODE_OPTIONS=--disable-wasm-trap-handler",
  ],
  [
    // `unreachable` is what the allocator of AssemblyScript does where its memory cannot grow.
    /^(?:ENOMEM|SQLITE_NOMEM|ERR_MEMORY_ALLOCATION_FAILED)\b|\ballocation failed|is out of memory$|^unreachable$/i,
    "temporary",
    "out of memory: allow the command more, or let the machine do less at once",
  ],
  [
    /\buv_cwd$/,
    "no_input",
    "the folder that the command was started in is gone: go to one that there is, or name files from / on",
  ],
  [
    /^ERR_STRING_TOO_LONG\b|Invalid string length/,
    "bad_input",
    "a value is longer than a text may be, 512 MB",
  ],
  [/Invalid (?:typed )?array length/, "bad_input", "a value is larger than a list may be"],
  [/Maximum call stack size exceeded/, "bad_input", "values are nested too deeply"],
];

/** The shortage that an error tells of, as a `Failure`; undefined for an error of any other kind. */
export function shortageOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || error instanceof Failure) return undefined;
  const text = `${errorCode(error) ?? ""} ${error.message}`.trimStart();
  const found = SHORTAGES.find(([sign]) => sign.test(text));
  return found && new Failure(found[1], found[2], { cause: error });
}

/** An error in the words that a person is told of it. */
export function toldAs(error: unknown): string {
  const failure = error instanceof Failure ? error : shortageOf(error);
  if (failure) return failure.message;
  return `unexpected failure: ${error instanceof Error ? error.message : String(error)}`;
}

/**
 * What a system error means in words. Where the tables have no entry: the words of libuv without its code, call and path
 * (`ELOOP: too many symbolic links encountered, open 'x'`), else the error's own message.
 */
export function systemReason(error: unknown): string {
  const code = errorCode(error);
  const words = (code && SYSTEM_REASONS[code]) || shortageOf(error)?.message;
  if (words) return words;
  if (!(error instanceof Error)) return String(error);
  const [, libuv] = /^E[A-Z0-9]+: (.*?)(?:, [a-z_]+(?: '.*)?)?$/s.exec(error.message) ?? [];
  return libuv ?? error.message;
}

/** What is done with a file or folder, and how a command ends where the system does not let it. */
const DEEDS = {
  open: "no_input",
  read: "no_input",
  create: "no_output",
  write: "no_output",
  replace: "no_output",
  remove: "no_output",
} as const;

export type Deed = keyof typeof DEEDS;

/**
 * What to throw in the place of an error that came up while something was done with a file: for one of the system a
 * `Failure` that says what could not be done, to what and why. A `Failure` stays what it is, and so does a bug.
 */
export function cannot(deed: Deed, path: string, error: unknown): Error {
  if (error instanceof Failure || errorCode(error) === undefined) return error as Error;
  return new Failure(DEEDS[deed], `cannot ${deed} ${path}: ${systemReason(error)}`, { cause: error });
}

/** Does something with a file; what it throws, at once or later, is what `cannot` says. */
export function orFail<T>(deed: Deed, path: string, work: () => T): T {
  const fail = (error: unknown): never => {
    throw cannot(deed, path, error);
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(fail) as T) : result;
  } catch (error) {
    return fail(error);
  }
}

/** The `code` of a system error (`ENOENT`, `EPIPE`, …), if it has one. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
