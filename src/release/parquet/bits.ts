/** A set of row numbers, one bit each: a hundred million rows take at most 12 MB. */
export class Bits {
  count = 0;
  #bytes = new Uint8Array(0);

  set(row: number): void {
    const at = Math.floor(row / 8);
    if (at >= this.#bytes.length) {
      const larger = new Uint8Array(Math.max(1024, 2 * at));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    if (this.has(row)) return;
    this.#bytes[at] = (this.#bytes[at] as number) | (1 << (row % 8));
    this.count++;
  }

  has(row: number): boolean {
    return (((this.#bytes[Math.floor(row / 8)] ?? 0) >> (row % 8)) & 1) === 1;
  }
}
