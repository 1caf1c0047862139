/** What loads are told, and what they tell. */

/** What a load did. */
export interface LoadCounts {
  inserted: number;
  updated: number;
  unchanged: number;
  /** Records that a later one of the same load took the place of. */
  duplicates: number;
  /** Records refused because another record holds their URL. */
  url_duplicates: number;
}

/** The SHA-1 of a line, 20 bytes; null where it is not known. */
export type Digest = Uint8Array | null;

/** How a loader works. */
export interface LoadOptions {
  /** What is written as now. */
  readonly now: Date;
  /** The run that this load is: another number than that of any load before. */
  readonly run: number;
  /** Takes records that were removed back in, where else they are refused. */
  readonly restore?: boolean;
  /** Looks at every line, also at those that records were last seen in. */
  readonly forgetLines?: boolean;
  /** Refuses records that lose something when they are cleaned, where else that is counted. */
  readonly strict?: boolean;
  /** What is loaded was read by an earlier run, which has left it. */
  readonly leftover?: Leftover;
}

/** What an earlier run has read and left: whatever was seen later stays. */
export interface Leftover {
  readonly run: number;
  /** When it counts as seen, ISO 8601. */
  readonly seenOn: string;
}
