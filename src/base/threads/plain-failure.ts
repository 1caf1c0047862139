import { Failure, shortageOf } from "../failure.js";

/** Errors on their way from one thread to another. A port makes a plain `Error` of a `Failure`. */

/** What went wrong, in a form that a port carries. */
export interface PlainFailure {
  readonly outcome: Failure["outcome"];
  /** One line, where nobody wrote it for people. */
  readonly message: string;
  readonly place?: Failure["place"];
  /** Where in the program it happened. */
  readonly stack?: string | undefined;
  readonly cause?: PlainFailure;
}

/** Takes whatever was thrown, with a limited number of causes of causes: an error may be its own cause. */
export function plainFailure(error: unknown, causes = 8): PlainFailure {
  const failure = error instanceof Failure ? error : shortageOf(error);
  const isError = error instanceof Error;
  const text = isError ? error.message : String(error);
  return {
    outcome: failure?.outcome ?? "unexpected",
    message: failure?.message ?? (text.split("\n", 1)[0] as string),
    stack: isError ? error.stack : text,
    ...(failure?.place && { place: failure.place }),
    ...(isError &&
      error.cause !== undefined &&
      causes > 0 && { cause: plainFailure(error.cause, causes - 1) }),
  };
}

/** The error again, for whoever waits for it in this thread; an unexpected one does not become a `Failure`. */
export function errorOf({ outcome, message, place, stack, cause }: PlainFailure): Error {
  const details = { ...(place && { place }), ...(cause && { cause: errorOf(cause) }) };
  const error =
    outcome === "unexpected" ? new Error(message, details) : new Failure(outcome, message, details);
  if (stack !== undefined) error.stack = stack;
  return error;
}
