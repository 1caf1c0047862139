import type { ColumnChunk } from "../column-reader.js";
import { ENCODINGS } from "../format.js";
import type { Page } from "../page-checks.js";
import { dictionaryIn, partsOf } from "../page-parts.js";
import { valuesIn } from "../page-values.js";
import { Remarks } from "../remarks.js";
import { fail, lines, put } from "./module.js";
import { Problem, Values } from "./shared.js";
import { ValueTables } from "./value-tables.js";

const NO_BYTES = Buffer.alloc(0);
const FALSE_JSON = "false";
const BOOLEANS = Buffer.from(`${FALSE_JSON}true`);

/** The pages of a column chunk, as the module asks for them. */
export class LeafPages {
  /** The address of the leaf. */
  readonly leaf: number;
  /** The dictionary has values that JSON cannot express, which are counted each time they are met: here they are not. */
  readonly isRemarkable: boolean;
  readonly #chunk: ColumnChunk;
  #values: ValueTables | undefined;
  #hasDictionary = false;
  /** A page that was looked at. */
  #first: Page | undefined;

  constructor(chunk: ColumnChunk, number: number) {
    this.#chunk = chunk;
    const { maxDefinitionLevel, maxRepetitionLevel } = chunk.leaf;
    this.leaf = lines.newLeaf(number, maxDefinitionLevel, maxRepetitionLevel);
    if (chunk.leaf.physical === "BOOLEAN") setBooleans(this.leaf);
    const { value, done } = chunk.pages.next();
    if (!done) this.#first = value;
    const remarks = new Remarks();
    if (this.#first) this.#openDictionary(this.#first, remarks);
    this.isRemarkable = remarks.count > 0;
  }

  free(): void {
    lines.freeLeaf(this.leaf);
  }

  /** False where there is none. */
  nextPage(): boolean {
    const first = this.#first;
    this.#first = undefined;
    if (first) {
      this.#openValues(first);
      return true;
    }
    const { value, done } = this.#chunk.pages.next();
    if (done) return false;
    this.#openDictionary(value, this.#chunk.remarks);
    this.#openValues(value);
    return true;
  }

  nextValues(): void {
    if (this.#values === undefined) fail(Problem.tooFewValues);
    this.#values.fill({ leaf: this.leaf, isDictionary: false });
  }

  #openDictionary(page: Page, remarks: Remarks): void {
    const dictionary = dictionaryIn(page, this.#chunk.unpack);
    if (dictionary === undefined) return;
    const { leaf, kind } = this.#chunk;
    const { bytes, count } = dictionary;
    const values = valuesIn(ENCODINGS.PLAIN, { bytes, most: count, leaf });
    new ValueTables({ values, leaf, kind, remarks }, count).fillAll({ leaf: this.leaf, isDictionary: true });
    this.#hasDictionary = true;
  }

  #openValues(page: Page): void {
    const { leaf, remarks, unpack } = this.#chunk;
    if (page.values === 0) return;
    const { repetitionLevels, definitionLevels, values, encoding, isIndexed } = partsOf(page, leaf, unpack);
    if (isIndexed && !this.#hasDictionary) fail(Problem.noDictionary);
    const section = { bytes: values, most: page.values, leaf };
    const stored = isIndexed ? undefined : valuesIn(encoding, section);
    const hasRuns = encoding === ENCODINGS.RLE && values.length > 0;
    const indexes = isIndexed ? values : stored?.booleans ? bitsIn(values, hasRuns) : NO_BYTES;
    const inModule = [repetitionLevels, definitionLevels, indexes];
    const [repetitions, definitions, more] = inModule.map(({ length }) => length) as [number, number, number];
    const at = lines.pageRoom(this.leaf, repetitions + definitions + more);
    put(at, Buffer.concat(inModule));
    const kind = isIndexed ? Values.indexed : Values.direct;
    lines.openPage(this.leaf, page.values, repetitions, definitions, more, kind);
    if (stored?.booleans) lines.openBooleans(this.leaf, repetitions, definitions, more, Number(hasRuns));
    else if (stored)
      this.#values = new ValueTables({ values: stored, leaf, kind: this.#chunk.kind, remarks }, page.values);
  }
}

/** Booleans are indexes, too. */
function setBooleans(leaf: number): void {
  const ends = new Uint32Array([FALSE_JSON.length, BOOLEANS.length]);
  const at = lines.input(ends.byteLength + BOOLEANS.length);
  put(at, new Uint8Array(ends.buffer));
  put(at + ends.byteLength, BOOLEANS);
  lines.setMade(leaf, 1, at + ends.byteLength, at, ends.length);
}

/** Booleans as bits, or runs of them, which have their length before them. */
function bitsIn(values: Buffer, hasRuns: boolean): Buffer {
  return hasRuns ? values.subarray(4, 4 + values.readUInt32LE()) : values;
}
