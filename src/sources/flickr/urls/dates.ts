/** As much of a date as path segments begin with: `2007`, `2007-07`, `2007-07-04`; null where there is no year. */
export function dateOf([year, month, day]: readonly string[]): string | null {
  if (year === undefined || !/^(?:19|20)\d\d$/.test(year)) return null;
  if (month === undefined || !/^(?:0?[1-9]|1[0-2])$/.test(month)) return year;
  const start = `${year}-${month.padStart(2, "0")}`;
  if (day === undefined || !/^(?:0?[1-9]|[12]\d|3[01])$/.test(day)) return start;
  return `${start}-${day.padStart(2, "0")}`;
}

/**
 * The time in an address of the Wayback Machine (`20230321184118`, `2023`, with or without `im_` and the like), in ISO
 * 8601. What is left out is the start of the year, month, …, as the archive itself reads it. Null for none and for
 * times that there are not.
 */
export function captureTimeOf(stamp: string): string | null {
  const digits = /^(\d{4,14})(?:[a-z]{2}_)?$/.exec(stamp)?.[1];
  if (digits === undefined || digits.length % 2 === 1) return null;
  const full = `${digits}${"00000101000000".slice(digits.length)}`;
  const time = full.replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6.000Z");
  const date = new Date(time);
  // A 31st of February is read as one in March.
  return !Number.isNaN(date.getTime()) && date.toISOString() === time ? time : null;
}
