const DAY = 24 * 60 * 60 * 1000;

/** The ISO 8601 week of a day in UTC, `2026-W47`: weeks begin on Monday, and the first one holds the year's first Thursday. */
export function isoWeek(date: Date): string {
  const thursday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** `yyyy-mm-dd`, UTC. */
export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
