import { Scanner } from "./scan.js";
import type { Condition, Selection } from "./selection.js";

/** Tells from the bytes of a line alone that its entity cannot matter, so that it need not be read. */
export interface Prefilter {
  /** Says that the next lines are those of another block. */
  startBlock(): void;
  /** False only where reading the entity would have no result. */
  mayMatter(block: Buffer, start: number, end: number): boolean;
}

/**
 * Finds which lines of a block hold a text, by the machine's own byte search: it runs over ten gigabytes a second, a
 * hundred times what reading JSON does, so lines that cannot matter cost next to nothing. The search goes on from hit to
 * hit, not from line to line: where the text is rare, one call passes over thousands of lines.
 *
 * A needle begins with a byte that is rare in the text: the search stops at each of them. (`"P7482"` with its first
 * quote takes six times as long as without.)
 */
class Needle implements Prefilter {
  readonly #bytes: Buffer;
  /** The first hit at or after the last place that was asked about; the length of the block where the text does not come again. */
  #hit = -1;

  constructor(text: string) {
    this.#bytes = Buffer.from(text);
  }

  /** Forgets the block before: positions are those of the next one. */
  startBlock(): void {
    this.#hit = -1;
  }

  /** The first hit from `start` on if it lies before `end`, else -1. Within one block, starts only go up. */
  find(block: Buffer, start: number, end: number): number {
    if (this.#hit < start) {
      const found = block.indexOf(this.#bytes, start);
      this.#hit = found === -1 ? block.length : found;
    }
    return this.#hit < end ? this.#hit : -1;
  }

  /** Whether the text begins in a line, as a filter of lines asks. */
  mayMatter(block: Buffer, start: number, end: number): boolean {
    return this.find(block, start, end) !== -1;
  }
}

/** The prefilters for a selection; a line matters where all of them say that it may. */
export function prefiltersFor({ output, has }: Selection): Prefilter[] {
  const filters: Prefilter[] = has.flatMap(textsOf).map((text) => new Needle(text));
  if (output.kind === "flickr") filters.push(new MayBeFromFlickr());
  return filters;
}

/** Texts that an entity which meets a condition must have; each begins with a rare byte (see `Needle`). */
function textsOf({ property, qualifier, values = [] }: Condition): string[] {
  const items = values.length === 1 ? values.filter((value) => /^Q\d+$/.test(value)) : [];
  return [property, ...(qualifier === undefined ? [] : [qualifier]), ...items].map((id) => `${id}"`);
}

/** What in the sources of a file may have to do with Flickr: its hosts, in any case or escaped; two operators. */
const FLICKR_SOURCE = /flickr|flic\.kr|\\u00[2-7]|"property"\s*:\s*"P137".*"property"\s*:\s*"P137"/is;
/** The end of a list of statements, and the start of the next property. */
const NEXT_PROPERTY = '}],"P';
const COLON = 0x3a;
const QUOTE = 0x22;
const CLOSE_ARRAY = 0x5d;

/**
 * A file that comes from Flickr has the photo's id (P12120), or a source (P7482) that names Flickr. Nearly every file
 * has some source, so its list of sources is looked at.
 */
class MayBeFromFlickr implements Prefilter {
  readonly #photoId = new Needle('P12120"');
  readonly #source = new Needle('P7482"');
  readonly #scanner = new Scanner("");

  startBlock(): void {
    this.#photoId.startBlock();
    this.#source.startBlock();
  }

  mayMatter(block: Buffer, start: number, end: number): boolean {
    if (this.#photoId.mayMatter(block, start, end)) return true;
    for (let from = start; ; ) {
      const hit = this.#source.find(block, from, end);
      if (hit === -1) return false;
      from = hit + 'P7482"'.length;
      const colon = skipBlanks(block, from);
      if (block[colon] === COLON && block[hit - 1] === QUOTE) {
        return this.#mayNameFlickr(block, skipBlanks(block, colon + 1), end);
      }
    }
  }

  #mayNameFlickr(block: Buffer, list: number, end: number): boolean {
    if (hasNoQualifiers(block, list)) return false;
    const after = this.#scanner.skipValue(block, list, end);
    return after === -1 || FLICKR_SOURCE.test(block.toString("latin1", list, after));
  }
}

function skipBlanks(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
  return at;
}

/**
 * Tells the usual source, "own work", without walking over it: up to the first `]` there is no second list, so no
 * qualifiers, and no escape. What follows proves that this `]` ends the list and is no part of a text: after the quote
 * that ends a text there is never a letter.
 */
function hasNoQualifiers(block: Buffer, list: number): boolean {
  const end = block.indexOf(CLOSE_ARRAY, list);
  if (end === -1 || end - list > 2000) return false;
  const text = block.toString("latin1", list, end + NEXT_PROPERTY.length - 1);
  return text.endsWith(NEXT_PROPERTY) && !text.includes("[", 1) && !text.includes("\\");
}
