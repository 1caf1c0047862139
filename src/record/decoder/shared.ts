/** Numbers that the module (assembly/) and its host share: both compilers read this file. */

/** Types of members of a record: those of columns, and one that is no column. */
export enum MemberType {
  text,
  url,
  integer,
  number,
  boolean,
  timestamp,
  uuid,
  object,
  tags,
  texts,
  objects,
  media_type,
}

/** Columns that have a part in the rules between columns; `none` is for all others. */
export enum Role {
  none,
  provider,
  source,
  foreign_identifier,
  url,
  license,
  license_version,
  meta_data,
  identifier,
  ingestion_type,
  category,
  watermarked,
  filetype,
  last_synced_with_source,
}

/** Media types. */
export enum Media {
  both,
  image,
  audio,
}

/** What the host is asked of texts that repeat. Images come before audio. */
export enum Question {
  provider,
  source,
  host,
  license,
  image_filetype,
  audio_filetype,
  image_extension,
  audio_extension,
  tag,
}

/** How many answers the module remembers at most. */
export const MOST_ANSWERS = 32768;

/** What is known of the line that was read last: where each field lies, counted in numbers of 32 bits. */
export enum LineField {
  media,
  /** The numbers that the host answered. */
  provider,
  source,
  license,
  /** The identifier. */
  word0,
  word1,
  word2,
  word3,
  /** Where the name is that it was made from, provider and foreign identifier with a line feed between them. */
  name,
  nameLength,
  /** How many tags it lost, by reason. */
  unwanted,
  repeated,
}

/** One Arrow array, as `describe` lists them: numbers of 32 bits. */
export enum ArrayField {
  length,
  nulls,
  /** Addresses; 0 where there are no offsets. */
  validity,
  offsets,
  values,
  valueBytes,
  /** How many arrays that are listed next are its children. */
  children,
}
export const ARRAY_FIELDS = 7;

/** Kinds of cells in a row. */
export enum CellKind {
  none,
  /** Text of ASCII only. */
  ascii,
  utf8,
  integer,
  double,
  /** Added where the value was not given, and follows from a rule. */
  filled = 8,
}

/** Numbers of 32 bits that a row begins with (media type, bytes of the row), and those of each cell (kind, size or value). */
export const ROW_NUMBERS = 2;
export const CELL_NUMBERS = 2;
