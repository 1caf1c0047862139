/** Room for a batch and the line that makes it full. */
const FIRST_SIZE = 640 * 1024;
/** Fewer bytes than this are copied out, so that a slow trickle does not make a large buffer for every drop. */
const SMALL = 64 * 1024;
const LF = 0x0a;

/** Gathers lines of output as bytes, so that parts of the input are copied once and never become strings. */
export class OutputBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
  /** How many bytes are gathered. */
  length = 0;

  /** Appends a part of other bytes. */
  addBytes(from: Buffer, start: number, end: number): void {
    this.#reserve(end - start);
    from.copy(this.#bytes, this.length, start, end);
    this.length += end - start;
  }

  /** Appends text of any characters. */
  addText(text: string): void {
    this.#reserve(text.length * 3);
    this.length += this.#bytes.write(text, this.length);
  }

  endLine(): void {
    this.#reserve(1);
    this.#bytes[this.length++] = LF;
  }

  /** Forgets what was gathered after the first bytes. */
  cutTo(length: number): void {
    this.length = length;
  }

  /** Takes the lines away; the buffer is empty then. The bytes are the taker's own, and lie alone in their memory. */
  take(): Buffer {
    const gathered = this.#bytes.subarray(0, this.length);
    const isSmall = this.length < SMALL;
    if (!isSmall) this.#bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
    this.length = 0;
    if (!isSmall) return gathered;
    const copy = Buffer.allocUnsafeSlow(gathered.length);
    gathered.copy(copy);
    return copy;
  }

  #reserve(size: number): void {
    if (this.length + size <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.length + size));
    this.#bytes.copy(bytes, 0, 0, this.length);
    this.#bytes = bytes;
  }
}
