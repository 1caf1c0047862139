import { type FlickrUrl, looksLikeFlickrPhotoId, parseFlickrUrl } from "../flickr/index.js";
import {
  type Entity,
  itemOf,
  mainSnakOf,
  qualifiersOf,
  type Statement,
  statementsOf,
  stringOf,
} from "./entity.js";

/**
 * Which Flickr photo a file on Commons is, by the rules of Flickypedia (its `find_flickr_photo_id_from_sdc`), whose
 * results others have stored and compare with. Looked at are the source of the file and the Flickr photo id; never
 * captions, creators, categories or references.
 */

/** Source of file, and its qualifiers that say who runs the site and where the file is. */
const SOURCE_OF_FILE = "P7482";
const OPERATOR = "P137";
const URLS = ["P2699", "P973"] as const;
const FLICKR_PHOTO_ID = "P12120";

const FLICKR = "Q103204";
/** Flickr, and the National Library of Finland, in this order: the only two operators that may stand together. */
const TWO_OPERATORS = [FLICKR, "Q420747"];

/** Pages that are not one photo: a file whose source is one of them may be any photo of it. */
const OTHER_PAGES: ReadonlySet<string> = new Set(["homepage", "album", "user", "group", "gallery", "tag"]);
/** The rules understand these pages in these forms only. */
const FORMS: ReadonlySet<string> = new Set(["page", "profile", "albums", "commons_explorer"]);

/** Hosts that the rules know. Our parser knows more (mobile pages, archived copies), which would change the results. */
const HOST =
  /^(?:[a-z][a-z\d+.-]*:)?(?:\/\/)?(?:[^/?#@]*@)?(?:(?:www\.)?flickr\.com|flic\.kr|commons\.flickr\.org|live\.staticflickr\.com|static\.flickr\.com|farm\d+\.static\.?flickr\.com|c\d+\.staticflickr\.com|photos\d+\.flickr\.com)(?::\d*)?(?:[/?#]|$)/i;

/** Where something was found: a property, or a qualifier of one. */
export type FoundIn = "P12120" | "P7482/P137" | "P7482/P973" | "P7482/P2699";

/** A photo that an entity names. */
export interface Candidate {
  readonly flickr_photo_id: string;
  /** The URL that names the photo (of several the one that sorts last); null where only P12120 does. */
  readonly url: string | null;
  readonly found_in: readonly FoundIn[];
  /** The id is not a number: Commons has some URLs and names in P12120. It is given as it stands. */
  readonly doubt?: "not_a_number";
}

/** Why a file's photo is not clear. */
export type Ambiguity =
  /** It names more than one photo. */
  | "several_photos"
  /** A source is a Flickr page, but not that of one photo. */
  | "not_a_photo"
  /** A source is run by several. */
  | "several_operators";

/** The photo of a file; or the candidates, and why it is not clear which one of them it is. */
export type FlickrPhoto =
  | Candidate
  | {
      readonly ambiguous: true;
      readonly reason: Ambiguity;
      /** What the reason is about: URLs, items, or photo ids. */
      readonly about: readonly string[];
      readonly candidates: readonly Candidate[];
    };

/** Finds the Flickr photo of a file; null where its structured data names none. Never throws. */
export function findFlickrPhoto(entity: Entity): FlickrPhoto | null {
  const found = new Found();
  for (const statement of statementsOf(entity, SOURCE_OF_FILE)) readSource(statement, found);
  for (const statement of statementsOf(entity, FLICKR_PHOTO_ID)) {
    const id = stringOf(mainSnakOf(statement));
    if (id !== undefined) found.add(id, undefined, FLICKR_PHOTO_ID);
  }
  return found.result();
}

/** One source of a file. Its main value says nothing: many Flickr files claim to be "own work". */
function readSource(statement: Statement, found: Found): void {
  const operators = qualifiersOf(statement, OPERATOR).map(itemOf);
  if (operators.length > 1 && !isSame(operators, TWO_OPERATORS)) {
    found.doubt("several_operators", ...operators.map((item) => item ?? "unknown"));
  } else if (operators.length === 1 && operators[0] !== FLICKR) return;
  for (const property of URLS) {
    for (const qualifier of qualifiersOf(statement, property)) {
      const url = stringOf(qualifier);
      if (url === undefined || !HOST.test(url)) continue;
      const page = parseFlickrUrl(url);
      if (!("type" in page)) continue;
      if (page.type === "single_photo") found.add(page.photo_id, url, `${SOURCE_OF_FILE}/${property}`);
      else if (isOtherPage(page)) found.doubt("not_a_photo", url);
    }
  }
}

function isOtherPage(page: FlickrUrl): boolean {
  return OTHER_PAGES.has(page.type) && FORMS.has(page.form) && !("photo_id" in page);
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i]);
}

/** What was found so far. */
class Found {
  readonly #photos = new Map<string, { urls: string[]; foundIn: Set<FoundIn> }>();
  #reason: Ambiguity | undefined;
  #about: string[] = [];

  add(id: string, url: string | undefined, place: FoundIn): void {
    const photo = this.#photos.get(id) ?? { urls: [], foundIn: new Set() };
    this.#photos.set(id, photo);
    photo.foundIn.add(place);
    if (url !== undefined) photo.urls.push(url);
  }

  /** The first doubt is the one that is told. */
  doubt(reason: Ambiguity, ...about: string[]): void {
    this.#reason ??= reason;
    if (this.#reason === reason) this.#about.push(...about);
  }

  result(): FlickrPhoto | null {
    const candidates = [...this.#photos].map(([id, { urls, foundIn }]) => ({
      flickr_photo_id: id,
      url: urls.sort().at(-1) ?? null,
      found_in: [...foundIn],
      ...(!looksLikeFlickrPhotoId(id) && { doubt: "not_a_number" as const }),
    }));
    if (this.#reason === undefined && candidates.length <= 1) return candidates[0] ?? null;
    return {
      ambiguous: true,
      reason: this.#reason ?? "several_photos",
      about: this.#reason === undefined ? candidates.map((one) => one.flickr_photo_id) : this.#about,
      candidates,
    };
  }
}
