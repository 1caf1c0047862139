/**
 * The buffers of one Arrow array: where they begin in the bytes that all of them lie in. Lists have one child, structs
 * have several.
 */
export interface ColumnPlace {
  readonly length: number;
  readonly nulls: number;
  /** One bit a row, lowest bit first; 0 for null. */
  readonly validity: number;
  /** Numbers of 32 bits; -1 where there are none. */
  readonly offsets: number;
  readonly values: number;
  readonly valueBytes: number;
  readonly children: readonly ColumnPlace[];
}

/** Columns whose buffers lie one behind the other in `body`, each at a multiple of 8 bytes. */
export interface ColumnData {
  readonly body: Uint8Array<ArrayBuffer>;
  /** The places of the columns, `LAYOUT` for each; children stand behind their parent. */
  readonly layout: Int32Array<ArrayBuffer>;
}

const LAYOUT = ["length", "nulls", "validity", "offsets", "values", "valueBytes", "children"] as const;

/** Where the columns are. */
export function placesIn({ layout }: ColumnData): ColumnPlace[] {
  let at = 0;
  const next = (): ColumnPlace => {
    const [length, nulls, validity, offsets, values, valueBytes, count] = layout.subarray(
      at,
      at + LAYOUT.length,
    ) as unknown as [number, number, number, number, number, number, number];
    at += LAYOUT.length;
    const children = Array.from({ length: count }, next);
    return { length, nulls, validity, offsets, values, valueBytes, children };
  };
  const places: ColumnPlace[] = [];
  while (at < layout.length) places.push(next());
  return places;
}

/** Kinds of arrays, in the order of their numbers in ../lines/assembly/buffers.ts. */
const KINDS = ["text", "int32", "double", "boolean", "time", "list", "struct"] as const;
type Kind = (typeof KINDS)[number];

/** Where the fields of a column lie, counted in numbers of 32 bits. */
const FIELD = {
  kind: 0,
  length: 2,
  nulls: 3,
  validity: 4,
  offsets: 5,
  values: 6,
  used: 8,
  children: 9,
} as const;
const MOST_CHILDREN = 3;

/** Bytes of the values of so many rows; texts say theirs themselves. */
const BYTES: Readonly<Record<Kind, (rows: number, used: number) => number>> = {
  text: (_, used) => used,
  int32: (rows) => 4 * rows,
  double: (rows) => 8 * rows,
  boolean: (rows) => Math.ceil(rows / 8),
  time: (rows) => 8 * rows,
  list: () => 0,
  struct: () => 0,
};

/** The addresses of a column's children. */
export function childrenOf(numbers: Int32Array, column: number): number[] {
  const first = column / 4 + FIELD.children;
  return [...numbers.subarray(first, first + MOST_CHILDREN)].filter((child) => child !== 0);
}

/** The time in the last row of a column of times; 0 where that is null. */
export function lastTimeOf(numbers: Int32Array, column: number): number {
  const row = (numbers[column / 4 + FIELD.length] as number) - 1;
  const at = (numbers[column / 4 + FIELD.values] as number) / 4 + 2 * row;
  return (numbers[at + 1] as number) * 2 ** 32 + ((numbers[at] as number) >>> 0);
}

/**
 * Copies columns out of the memory that they were gathered in, into one buffer that can be handed over as a whole.
 */
export function copyColumns(memory: ArrayBuffer, columns: readonly number[]): ColumnData {
  return new Copier(memory).copy(columns);
}

class Copier {
  readonly #from: Uint8Array;
  readonly #numbers: Int32Array;
  readonly #layout: number[] = [];
  #to = new Uint8Array(0);
  #used = 0;

  constructor(memory: ArrayBuffer) {
    this.#from = new Uint8Array(memory);
    this.#numbers = new Int32Array(memory);
  }

  copy(columns: readonly number[]): ColumnData {
    this.#to = new Uint8Array(columns.reduce((sum, column) => sum + this.#bytesOf(column), 0));
    for (const column of columns) this.#copyColumn(column);
    return { body: this.#to, layout: Int32Array.from(this.#layout) };
  }

  /** The sizes of a column's own buffers. */
  #sizes(column: number) {
    const length = this.#field(column, "length");
    const kind = KINDS[this.#field(column, "kind")] as Kind;
    return {
      validity: Math.ceil(length / 8),
      offsets: this.#field(column, "offsets") === 0 ? 0 : 4 * (length + 1),
      values: BYTES[kind](length, this.#field(column, "used")),
    };
  }

  #bytesOf(column: number): number {
    const { validity, offsets, values } = this.#sizes(column);
    const own = padded(validity) + padded(offsets) + padded(values);
    return this.#children(column).reduce((bytes, child) => bytes + this.#bytesOf(child), own);
  }

  #copyColumn(column: number): void {
    const sizes = this.#sizes(column);
    const children = this.#children(column);
    this.#layout.push(
      this.#field(column, "length"),
      this.#field(column, "nulls"),
      this.#copyBytes(this.#field(column, "validity"), sizes.validity),
      sizes.offsets === 0 ? -1 : this.#copyBytes(this.#field(column, "offsets"), sizes.offsets),
      this.#copyBytes(this.#field(column, "values"), sizes.values),
      sizes.values,
      children.length,
    );
    for (const child of children) this.#copyColumn(child);
  }

  #children(column: number): number[] {
    return childrenOf(this.#numbers, column);
  }

  #field(column: number, name: keyof typeof FIELD): number {
    return this.#numbers[column / 4 + FIELD[name]] as number;
  }

  /** Gives where the copy begins: at a multiple of 8, as numbers of 64 bits must. */
  #copyBytes(at: number, bytes: number): number {
    const start = this.#used;
    this.#to.set(this.#from.subarray(at, at + bytes), start);
    this.#used += padded(bytes);
    return start;
  }
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
