import { join } from "node:path";
import { type BadLine, linesIn } from "../../base/ndjson/index.js";
import { MEDIA_TYPES, type MediaType, type Refusal, textOf } from "../../record/index.js";
import type { IdentifiedRows } from "./identified-rows.js";
import { IDENTIFIER_WORDS, Identifiers } from "./identifiers.js";
import type { LinesRead } from "./line-reader.js";
import type { DuplicateRule } from "./options.js";

/**
 * Finds rows whose identifier another row of the same media type has. `refuse` leaves out the later row; `last` has to
 * leave out the earlier one, which has been written by then, so that only its place is reported.
 */

/** What is done with a block. */
interface DuplicatesFound {
  /** By the number of the subset: the rows that are left out, in order. */
  readonly rows: ReadonlyMap<number, readonly number[]>;
  /** Why, by their lines. */
  readonly bad: readonly (BadLine & { readonly line: number })[];
}

const NONE: DuplicatesFound = { rows: new Map(), bad: [] };

/** The rows of one media type. */
interface Rows {
  readonly identifiers: Identifiers;
  /** The last name, while names are in order. */
  last: Uint8Array | undefined;
  isInOrder: boolean;
}

export class Duplicates {
  readonly #replaces: boolean;
  readonly #rows: Readonly<Record<MediaType, Rows>>;
  /** Files by the number of lines before each, for messages. */
  readonly #files: { readonly file: string; readonly before: number }[] = [];
  #lines = 0;

  /** `folder` is where what is too large for memory goes; messages call it `name`. */
  constructor(folder: string, name: string, rule: DuplicateRule) {
    this.#replaces = rule === "last";
    const rowsOf = (media: MediaType): Rows => ({
      identifiers: new Identifiers(join(folder, `identifiers-${media}`), name),
      last: undefined,
      isInOrder: true,
    });
    this.#rows = { image: rowsOf("image"), audio: rowsOf("audio") };
  }

  /** From here on lines are those of another file. */
  beginFile(file: string): void {
    this.#files.push({ file, before: this.#lines });
  }

  /**
   * Looks at the rows of the next block. `placeOf` says where a row goes (with `last`), and `onReplaced` hears of those
   * places whose rows a later one has replaced.
   */
  find(
    read: LinesRead,
    placeOf: (subset: number, row: number) => number,
    onReplaced: (place: number) => void,
  ): DuplicatesFound {
    const rows = new Map<number, number[]>();
    const bad: [line: number, first: number][] = [];
    for (const identified of read.identified) {
      const { media, identifiers: words, lines, subsets } = identified;
      const known = this.#rows[media];
      if (this.#staysInOrder(known, identified) && !this.#replaces) {
        known.identifiers.add(words, (i) => this.#lines + (lines[i] as number));
        continue;
      }
      /** How many rows each subset has so far. */
      const counts: number[] = [];
      for (let i = 0; i < lines.length; i++) {
        const line = lines[i] as number;
        const subset = typeof subsets === "number" ? subsets : (subsets[i] as number);
        const row = counts[subset] ?? 0;
        counts[subset] = row + 1;
        const place = this.#replaces ? placeOf(subset, row) : this.#lines + line;
        const first = known.identifiers.put(words, i * IDENTIFIER_WORDS, place, this.#replaces);
        if (first === undefined) continue;
        if (this.#replaces) onReplaced(first);
        else {
          bad.push([line, first]);
          const left = rows.get(subset);
          if (left) left.push(row);
          else rows.set(subset, [row]);
        }
      }
    }
    const found = bad.length === 0 ? NONE : { rows, bad: this.#badLines(read, bad) };
    this.#lines += read.lines;
    return found;
  }

  close(): void {
    for (const media of MEDIA_TYPES) this.#rows[media].identifiers.close();
  }

  /** Whether no row of the block can have come before: each name is after the one before. */
  #staysInOrder(known: Rows, { names }: IdentifiedRows): boolean {
    if (!known.isInOrder) return false;
    known.isInOrder =
      names !== undefined && (known.last === undefined || Buffer.compare(names[0], known.last) > 0);
    known.last = names?.[1];
    return known.isInOrder;
  }

  #badLines({ file, bytes }: LinesRead, bad: [line: number, first: number][]): DuplicatesFound["bad"] {
    const texts = new Map(linesIn({ file, bytes }).lines.map((line) => [line.line, line]));
    return bad.map(([line, first]) => {
      const input = texts.get(line)?.text ?? "";
      return { ...this.#refusal(JSON.parse(input), first), file, line, input };
    });
  }

  #refusal({ provider, foreign_identifier: id }: Readonly<Record<string, unknown>>, first: number): Refusal {
    const { file, before } = this.#files.findLast((one) => one.before < first) ?? { file: "", before: 0 };
    const here = this.#files.at(-1)?.file === file;
    const where = here ? `line ${first - before}` : `${file}:${first - before}`;
    return {
      // As the record has them: the line may hold anything.
      error: `${textOf(provider)} ${textOf(id)} is there already, in ${where}; --duplicates last keeps the last one`,
      code: "duplicate",
    };
  }
}
