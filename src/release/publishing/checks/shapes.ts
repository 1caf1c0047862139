/**
 * Shapes of what comes from a server: an answer is looked at once, before anything is made of it. A shape is a function
 * that says whether a value has it; members that it does not name may be anything.
 */
export type Shape<T> = (value: unknown) => value is T;

/** The value of a text, undefined where it is no JSON: no shape is that of nothing. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const text: Shape<string> = (value) => typeof value === "string";
export const anything = (_value: unknown): _value is unknown => true;

/** A whole number from 0 on that no digit of is lost. */
export const count: Shape<number> = (value): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
export const whole: Shape<number> = (value): value is number => Number.isSafeInteger(value);

/** A text of at most 1,000 characters that a pattern, which names both ends, is true of. */
export const like =
  (pattern: RegExp): Shape<string> =>
  (value): value is string =>
    typeof value === "string" && value.length <= 1000 && pattern.test(value);

/** The SHA-256 of something, in lower-case hexadecimal. */
export const sha256: Shape<string> = like(/^[0-9a-f]{64}$/);

export const listOf =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every(shape);

/** An object whose members, whatever they are called, have this shape. */
export const mapOf =
  <T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> =>
  (value): value is Readonly<Record<string, T>> =>
    isObject(value) && Object.values(value).every(shape);

/** A member that may be absent. */
export const maybe =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || shape(value);

export const orNull =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value): value is T | null =>
    value === null || shape(value);

type ShapesOf<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

/** An object with these members. */
export const objectOf =
  <T extends object>(members: ShapesOf<T>): Shape<T> =>
  (value): value is T =>
    isObject(value) &&
    Object.entries<Shape<unknown>>(members as unknown as Record<string, Shape<unknown>>).every(
      ([name, shape]) => shape(Object.hasOwn(value, name) ? value[name] : undefined),
    );

/** An object that is no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
