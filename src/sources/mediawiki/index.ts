/** The API of MediaWiki: batches of pages that come in several answers, and what answers say beside pages. */
export { mediaWikiComplaint, QUERY_PAGES } from "./answers.js";
export { type BatchQuery, readBatch } from "./batches.js";
