import type { License } from "./tools.js";

/** What was found in a text. */
export type Found =
  /** A licence, whole. */
  | { readonly license: License }
  /** A licence's name without its version, or with a version that there is not. */
  | { readonly name: string; readonly version?: string }
  /** Why the work is not under a licence of ours, in words that go on from "license". */
  | {
      readonly closed: string;
      /** What it is, beside a licence: the two cannot both be right. Absent where they can. */
      readonly against?: string;
      /** The condition of licences beside which it can be right all the same. */
      readonly allowedBy?: "nc";
    };
