import { type LineWalker, mediaNumber } from "../../record/decoder/index.js";
import {
  COLUMNS,
  type Column,
  columnsOf,
  type MediaType,
  SYNC_TIME,
  type Tag,
  type Value,
} from "../../record/index.js";
import { type ColumnData, childrenOf, copyColumns, lastTimeOf } from "./column-data.js";

/** Rows of one media type, as Arrow columns in the order of the table. */
export interface RowsData extends ColumnData {
  readonly rows: number;
}

/** Gathers rows of one media type, in the memory of the reader of lines. */
export class Batch {
  readonly media: MediaType;
  rows = 0;
  readonly #lines: LineWalker;
  readonly #address: number;
  /** The address of each column. */
  readonly #columns: readonly (readonly [column: Column, address: number])[];
  readonly #syncTimes: number;

  constructor(lines: LineWalker, media: MediaType) {
    this.media = media;
    this.#lines = lines;
    this.#address = lines.module.newBatch(mediaNumber(media));
    const { numbers } = lines;
    this.#columns = columnsOf(media).map((column) => {
      const at = this.#address / 4 + COLUMNS.indexOf(column);
      return [column, numbers[at] as number] as const;
    });
    const [, syncTimes] = this.#columns.find(([{ name }]) => name === SYNC_TIME) as [Column, number];
    this.#syncTimes = syncTimes;
  }

  /** When the record that was added last was last seen, in milliseconds since 1970; 0 where it does not say. */
  get syncTime(): number {
    return lastTimeOf(this.#lines.numbers, this.#syncTimes);
  }

  /** Adds the line that was read last. */
  addLine(): void {
    this.#lines.module.addLine(this.#address);
    this.rows++;
  }

  /**
   * Adds a record as `cleanRecord` makes it. Throws a `TypeError` when it is not; the batch cannot be used after that.
   */
  addRecord(record: Readonly<Record<string, Value | undefined>>): void {
    for (const [column, address] of this.#columns) {
      const value = record[column.name] ?? null;
      if (value !== null) this.#addValue(column, address, value);
      else if (column.required || column.name === "identifier") {
        throw new TypeError(`${this.media} record without ${column.name}`);
      } else this.#lines.module.addNull(address);
    }
    this.rows++;
  }

  /** The rows added since the last call. */
  take(): RowsData {
    const { rows } = this;
    const { module } = this.#lines;
    const addresses = this.#columns.map(([, address]) => address);
    const data = copyColumns(module.memory.buffer, addresses);
    for (const address of addresses) module.empty(address);
    this.rows = 0;
    return { rows, ...data };
  }

  #addValue({ type }: Column, address: number, value: Value): void {
    const { module } = this.#lines;
    switch (type) {
      case "integer":
      case "number":
      case "boolean":
        module.addNumber(address, Number(value));
        break;
      case "timestamp":
        module.addNumber(address, timeOf(value as string));
        break;
      case "object":
      case "objects":
        this.#addText(address, JSON.stringify(value));
        break;
      case "texts":
        this.#addTexts(address, value as readonly string[]);
        break;
      case "tags":
        this.#addTags(address, value as readonly Tag[]);
        break;
      default:
        this.#addText(address, value as string);
    }
  }

  #addText(address: number, text: string): void {
    const { at, length } = this.#lines.give(text);
    this.#lines.module.addText(address, at, length);
  }

  #addTexts(list: number, texts: readonly string[]): void {
    const [element] = childrenOf(this.#lines.numbers, list) as [number];
    for (const text of texts) this.#addText(element, text);
    this.#lines.module.endElements(list);
  }

  #addTags(list: number, tags: readonly Tag[]): void {
    const { module, numbers } = this.#lines;
    const [element] = childrenOf(numbers, list) as [number];
    const [names, providers, accuracies] = childrenOf(numbers, element) as [number, number, number];
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
