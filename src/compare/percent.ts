/** A relative change with its sign: 0.0722 is `+7.2 %`, −0.003 is `−0.3 %`. */
export function signedPercent(change: number, digits = 1): string {
  return `${change < 0 ? '−' : '+'}${plainPercent(Math.abs(change), digits)}`;
}

/** A relative size without a sign: 0.0722 is `7.2 %`. */
export function plainPercent(size: number, digits = 1): string {
  const percent = size * 100;
  if (percent >= 1e6) return 'more than 1,000,000 %';
  return `${percent < 100 ? percent.toFixed(digits) : Math.round(percent)} %`;
}
