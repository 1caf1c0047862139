/** Numbers that the module (assembly/) and its host share: both compilers read this file. */

/** What became of a walk: it is JSON, it is not, or it is with names that have to be decoded first. */
export enum ScanResult {
  object,
  not_json,
  escaped_names,
}

/** The addresses that are noted of a member: of its name and its value, each with the byte after it. */
export enum MemberField {
  nameStart,
  nameEnd,
  start,
  end,
}
export const MEMBER_FIELDS = 4;

/** The most bytes that the name of the inner object may have. */
export const MOST_NAME_BYTES = 64;
