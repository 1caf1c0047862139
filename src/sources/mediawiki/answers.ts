import { isObject, type JsonObject, objectAt, textAt } from "../../base/ndjson/index.js";
import { type Complaint, excerpt, type Provider } from "../engine/index.js";

/** The pages in an answer to `action=query`, in both versions of its format. */
export const QUERY_PAGES: Provider["page"] = {
  // A list with `formatversion=2`, an object by page ids without.
  list: ["query", "pages"],
  byId: true,
  // Nothing on a day, or in a part of a batch, is an answer without pages.
  others: ({ query, ...rest }) =>
    objectAt(query).pages === undefined && ("batchcomplete" in rest || isObject(rest.continue))
      ? []
      : undefined,
};

/** Errors of the API that pass by themselves; they come with status 200. */
const BUSY_CODES = /^(?:maxlag|ratelimited|readonly|internal_api_error|timeout)/;

/** The error that an answer of the API reports: https://www.mediawiki.org/wiki/API:Errors_and_warnings */
export function mediaWikiComplaint(answer: JsonObject): Complaint | undefined {
  if (!isObject(answer.error)) return undefined;
  const code = textAt(answer, "error", "code") ?? "";
  const words = textAt(answer, "error", "info") ?? excerpt(answer.error);
  return { means: BUSY_CODES.test(code) ? "busy" : "refused", words };
}
