import { Failure } from "../failure.js";
import { beginningOf } from "../http/index.js";

/** How an answer looks, for a message: `it begins "<html>"`. */
export function inWordsOf(answer: string): string {
  return beginningOf(Buffer.from(answer.slice(0, 1000))).replace(/^; /, "") || "it is empty";
}

/** Asks, and sees that a failure names the server that was asked, also where it was another one that it has sent us to. */
export async function asking<T>(name: string, url: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Failure) || error.message.includes(new URL(url).host)) throw error;
    throw new Failure(error.outcome, `${name}: ${error.message}`, { cause: error });
  }
}
