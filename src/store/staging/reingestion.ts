type Pair = readonly [step: number, count: number];

const MONTHLY: readonly Pair[] = [
  [1, 6],
  [30, 9],
  [90, 18],
  [180, 30],
];

/**
 * Which days of a provider to fetch again: recent ones often, old ones now and then, because view counts of young works
 * change most. Day 0 is today; then, for each pair of a step and a count, as many days, each a step further back.
 */
const PAIRS: Readonly<Record<string, readonly Pair[]>> = {
  flickr: [
    [1, 7],
    [7, 12],
    [15, 20],
    [30, 24],
    [90, 24],
    [180, 40],
  ],
  met: MONTHLY,
  phylopic: MONTHLY,
  wikimedia: MONTHLY,
  europeana: [
    [1, 7],
    [30, 12],
    [90, 40],
  ],
};

/** Providers whose works are fetched by their day. */
export const REINGESTED: readonly string[] = Object.keys(PAIRS);

/** The days back of each pair, one list a pair; a pair that counts nothing has none. */
export function dayLists(pairs: readonly Pair[]): number[][] {
  let last = 0;
  return pairs
    .filter(([, count]) => count > 0)
    .map(([step, count]) => {
      const start = last;
      last += step * count;
      return Array.from({ length: count }, (_, i) => start + step * (i + 1));
    });
}

/** The days back to fetch again, list by list, today first. */
export function reingestionDays(provider: string): number[][] {
  return [[0], ...dayLists(PAIRS[provider] ?? [])];
}

/** The day that is a number of days before a time: `2026-01-31`, in UTC. */
export function dayBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
}
