import { type JsonObject, textAt } from "../../../base/ndjson/index.js";
import type { Complaint } from "../../engine/index.js";

/** Error codes of `flickr.photos.search`; they come with status 200. Any other one is our mistake. */
const MEANS: ReadonlyMap<string, Complaint["means"]> = new Map([
  ["0", "busy"],
  ["10", "busy"],
  ["100", "no_permission"],
  ["105", "busy"],
  ["106", "busy"],
]);

/** The error that an answer of the API reports. */
export function flickrComplaint(answer: JsonObject): Complaint | undefined {
  if (!("stat" in answer) || answer.stat === "ok") return undefined;
  const code = textAt(answer, "code");
  const words = textAt(answer, "message") ?? "it does not say which";
  return {
    means: MEANS.get(code ?? "") ?? "refused",
    words: code === undefined ? words : `${words} (code ${code})`,
  };
}
