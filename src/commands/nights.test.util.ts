const FIRST_NIGHT = Date.parse("2026-01-02T03:00:00Z");

/** The clock of a night, by its number from 1. */
export const clockOf = (night: number) => ({
  SOURCE_DATE_EPOCH: String((FIRST_NIGHT + (night - 1) * 86_400_000) / 1000),
});
export const timeOf = (night: number) => new Date(FIRST_NIGHT + (night - 1) * 86_400_000).toISOString();
