/** Colours of the page, as the style sheet has them for light or dark. */
export interface Theme {
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly line: string;
  readonly soft: string;
  readonly band: string;
  readonly worse: string;
  readonly better: string;
  readonly accepted: string;
  readonly change: string;
  readonly surface: string;
}

/** The colours now: the canvas does not follow the style sheet by itself. */
export function currentTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: colour('text'),
    faint: colour('faint'),
    grid: colour('grid'),
    line: colour('line'),
    soft: colour('soft'),
    band: colour('band'),
    worse: colour('worse'),
    better: colour('better'),
    accepted: colour('accepted'),
    change: colour('change'),
    surface: colour('surface'),
  };
}
