import type { DroppedTally } from "../../record/index.js";
import type { Messages } from "./messages.js";

/** Says what cleaning has dropped, behind the summary of a command; nothing where that is nothing. */
export function tellDropped(messages: Messages, { words }: DroppedTally): void {
  if (words !== "") messages.info(`dropped: ${words}`);
}
