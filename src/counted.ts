/** Numbers for people. */

/** A whole number for people: `1,234,567`. */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 record`, `1,234 records`. */
export function counted(count: number, singular: string): string {
  return `${thousands(count)} ${singular}${count === 1 ? "" : "s"}`;
}
