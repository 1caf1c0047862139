import type { License } from "./tools.js";

/** A licence's name without its version, or with a version that does not exist. */
export interface Unversioned {
  readonly name: string;
  readonly version?: string;
}

/** Why a work is not under a licence of the table. */
export interface Closed {
  readonly code: "bad_license" | "license_conflict";
  /** Continues a sentence that begins with "license"; undefined where a text says nothing that we understand. */
  readonly why?: string;
  /** What contradicts a licence; absent where both can be right. */
  readonly against?: string;
  /** The condition of licences that it does not contradict. */
  readonly allowedBy?: "nc";
}

/** What a text says, or a part of one. */
export type Reading = { readonly license: License } | Unversioned | Closed;

/** No licence: why, and what it is beside one. */
export function closed(why: string, against?: string): Closed {
  return { code: "bad_license", why, ...(against !== undefined && { against }) };
}
