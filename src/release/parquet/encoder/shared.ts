/** Numbers that the module (assembly/) and its host share: both compilers read this file. */

/** Physical types, by the names that the format has for them. */
export enum ValueType {
  BYTE_ARRAY,
  INT32,
  DOUBLE,
  BOOLEAN,
  INT64,
}

/** Encodings of values, as the format numbers them. */
export enum ValueEncoding {
  PLAIN = 0,
  DELTA_BINARY_PACKED = 5,
  DELTA_LENGTH_BYTE_ARRAY = 6,
  DELTA_BYTE_ARRAY = 7,
  RLE_DICTIONARY = 8,
}

/** What is known of the page that was ended last: where each field lies, counted in numbers of 32 bits. */
export enum PageField {
  /** Where its data lie, and how many bytes they have. */
  data,
  bytes,
  /** Values and nulls, and nulls among them. */
  levels,
  nulls,
  encoding,
  /** The minimum and the maximum of texts; whether these bytes are all of them. */
  min,
  minLength,
  isMinExact,
  max,
  maxLength,
  isMaxExact,
  /** The minimum and the maximum of numbers, as doubles. */
  minNumber = 12,
  maxNumber = 14,
}
