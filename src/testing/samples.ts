/** Records for tests. */

/** A record that is right; `change` overrides members, `undefined` removes them. */
export function sampleRecord(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const id = String(change.foreign_identifier ?? "1");
  return {
    provider: "flickr",
    foreign_identifier: id,
    foreign_landing_url: `https://www.flickr.com/photos/35067687@N04/${id}`,
    url: `https://live.staticflickr.com/65535/${id}_abc_b.jpg`,
    license: "by",
    license_version: "2.0",
    title: `Photograph ${id}`,
    ...change,
  };
}

/** One of the other media type. */
export const SAMPLE_AUDIO = {
  media_type: "audio",
  provider: "jamendo",
  foreign_identifier: "9",
  foreign_landing_url: "https://www.jamendo.com/track/9",
  url: "https://mp3.jamendo.com/9.mp3",
  license: "cc0",
  license_version: "1.0",
  genres: ["ambient", "drone"],
};

/** Records with the foreign identifiers 1 to `count`. */
export function sampleRecords(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, i) => sampleRecord({ foreign_identifier: String(i + 1) }));
}

/** NDJSON text. */
export function ndjson(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

let loads = 0;

/** What a loader is told: the time, and a number that no load before had. */
export function loadOptions(now: Date): { now: Date; run: number } {
  return { now, run: ++loads };
}
