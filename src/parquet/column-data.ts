/** The buffers of one Arrow array, as they go to the encoder. Lists have one child, structs have several. */
export interface ColumnData {
  readonly length: number;
  readonly nullCount: number;
  /** One bit a row, lowest bit first; 0 for null. */
  readonly validity: Uint8Array;
  readonly offsets?: Int32Array;
  readonly values?: Uint8Array | Int32Array | Float64Array | BigInt64Array;
  readonly children?: readonly ColumnData[];
}

/** Kinds of arrays, in the order of their numbers in ../lines/assembly/buffers.ts. */
export const KINDS = ["text", "int32", "double", "boolean", "time", "list", "struct"] as const;
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

/** How the bytes of values are looked at. */
const VIEWS: Readonly<
  Record<Kind, (buffer: ArrayBuffer, at: number, bytes: number) => ColumnData["values"]>
> = {
  text: (buffer, at, bytes) => new Uint8Array(buffer, at, bytes),
  int32: (buffer, at, bytes) => new Int32Array(buffer, at, bytes / 4),
  double: (buffer, at, bytes) => new Float64Array(buffer, at, bytes / 8),
  boolean: (buffer, at, bytes) => new Uint8Array(buffer, at, bytes),
  time: (buffer, at, bytes) => new BigInt64Array(buffer, at, bytes / 8),
  list: () => undefined,
  struct: () => undefined,
};

/** The addresses of a column's children. */
export function childrenOf(numbers: Int32Array, column: number): number[] {
  const first = column / 4 + FIELD.children;
  return [...numbers.subarray(first, first + MOST_CHILDREN)].filter((child) => child !== 0);
}

/** Columns whose buffers are parts of `body`, one behind the other, each at a multiple of 8 bytes. */
export interface CopiedColumns {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly columns: readonly ColumnData[];
}

/**
 * Copies columns out of the memory that they were gathered in. All of them go into one buffer, which is handed over
 * from thread to thread as a whole; `spare` is used for it where it is large enough.
 */
export function copyColumns(
  memory: ArrayBuffer,
  columns: readonly number[],
  spare: ArrayBuffer | undefined,
): CopiedColumns {
  return new Copier(memory).copy(columns, spare);
}

class Copier {
  readonly #from: Uint8Array;
  readonly #numbers: Int32Array;
  #to = new Uint8Array(0);
  #used = 0;

  constructor(memory: ArrayBuffer) {
    this.#from = new Uint8Array(memory);
    this.#numbers = new Int32Array(memory);
  }

  copy(columns: readonly number[], spare: ArrayBuffer | undefined): CopiedColumns {
    const bytes = columns.reduce((sum, column) => sum + this.#bytesOf(column), 0);
    const buffer = spare && spare.byteLength >= bytes ? spare : new ArrayBuffer(bytes);
    this.#to = new Uint8Array(buffer, 0, bytes);
    return { columns: columns.map((column) => this.#copyColumn(column)), body: this.#to };
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

  #copyColumn(column: number): ColumnData {
    const sizes = this.#sizes(column);
    const kind = KINDS[this.#field(column, "kind")] as Kind;
    const buffer = this.#to.buffer as ArrayBuffer;
    const validity = this.#copyBytes(this.#field(column, "validity"), sizes.validity);
    const offsets = this.#copyBytes(this.#field(column, "offsets"), sizes.offsets);
    const values = VIEWS[kind](
      buffer,
      this.#copyBytes(this.#field(column, "values"), sizes.values),
      sizes.values,
    );
    const children = this.#children(column).map((child) => this.#copyColumn(child));
    return {
      length: this.#field(column, "length"),
      nullCount: this.#field(column, "nulls"),
      validity: new Uint8Array(buffer, validity, sizes.validity),
      ...(sizes.offsets > 0 && { offsets: new Int32Array(buffer, offsets, sizes.offsets / 4) }),
      ...(values && { values }),
      ...(children.length > 0 && { children }),
    };
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
