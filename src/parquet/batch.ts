import { COLUMNS, type Column, columnsOf, type MediaType, type Tag, type Value } from "../record/index.js";
import {
  BooleanBuffer,
  type ColumnBuffer,
  type ColumnData,
  ListBuffer,
  NumberBuffer,
  TagBuffer,
  TextBuffer,
  TimeBuffer,
} from "./column-buffers.js";
import type { Spans } from "./lines/tag-reader.js";
import { IN_SCRATCH, type LineWalker, NULL } from "./lines/walker.js";

/**
 * Rows go to the encoder in batches: large enough that a batch costs little beside its rows, small enough that a few
 * of them on their way take little memory.
 */
const BATCH_ROWS = 4096;
/** More than 4096 usual rows have (about 3 MB); rows with huge texts make a batch end early. */
const BATCH_BYTES = 8 * 1024 * 1024;

/** Rows of one media type, as Arrow buffers. */
export interface BatchData {
  readonly rows: number;
  readonly columns: readonly ColumnData[];
}

/** How one column takes its value from a line, and from a record. */
interface ColumnWriter {
  readonly column: Column;
  /** Position in `COLUMNS`. */
  readonly at: number;
  readonly buffer: ColumnBuffer;
  readonly fromLine: (line: LineWalker) => void;
  readonly fromValue: (value: Value) => void;
}

/** Gathers rows of one media type. */
export class Batch {
  readonly media: MediaType;
  rows = 0;
  /** About how many bytes the rows have; counting them exactly for each row would cost too much. */
  #weight = 0;
  readonly #columns: readonly ColumnWriter[];

  constructor(media: MediaType) {
    this.media = media;
    this.#columns = columnsOf(media).map(writerOf);
  }

  /** Adds the line that was walked last. */
  addLine(line: LineWalker): void {
    for (const { at, buffer, fromLine } of this.#columns) {
      if ((line.states[at] as number) <= NULL) buffer.addNull();
      else fromLine(line);
    }
    this.rows++;
    this.#weight += line.length;
  }

  /**
   * Adds a record as `cleanRecord` makes it. Throws a `TypeError` when it is not; the batch cannot be used after that.
   */
  addRecord(record: Readonly<Record<string, Value | undefined>>): void {
    for (const { column, buffer, fromValue } of this.#columns) {
      const value = record[column.name] ?? null;
      if (value !== null) fromValue(value);
      else if (column.required || column.name === "identifier") {
        throw new TypeError(`${this.media} record without ${column.name}`);
      } else buffer.addNull();
    }
    this.rows++;
    this.#weight = this.bytes;
  }

  /** How many bytes the rows take. */
  get bytes(): number {
    let bytes = 0;
    for (const { buffer } of this.#columns) bytes += buffer.bytes;
    return bytes;
  }

  /** Whether the rows should be taken before more are added. */
  get isFull(): boolean {
    return this.rows >= BATCH_ROWS || this.#weight >= BATCH_BYTES;
  }

  /** The rows added since the last call. */
  take(): BatchData {
    const { rows } = this;
    this.rows = 0;
    this.#weight = 0;
    return { rows, columns: this.#columns.map(({ buffer }) => buffer.take()) };
  }
}

function writerOf(column: Column): ColumnWriter {
  const at = COLUMNS.indexOf(column);
  const texts = () => {
    const buffer = new TextBuffer();
    return {
      buffer,
      fromLine: (line: LineWalker) => addSpan(buffer, line, at),
      fromValue: (value: Value) => buffer.addText(value as string),
    };
  };
  switch (column.type) {
    case "text":
    case "url":
    case "uuid":
      return { column, at, ...texts() };
    case "object":
    case "objects": {
      const { buffer, fromLine } = texts();
      return { column, at, buffer, fromLine, fromValue: (value) => buffer.addText(JSON.stringify(value)) };
    }
    case "integer":
      return { column, at, ...numbers(at, new NumberBuffer(Int32Array)) };
    case "number":
      return { column, at, ...numbers(at, new NumberBuffer(Float64Array)) };
    case "boolean":
      return { column, at, ...numbers(at, new BooleanBuffer()) };
    case "timestamp": {
      const { buffer, fromLine } = numbers(at, new TimeBuffer());
      return {
        column,
        at,
        buffer,
        fromLine,
        fromValue: (value) => buffer.addNumber(timeOf(value as string)),
      };
    }
    case "texts":
      return { column, at, ...lists() };
    case "tags":
      return { column, at, ...tags() };
  }
}

function addSpan(buffer: TextBuffer, { states, starts, ends, texts }: LineWalker, at: number): void {
  const source = states[at] === IN_SCRATCH ? texts.scratch.bytes : texts.bytes;
  buffer.addBytes(source, starts[at] as number, ends[at] as number);
}

function numbers<T extends NumberBuffer | TimeBuffer | BooleanBuffer>(at: number, buffer: T) {
  return {
    buffer,
    fromLine: (line: LineWalker) => buffer.addNumber(line.numbers[at] as number),
    fromValue: (value: Value) => buffer.addNumber(Number(value)),
  };
}

function timeOf(value: string): number {
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new TypeError(`not a time: ${value}`);
  return time;
}

function lists() {
  const buffer = new ListBuffer(new TextBuffer());
  return {
    buffer,
    fromLine: ({ elements, texts }: LineWalker) => {
      for (let i = 0; i < elements.length; i++) addElement(buffer.elements, elements, i, texts);
      buffer.endList();
    },
    fromValue: (value: Value) => {
      for (const element of value as readonly string[]) buffer.elements.addText(element);
      buffer.endList();
    },
  };
}

function tags() {
  const buffer = new ListBuffer(new TagBuffer());
  const { names, providers, accuracies } = buffer.elements;
  const add = (accuracy: number) => {
    if (Number.isNaN(accuracy)) accuracies.addNull();
    else accuracies.addNumber(accuracy);
    buffer.elements.endTag();
  };
  return {
    buffer,
    fromLine: ({ tags, texts }: LineWalker) => {
      for (let i = 0; i < tags.length; i++) {
        addElement(names, tags.names, i, texts);
        addElement(providers, tags.providers, i, texts);
        add(tags.accuracies[i] as number);
      }
      buffer.endList();
    },
    fromValue: (value: Value) => {
      for (const { name, provider, accuracy = Number.NaN } of value as readonly Tag[]) {
        names.addText(name);
        providers.addText(provider);
        add(accuracy);
      }
      buffer.endList();
    },
  };
}

function addElement(buffer: TextBuffer, spans: Spans, i: number, texts: LineWalker["texts"]): void {
  const source = spans.inScratch[i] ? texts.scratch.bytes : texts.bytes;
  buffer.addBytes(source, spans.starts[i] as number, spans.ends[i] as number);
}
