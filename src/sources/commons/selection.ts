/** What is asked of a snapshot. Plain data: it is sent to other threads. */
export interface Selection {
  readonly output: Output;
  /** Entities that meet all of these … */
  readonly has: readonly Condition[];
  /** … and none of those. */
  readonly not: readonly Condition[];
}

/**
 * What `--has` and `--not` ask of an entity: a statement about a property, or with a qualifier, and perhaps one of some
 * values. Statements of every rank count.
 */
export interface Condition {
  readonly property: string;
  readonly qualifier?: string;
  /** One of these; any value, even an unknown one, where it is left out. */
  readonly values?: readonly string[];
}

/** What is written for each entity. */
export type Output =
  /** The entity as it is, cut down to some parts where they are named. */
  | { readonly kind: "entities"; readonly keep?: Parts }
  /** Plain values instead of statements. */
  | { readonly kind: "simplified"; readonly keep?: Parts; readonly qualifiers: boolean }
  /** The Flickr photo of the file. */
  | { readonly kind: "flickr" }
  /** Nothing: totals only. */
  | { readonly kind: "count" };

/** Parts of an entity that are kept beside its id, pageid, title and lastrevid. */
export interface Parts {
  /** `labels`, `modified`, … */
  readonly members: readonly string[];
  /** `P12120`, … */
  readonly properties: readonly string[];
}

/** Everything of everything. */
export const ALL_ENTITIES: Selection = { output: { kind: "entities" }, has: [], not: [] };

/** Members that are kept always, in this order. */
export const ALWAYS_KEPT = ["id", "pageid", "title", "lastrevid"] as const;
/** Members that can be kept beside those. */
export const KEEPABLE = ["labels", "descriptions", "statements", "type", "ns", "modified"] as const;
