/**
 * The buffers of one Arrow array: where they begin in the bytes that all of them lie in, each at a multiple of 8. A list has
 * one child, a struct one for each member.
 */
export interface ArrowArray {
  readonly length: number;
  readonly nulls: number;
  /** One bit a row, lowest bit first; 0 for null. Not looked at where nothing is null. */
  readonly validity: number;
  /** Numbers of 32 bits, of texts and lists. */
  readonly offsets: number;
  readonly values: number;
  readonly children: readonly ArrowArray[];
}

/** Rows as Arrow arrays, one for each column. */
export interface ArrowBatch {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly columns: readonly ArrowArray[];
}
