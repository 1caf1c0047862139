import { type Cursor, readVarint, readZigzag } from "./varint.js";

/**
 * Thrift's compact protocol, in which Parquet writes its footer
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md): any struct is read into its
 * fields by number and written again to the same bytes, whatever fields it has.
 */

/** Types of fields, as the protocol numbers them. */
export const TRUE = 1;
export const FALSE = 2;
export const BYTE = 3;
export const I16 = 4;
export const I32 = 5;
export const I64 = 6;
export const DOUBLE = 7;
export const BINARY = 8;
export const LIST = 9;
export const SET = 10;
export const STRUCT = 12;

/** A field's value and its type. Integers are `bigint`, the type of a boolean is its value. */
export type Value =
  | { readonly type: typeof TRUE | typeof FALSE }
  | { readonly type: typeof BYTE | typeof I16 | typeof I32 | typeof I64; readonly value: bigint }
  | { readonly type: typeof DOUBLE | typeof BINARY; readonly value: Uint8Array }
  | { readonly type: typeof LIST | typeof SET; readonly element: number; readonly value: readonly Value[] }
  | { readonly type: typeof STRUCT; readonly value: Struct };

/** Fields by their numbers, in rising order. */
export type Struct = Map<number, Value>;

/** A field of a struct that is written; one that is undefined is left out. */
type Field = readonly [id: number, value: Value | undefined];

/** A struct of fields in rising order. */
export function struct(...fields: readonly Field[]): Value {
  return { type: STRUCT, value: fieldsOf(...fields) };
}

/** The same as a struct that is not a field. */
export function fieldsOf(...fields: readonly Field[]): Struct {
  return new Map(fields.filter((field): field is [number, Value] => field[1] !== undefined));
}

const integer =
  (type: typeof I16 | typeof I32 | typeof I64) =>
  (value: number): Value => ({ type, value: BigInt(value) });
export const i16 = integer(I16);
export const i32 = integer(I32);
export const i64 = integer(I64);

export function boolean(value: boolean): Value {
  return { type: value ? TRUE : FALSE };
}

export function binary(value: Uint8Array | string): Value {
  return { type: BINARY, value: typeof value === "string" ? Buffer.from(value) : value };
}

/** A list of values, all of which have the type of the first one; `element` is the type of none. */
export function list(values: readonly Value[], element: number = STRUCT): Value {
  // Booleans are said to be of one type, whichever they are.
  const type = values[0]?.type ?? element;
  return { type: LIST, element: type === FALSE ? TRUE : type, value: values };
}

/** Reads the struct at the start of some bytes. */
export function readStruct(bytes: Uint8Array): Struct {
  return readSizedStruct(bytes).struct;
}

/** The same, and how many bytes it takes. */
export function readSizedStruct(bytes: Uint8Array): { struct: Struct; size: number } {
  const reader = new Reader(bytes);
  const struct = reader.struct();
  return { struct, size: reader.at };
}

/** The bytes of a struct of fields in rising order. */
export function structBytes(...fields: readonly Field[]): Uint8Array {
  return writeStruct(fieldsOf(...fields));
}

/** The bytes of a struct. */
export function writeStruct(struct: Struct): Uint8Array {
  const writer = new Writer();
  writer.struct(struct);
  return Uint8Array.from(writer.written);
}

class Reader implements Cursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  struct(): Struct {
    const fields: Struct = new Map();
    let id = 0;
    for (;;) {
      const header = this.#byte();
      if (header === 0) return fields;
      id = header >> 4 === 0 ? Number(readZigzag(this)) : id + (header >> 4);
      fields.set(id, this.#value(header & 0x0f));
    }
  }

  #value(type: number): Value {
    switch (type) {
      case TRUE:
      case FALSE:
        return { type };
      case BYTE:
        return { type, value: BigInt(this.#byte()) };
      case I16:
      case I32:
      case I64:
        return { type, value: readZigzag(this) };
      case DOUBLE:
        return { type, value: this.#take(8) };
      case BINARY:
        return { type, value: this.#take(Number(readVarint(this))) };
      case LIST:
      case SET:
        return { type, ...this.#list() };
      case STRUCT:
        return { type, value: this.struct() };
      default:
        throw new RangeError(`Thrift type ${type} is not known`);
    }
  }

  #list(): { element: number; value: Value[] } {
    const header = this.#byte();
    const element = header & 0x0f;
    const size = header >> 4 === 15 ? Number(readVarint(this)) : header >> 4;
    // Each element takes a byte at least: no room is made for more than can be there.
    if (size > this.bytes.length - this.at) throw new RangeError("a Thrift list ends too early");
    // Booleans are bytes in lists, and fields' headers elsewhere.
    const read =
      element <= FALSE ? () => ({ type: this.#byte() as typeof TRUE }) : () => this.#value(element);
    return { element, value: Array.from({ length: size }, read) };
  }

  #byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new RangeError("a Thrift struct ends too early");
    return byte;
  }

  #take(length: number): Uint8Array {
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError("a Thrift struct ends too early");
    return this.bytes.subarray(this.at - length, this.at);
  }
}

class Writer {
  #bytes = Buffer.alloc(1024);
  #used = 0;

  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#used);
  }

  struct(fields: Struct): void {
    let last = 0;
    for (const [id, field] of fields) {
      const delta = id - last;
      if (delta > 0 && delta <= 15) this.#byte((delta << 4) | field.type);
      else {
        this.#byte(field.type);
        this.#zigzag(BigInt(id));
      }
      this.#value(field);
      last = id;
    }
    this.#byte(0);
  }

  #value(field: Value): void {
    switch (field.type) {
      case TRUE:
      case FALSE:
        break;
      case BYTE:
        this.#byte(Number(field.value));
        break;
      case I16:
      case I32:
      case I64:
        this.#zigzag(field.value);
        break;
      case DOUBLE:
        this.#append(field.value);
        break;
      case BINARY:
        this.#varint(BigInt(field.value.length));
        this.#append(field.value);
        break;
      case LIST:
      case SET:
        this.#list(field.element, field.value);
        break;
      case STRUCT:
        this.struct(field.value);
    }
  }

  #list(element: number, values: readonly Value[]): void {
    if (values.length < 15) this.#byte((values.length << 4) | element);
    else {
      this.#byte(0xf0 | element);
      this.#varint(BigInt(values.length));
    }
    for (const value of values) {
      if (element <= FALSE) this.#byte(value.type);
      else this.#value(value);
    }
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#used++] = byte;
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  #reserve(more: number): void {
    if (this.#used + more <= this.#bytes.length) return;
    const larger = Buffer.alloc(2 * (this.#used + more));
    larger.set(this.written);
    this.#bytes = larger;
  }

  #zigzag(value: bigint): void {
    this.#varint((value << 1n) ^ (value >> 63n));
  }

  #varint(value: bigint): void {
    let rest = value;
    for (; rest > 0x7fn; rest >>= 7n) this.#byte(Number(rest & 0x7fn) | 0x80);
    this.#byte(Number(rest));
  }
}
