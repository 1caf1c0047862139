/** How a URL says what it says: the same photo has a page, a JPEG, a short URL, … */
export type Form =
  /** An ordinary page of the site; the next five are pages about the same subject. */
  | "page"
  /** `/people/…`: who the user is. */
  | "profile"
  /** The list of a user's albums. */
  | "albums"
  /** What a group is about, and its rules. */
  | "about"
  | "rules"
  | "slideshow"
  /** A member's page of the Commons Explorer. */
  | "commons_explorer"
  /** An address of the site's oldest kind: `photo.gne?id=…`. */
  | "gne"
  /** An address shortened by Flickr, or its target `short_urls.gne`. */
  | "short"
  /** A Flash player. */
  | "swf"
  /** Made to be shown inside other sites. */
  | "embed"
  | "feed"
  /** Files. `file` has no extension that we know. */
  | "jpeg"
  | "png"
  | "gif"
  | "video"
  | "file"
  | "buddy_icon"
  | "cover_photo";
