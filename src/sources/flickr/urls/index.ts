/**
 * The meaning of Flickr URLs. Nothing in this folder needs Node: `import { parseFlickrUrl } from "ov-tools/flickr"`
 * works in a browser.
 */
export { type FoundUrl, findFlickrUrls, findFlickrUrlsInText } from "./find.js";
export { followableUrl } from "./followed.js";
export type { Form } from "./form.js";
export { GRAMMAR as FLICKR_URL_GRAMMAR } from "./grammar.js";
export { isFlickrHost } from "./hosts.js";
export { looksLikeFlickrPhotoId, looksLikeFlickrUserId } from "./ids.js";
export { type ParseOptions, parseFlickrUrl } from "./parse.js";
export * from "./result.js";
