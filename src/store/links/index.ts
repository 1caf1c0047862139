/** The links database: which photo of Flickr is which file of Wikimedia Commons. It is kept in a staging database. */
export { CommonsLinks, LINK_TABLES } from "./commons-links.js";
export { PHOTO_MEMBERS, photoOf } from "./photo.js";
