/** Limits of one exchange: times in milliseconds, sizes in bytes. */
export interface Limits {
  readonly connect: number;
  /** From the request to the answer's headers. */
  readonly headers: number;
  /** Between two pieces of the answer's body. */
  readonly body: number;
  /** From the headers to the last byte of an answer that is read whole. */
  readonly total: number;
  /** The most bytes of a body that is read whole, after decompression. */
  readonly size: number;
}

/** Pages of APIs have less than 10 MB. */
export const LIMITS: Limits = {
  connect: 15_000,
  headers: 120_000,
  body: 60_000,
  total: 120_000,
  size: 64 * 1024 * 1024,
};

/** A time limit was exceeded. */
export class TooSlow extends Error {
  /** `what` happened, or did not, in that many milliseconds: "no answer". */
  constructor(what: string, time: number) {
    super(`${what} in ${time / 1000} s`);
  }
}
