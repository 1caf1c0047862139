import { counted } from "../../base/counted.js";
import { Failure } from "../../base/failure.js";
import type { Fetching } from "./options.js";

/** Errors that the next page may not have; the others end the walk at once. */
const PASSED_OVER = new Set(["temporary", "refused", "bad_input"]);

/** Pages that failed and were passed over (`--skip-errors`). */
export class PassedOver {
  readonly #invocation: Fetching;
  #count = 0;
  #first: Failure | undefined;

  constructor(invocation: Fetching) {
    this.#invocation = invocation;
  }

  readonly add = (error: unknown): void => {
    // A bad line without a rejects file has a place; it ends the command, as ever.
    const passes = error instanceof Failure && PASSED_OVER.has(error.outcome) && !error.place;
    if (!passes) throw error;
    this.#count++;
    this.#first ??= error;
    this.#invocation.messages.warn(`passed over: ${error.message}`);
  };

  throwFirst(): void {
    if (!this.#first) return;
    const pages = counted(this.#count, "page was", "pages were");
    throw new Failure(this.#first.outcome, `${pages} passed over, the first because ${this.#first.message}`);
  }
}
