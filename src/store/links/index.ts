export { CommonsLinks, PHOTO_MEMBERS, photoOf } from "./commons-links.js";
