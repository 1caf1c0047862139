import {
  COLUMNS,
  type Column,
  columnsOf,
  type MediaType,
  SYNC_TIME,
  type Tag,
  type Value,
} from "../index.js";
import { copyColumns, type RowsData } from "./columns.js";
import type { LineDecoder } from "./decoder.js";

/** Gathers rows of one media type, in the memory of the decoder. */
export class Batch {
  readonly media: MediaType;
  rows = 0;
  readonly #decoder: LineDecoder;
  readonly #address: number;
  /** With the address of each one's array. */
  readonly #columns: readonly (readonly [column: Column, array: number])[];

  /** `columns` are some of the media type, in their order; all where they are left out. */
  constructor(decoder: LineDecoder, media: MediaType, columns: readonly Column[] = columnsOf(media)) {
    this.media = media;
    this.#decoder = decoder;
    const { module } = decoder;
    this.#address = module.newBatch();
    this.#columns = columns.map((column) => [
      column,
      module.newArray(this.#address, COLUMNS.indexOf(column)),
    ]);
  }

  /** Adds the line that was read last; gives when it was last seen, in milliseconds since 1970, 0 where it does not say. */
  addLine(): number {
    this.rows++;
    return this.#decoder.module.addLine(this.#address);
  }

  /**
   * Adds a record as `cleanRecord` makes it; gives what `addLine` does. Throws a `TypeError` when it is not; the batch
   * cannot be used after that.
   */
  addRecord(record: Readonly<Record<string, Value | undefined>>): number {
    for (const [column, array] of this.#columns) {
      const value = record[column.name] ?? null;
      if (value !== null) this.#addValue(column, array, value);
      else if (column.required || column.name === "identifier") {
        throw new TypeError(`${this.media} record without ${column.name}`);
      } else this.#decoder.module.addNull(array);
    }
    this.rows++;
    const seen = record[SYNC_TIME] ?? null;
    return seen === null ? 0 : timeOf(seen as string);
  }

  /** The rows added since the last call. */
  take(): RowsData {
    const { module } = this.#decoder;
    const at = module.describe(this.#address) / 4;
    const layout = this.#decoder.numbers.slice(at, at + module.describedBytes() / 4);
    const body = copyColumns(this.#decoder.bytes, layout);
    module.emptyBatch(this.#address);
    const { rows } = this;
    this.rows = 0;
    return { rows, body, layout };
  }

  #addValue({ type }: Column, array: number, value: Value): void {
    const { module } = this.#decoder;
    switch (type) {
      case "integer":
      case "number":
      case "boolean":
        module.addNumber(array, Number(value));
        break;
      case "timestamp":
        module.addNumber(array, timeOf(value as string));
        break;
      case "object":
      case "objects":
        this.#addText(array, JSON.stringify(value));
        break;
      case "texts":
        this.#addTexts(array, value as readonly string[]);
        break;
      case "tags":
        this.#addTags(array, value as readonly Tag[]);
        break;
      default:
        this.#addText(array, value as string);
    }
  }

  #addText(array: number, text: string): void {
    const { at, length } = this.#decoder.give(text);
    this.#decoder.module.addText(array, at, length);
  }

  #addTexts(list: number, texts: readonly string[]): void {
    const { module } = this.#decoder;
    const element = module.childOf(list, 0);
    for (const text of texts) this.#addText(element, text);
    module.endElements(list);
  }

  #addTags(list: number, tags: readonly Tag[]): void {
    const { module } = this.#decoder;
    const element = module.childOf(list, 0);
    const member = (child: number) => module.childOf(element, child);
    const [names, providers, accuracies] = [member(0), member(1), member(2)];
    for (const { name, provider, accuracy } of tags) {
      this.#addText(names, name);
      this.#addText(providers, provider);
      if (accuracy === undefined) module.addNull(accuracies);
      else module.addNumber(accuracies, accuracy);
      module.endElements(element);
    }
    module.endElements(list);
  }
}

function timeOf(value: string): number {
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new TypeError(`not a time: ${value}`);
  return time;
}
