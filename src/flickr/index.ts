/** What Flickr's ids mean: licences, and accounts that are sources of their own. */
export { FLICKR_LICENSES, type FlickrLicense, flickrLicense } from "./licenses.js";
export { FLICKR_SOURCES } from "./sub-providers.js";
