/** Minutes in words, to two digits unless they are whole: `10 minutes`, `1 minute`, `3.3 minutes`. */
export function inMinutes(minutes: number): string {
  const shown = shortMinutes(minutes);
  return `${shown} ${shown === '1' ? 'minute' : 'minutes'}`;
}

/** The number alone. */
export function shortMinutes(minutes: number): string {
  return String(Number.isInteger(minutes) ? minutes : Number(minutes.toPrecision(2)));
}
