/** Numbers that the module (assembly/) and its host share: both compilers read this file. */

/** What a node of the schema is. */
export enum NodeKind {
  value,
  struct,
  list,
  /** A column that the host writes. */
  host,
}

/** Where the values of a page are. */
export enum Values {
  /** In the page, in order. */
  direct,
  /** In the dictionary; the page has indexes. */
  indexed,
}

/** How whole numbers are stored. */
export enum Integer {
  i32,
  u32,
  i64,
  u64,
}

/** Why a row cannot be written. */
export enum Problem {
  tooFewEntries,
  tooFewValues,
  notTogether,
  tooHighLevel,
  noDictionary,
  notInDictionary,
  longRun,
  tooLong,
}
