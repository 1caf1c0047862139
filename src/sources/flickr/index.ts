/** What Flickr's ids and URLs mean: licences, accounts that are sources of their own, every form of URL; and its API. */
export { flickrComplaint } from "./api/errors.js";
export { FLICKR_LICENSES, type FlickrLicense, flickrLicense } from "./api/licenses.js";
export { dateTaken, PHOTO_EXTRAS, PHOTOS_PER_PAGE, PHOTOS_SERVED, photoSize } from "./api/photos.js";
export { createFollow, type Follow, type Followed, type NotFollowed } from "./follow.js";
export { resultJson, resultLine } from "./result-json.js";
export { FLICKR_SOURCES } from "./sub-providers.js";
export * from "./urls/index.js";
