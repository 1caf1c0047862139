/** Times as the record stores them. */

/** A time with a date and a zone, written as ISO 8601 in UTC with milliseconds; null where there is none. */
export function timestampOf(value: unknown): string | null {
  if (isWrittenAsStored(value)) return value;
  if (typeof value !== "string" || !isDay(value.trim().slice(0, 10))) return null;
  const zoned = /(?:[zZ]|[+-]\d\d(?::?\d\d)?)$/.test(value.trim()) ? value.trim() : `${value.trim()}Z`;
  const time = new Date(zoned);
  if (Number.isNaN(time.getTime())) return null;
  const iso = time.toISOString();
  // The zone can lead out of the years of four digits, which are written in another form.
  return iso.length === "0000-00-00T00:00:00.000Z".length ? iso : null;
}

/** Whether a time stands there in the very form in which it is stored; most do, since they come from a dump. */
function isWrittenAsStored(value: unknown): value is string {
  if (value === lastTime) return true;
  if (typeof value !== "string" || value.length !== "0000-00-00T00:00:00.000Z".length) return false;
  const time = new Date(value);
  // The 31st of February would come back as one in March.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== value) return false;
  lastTime = value;
  return true;
}

/** The times of a record are often one and the same. */
let lastTime: string | undefined;

/** Whether a text is a day that there is: the 31st of February would be read as one in March. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}
