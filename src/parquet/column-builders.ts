import {
  type Bool,
  type Data,
  type DataType,
  type Float64,
  type Int32,
  type List,
  makeData,
  type Struct,
  type TimestampMillisecond,
  type Utf8,
} from "apache-arrow";
import type { ColumnType, Tag, Value } from "../record/index.js";
import {
  BooleanBuilder,
  type ColumnBuilder,
  JsonBuilder,
  NumberBuilder,
  Rows,
  TextBuilder,
  TimeBuilder,
} from "./scalar-builders.js";

/** How each type of column is gathered. Values are as `cleanRecord` makes them and are not checked again. */
const BUILDERS: Readonly<Record<ColumnType, (type: DataType) => ColumnBuilder>> = {
  text: (type) => new TextBuilder(type as Utf8),
  url: (type) => new TextBuilder(type as Utf8),
  uuid: (type) => new TextBuilder(type as Utf8),
  object: (type) => new JsonBuilder(type as Utf8),
  objects: (type) => new JsonBuilder(type as Utf8),
  integer: (type) => new NumberBuilder(type as Int32, (values) => Int32Array.from(values)),
  number: (type) => new NumberBuilder(type as Float64, (values) => Float64Array.from(values)),
  timestamp: (type) => new TimeBuilder(type as TimestampMillisecond),
  boolean: (type) => new BooleanBuilder(type as Bool),
  texts: (type) => new ListBuilder(type as List, new TextBuilder((type as List).valueType as Utf8)),
  tags: (type) => new ListBuilder(type as List, new TagBuilder((type as List).valueType as Struct)),
};

/** The builder for a column of this type, whose Arrow type is the schema's. */
export function columnBuilder(column: ColumnType, type: DataType): ColumnBuilder {
  return BUILDERS[column](type);
}

class ListBuilder implements ColumnBuilder {
  readonly #type: List;
  readonly #elements: ColumnBuilder;
  readonly #rows = new Rows();
  #ends: number[] = [0];

  constructor(type: List, elements: ColumnBuilder) {
    this.#type = type;
    this.#elements = elements;
  }

  add(value: Value): number {
    const elements = value === null ? [] : (value as readonly Value[]);
    this.#rows.add(value === null);
    this.#ends.push((this.#ends.at(-1) as number) + elements.length);
    return elements.reduce((bytes: number, element) => bytes + this.#elements.add(element), 0);
  }

  take(): Data {
    const valueOffsets = Int32Array.from(this.#ends);
    this.#ends = [0];
    return makeData({ type: this.#type, ...this.#rows.take(), valueOffsets, child: this.#elements.take() });
  }
}

/** The elements of `tags`. */
class TagBuilder implements ColumnBuilder {
  readonly #type: Struct;
  readonly #rows = new Rows();
  readonly #name: ColumnBuilder;
  readonly #provider: ColumnBuilder;
  readonly #accuracy: ColumnBuilder;

  constructor(type: Struct) {
    this.#type = type;
    const [name, provider, accuracy] = type.children.map((field) => field.type) as [Utf8, Utf8, Float64];
    this.#name = new TextBuilder(name);
    this.#provider = new TextBuilder(provider);
    this.#accuracy = columnBuilder("number", accuracy);
  }

  add(value: Value): number {
    const tag = value as Tag;
    this.#rows.add(false);
    return (
      this.#name.add(tag.name) + this.#provider.add(tag.provider) + this.#accuracy.add(tag.accuracy ?? null)
    );
  }

  take(): Data {
    const children = [this.#name, this.#provider, this.#accuracy].map((builder) => builder.take());
    return makeData({ type: this.#type, ...this.#rows.take(), children });
  }
}
