import uPlot from 'uplot';
import type { TrendSeries } from '../trend.ts';
import { drawBands, drawBudget, drawChangePoints, drawMarks, type Markings } from './drawing.ts';
import { bandsOf, type Figures, tickLabels } from './figures.ts';
import type { Range } from './selection.ts';
import { currentTheme } from './theme.ts';

/** What a chart is drawn from and whom it tells. Places count from the range's first commit. */
export interface ChartParts {
  readonly series: TrendSeries;
  readonly figures: Figures;
  readonly range: Range;
  /** A short date for the axis. */
  readonly dateOf: (place: number) => string;
  /** The pointer is over a place, or left (null). */
  readonly onPoint: (place: number | null) => void;
  readonly onChoose: (place: number) => void;
  readonly onZoom: (first: number, last: number) => void;
}

export interface Chart {
  /** Puts the crosshair on a place; null: takes it away. */
  point(place: number | null): void;
  resize(width: number): void;
  redraw(): void;
  remove(): void;
}

export const CHART_HEIGHT = 190;
const FONT = '11px system-ui, sans-serif';
const SYNC = 'commits';
/** Beyond it steps cannot be told from slopes, and cost more. */
const MOST_STEPS = 2000;

/** Draws a series into the element. */
export function drawChart(target: HTMLElement, parts: ChartParts): Chart {
  let theme = currentTheme();
  const { figures, range } = parts;
  const places = figures.numbers.map((_, place) => place);
  const markings: Markings = { ...parts, bands: bandsOf(parts.series, figures, range) };
  const steady = parts.series.tier === 'exact' || figures.unit === 'change';
  const few = places.length <= MOST_STEPS;
  const stepped = few && parts.series.tier === 'exact' ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  const axis = { stroke: () => theme.faint, font: FONT, grid: { stroke: () => theme.grid, width: 1 } };
  const plot = new uPlot(
    {
      width: Math.max(200, target.clientWidth),
      height: CHART_HEIGHT,
      padding: [10, 26, 0, 0],
      legend: { show: false },
      scales: { x: { time: false }, y: { range: (_, low, high) => scaleOf(low, high, markings) } },
      series: [
        {},
        {
          stroke: () => (steady ? theme.line : theme.soft),
          width: steady ? 1.75 : 1,
          // A size stands until a commit moves it.
          ...(stepped === undefined ? {} : { paths: stepped }),
          points: { space: 7, size: steady ? 4 : 5, fill: () => theme.line },
        },
      ],
      axes: [
        {
          ...axis,
          space: 90,
          ticks: { show: false },
          gap: 4,
          size: 26,
          incrs: STEPS,
          values: (_, splits) => splits.map((place) => (Number.isInteger(place) ? parts.dateOf(place) : '')),
        },
        {
          ...axis,
          ticks: { show: false },
          gap: 4,
          space: 36,
          ...(figures.unit === 'B' ? { incrs: byteSteps } : {}),
          size: (_, labels) => 12 + 6.2 * Math.max(4, ...(labels ?? []).map((label) => label.length)),
          values: (_, splits) => tickLabels(splits, figures.unit),
        },
      ],
      cursor: {
        y: false,
        sync: { key: SYNC, setSeries: false, scales: ['x', null] },
        drag: { x: true, y: false, setScale: false, dist: 8 },
        points: { size: 8 },
        hover: { prox: null, skip: [null, undefined] },
        bind: {
          dblclick: () => null,
        },
      },
      hooks: {
        drawAxes: [(u) => drawBands(u, markings, theme), (u) => drawBudget(u, markings, theme)],
        draw: [(u) => drawChangePoints(u, markings, theme), (u) => drawMarks(u, markings, theme)],
        setCursor: [(u) => parts.onPoint(u.cursor.idxs?.[1] ?? null)],
        setSelect: [
          (u) => {
            if (u.select.width < 8) return;
            const [first, last] = [u.select.left, u.select.left + u.select.width].map((x) =>
              Math.max(0, Math.min(places.length - 1, Math.round(u.posToVal(x, 'x')))),
            );
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            if (first !== undefined && last !== undefined && last > first) parts.onZoom(first, last);
          },
        ],
      },
    },
    [places, [...figures.numbers]],
    target,
  );
  plot.over.addEventListener('click', () => {
    const place = plot.cursor.idxs?.[1];
    if (place !== undefined && place !== null) parts.onChoose(place);
  });
  return {
    point: (place) => {
      const value = place === null ? null : figures.numbers[place];
      if (place === null || value === null || value === undefined) {
        plot.setCursor({ left: -10, top: -10 });
      } else {
        plot.setCursor({ left: plot.valToPos(place, 'x'), top: plot.valToPos(value, 'y') });
      }
    },
    resize: (width) => plot.setSize({ width: Math.max(200, width), height: CHART_HEIGHT }),
    redraw: () => {
      theme = currentTheme();
      plot.redraw();
    },
    remove: () => plot.destroy(),
  };
}

const STEPS = [1, 2, 5]
  .flatMap((digit) => [0, 1, 2, 3, 4, 5].map((power) => digit * 10 ** power))
  .sort((a, b) => a - b);

/** Steps that are round in the unit that the labels are in. */
function byteSteps(_: uPlot, __: number, ___: number, high: number): number[] {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(1, high)) / 10));
  const steps = [-3, -2, -1, 0, 1, 2].flatMap((power) =>
    [1, 2, 5].map((digit) => digit * 10 ** power * unit),
  );
  return steps.filter((step) => step >= 1);
}

/** Room for the line, its band and, when it is near, the budget; a flat line is not blown up to fill the height. */
function scaleOf(
  low: number | null,
  high: number | null,
  { bands, figures, series }: Markings,
): [number, number] {
  const ends = [low ?? 0, high ?? 1, ...bands.flatMap((band) => [band.low, band.high])];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const height = Math.max(most - least, figures.unit === 'change' ? 0.002 : Math.abs(most) * 0.002, 1e-12);
  const limit = figures.unit !== 'change' && series.budget !== null && series.budget - most < 2 * height;
  const top = limit ? Math.max(most, series.budget ?? most) : most;
  const pad = 0.12 * Math.max(height, top - least);
  const bottom = least - pad;
  return [figures.unit !== 'change' && least >= 0 ? Math.max(0, bottom) : bottom, top + pad];
}
