import type { Messages } from "../base/cli/index.js";
import type { DroppedTally } from "../record/index.js";

/** Says what cleaning has dropped, after the summary of a command; nothing where nothing was dropped. */
export function tellDropped(messages: Messages, { words }: DroppedTally): void {
  if (words !== "") messages.info(`dropped: ${words}`);
}
