/** What Flickr's ids and URLs mean: licences, accounts that are sources of their own, and every form of URL. */
export { createFollow, type Follow, type Followed, type NotFollowed } from "./follow.js";
export { FLICKR_LICENSES, type FlickrLicense, flickrLicense } from "./licenses.js";
export { resultJson, resultLine } from "./result-json.js";
export { FLICKR_SOURCES } from "./sub-providers.js";
export * from "./urls/index.js";
