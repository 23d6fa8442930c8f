/**
 * P(|T| ≥ |t|) for Student's t with `df` > 0 degrees of freedom: the regularised incomplete beta function
 * I(df / (df + t²); df/2, ½). Source: Abramowitz and Stegun, 26.7.1. NaN for a `t` or `df` that is not usable.
 */
export function twoSidedP(t: number, df: number): number {
  if (!(df > 0) || Number.isNaN(t)) return Number.NaN;
  const square = t * t;
  if (square === Number.POSITIVE_INFINITY) return 0;
  return incompleteBeta(df / (df + square), square / (df + square), df / 2, 0.5);
}

/** P(T ≤ t) for Student's t with `df` degrees of freedom. */
export function studentCdf(t: number, df: number): number {
  const tail = twoSidedP(t, df) / 2;
  return t < 0 ? tail : 1 - tail;
}

/**
 * The t ≥ 0 with P(|T| ≥ t) = `p`, for 0 < p ≤ 1. Newton's method from 0: the tail is convex there, so that every step stays
 * below the root. Errors: throws for other `p` or `df`, which are mistakes of ours.
 */
export function studentQuantile(p: number, df: number): number {
  if (!(p > 0 && p <= 1 && df > 0)) throw new Error(`no quantile of Student's t for p ${p}, df ${df}`);
  let t = 0;
  for (let i = 0; i < MAX_STEPS; i++) {
    const step = (twoSidedP(t, df) - p) / (2 * studentDensity(t, df));
    if (!(step > t * PRECISION)) break;
    t += step;
  }
  return t;
}

const MAX_STEPS = 500;
const PRECISION = 1e-15;

/** Density of Student's t. Source: Abramowitz and Stegun, 26.7.1. */
function studentDensity(t: number, df: number): number {
  const scale = logGamma((df + 1) / 2) - logGamma(df / 2) - Math.log(df * Math.PI) / 2;
  return Math.exp(scale - ((df + 1) / 2) * Math.log1p((t * t) / df));
}

/**
 * I(x; a, b), with `y` = 1 − x given apart so that neither loses digits. Source: continued fraction 26.5.8 of Abramowitz and
 * Stegun, from the side on which it converges fast.
 */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const scale = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y);
  const factor = Math.exp(scale);
  if (x < (a + 1) / (a + b + 2)) return (factor * betaFraction(x, a, b)) / a;
  return 1 - (factor * betaFraction(y, b, a)) / b;
}

/** The continued fraction of 26.5.8 by the modified method of Lentz (Thompson and Barnett, 1986). */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < MAX_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let delta = 1;
    for (const term of [even, odd]) {
      d = 1 / nonZero(1 + term * d);
      c = nonZero(1 + term / c);
      delta = d * c;
      fraction *= delta;
    }
    if (Math.abs(delta - 1) < PRECISION) break;
  }
  return fraction;
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** ln Γ(x) for x > 0: Stirling's series (Abramowitz and Stegun, 6.1.41) after moving x beyond 15 by Γ(x+1) = x·Γ(x). */
function logGamma(x: number): number {
  let product = 1;
  let z = x;
  for (; z < 15; z++) product *= z;
  const inverse = 1 / (z * z);
  const series =
    (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
}
