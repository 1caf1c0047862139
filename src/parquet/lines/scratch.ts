const ENCODER = new TextEncoder();

/** Bytes that are put together while a line is read: texts without their escapes, objects in their canonical form. */
export class Scratch {
  bytes: Uint8Array = new Uint8Array(64 * 1024);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  append(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.#reserve(size);
    copyBytes(source, start, end, this.bytes, this.length);
    this.length += size;
  }

  appendByte(byte: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = byte;
  }

  /** Appends a short text of nothing but ASCII. */
  appendAscii(text: string): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  appendText(text: string): void {
    this.#reserve(3 * text.length);
    this.length += ENCODER.encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  #reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + size));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

/** A call costs as much as this many bytes one by one. */
const FEW = 24;

/** Copies a span of bytes. Neither array should be a `Buffer`: a part of one costs three times as much. */
export function copyBytes(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): void {
  if (end - start > FEW) target.set(source.subarray(start, end), at);
  else for (let i = start, j = at; i < end; i++, j++) target[j] = source[i] as number;
}

/** The text in a span of UTF-8. */
export function textIn(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}
