import type uPlot from 'uplot';
import type { MarkKind, TrendSeries } from '../trend.ts';
import type { Figures, Level } from './figures.ts';
import type { Range } from './selection.ts';
import type { Theme } from './theme.ts';

/** What is drawn beside the line. */
export interface Markings {
  readonly series: TrendSeries;
  readonly figures: Figures;
  readonly range: Range;
  readonly bands: readonly Level[];
}

/** The noise threshold as a band around the level of every stretch. */
export function drawBands(plot: uPlot, { bands }: Markings, theme: Theme): void {
  clipped(plot, (ctx) => {
    ctx.fillStyle = theme.band;
    for (const { from, to, low, high } of bands) {
      const [left, right] = [xOf(plot, from - 0.5), xOf(plot, to + 0.5)];
      const [top, bottom] = [yOf(plot, high), yOf(plot, low)];
      ctx.fillRect(left, top, right - left, bottom - top);
    }
  });
}

export function drawBudget(plot: uPlot, { series, figures }: Markings, theme: Theme): void {
  if (series.budget === null || figures.unit === 'change') return;
  const y = yOf(plot, series.budget);
  clipped(plot, (ctx) => {
    ctx.strokeStyle = theme.worse;
    ctx.lineWidth = pixels(1);
    ctx.setLineDash([pixels(6), pixels(4)]);
    line(ctx, plot.bbox.left, y, plot.bbox.left + plot.bbox.width, y);
  });
}

export function drawChangePoints(plot: uPlot, { series, range, figures }: Markings, theme: Theme): void {
  clipped(plot, (ctx) => {
    ctx.strokeStyle = theme.change;
    ctx.lineWidth = pixels(1.25);
    ctx.setLineDash([pixels(3), pixels(3)]);
    for (const { index } of series.changePoints) {
      const place = index - range.first;
      if (place < 0 || place >= figures.numbers.length) continue;
      const x = xOf(plot, place - 0.5);
      line(ctx, x, plot.bbox.top, x, plot.bbox.top + plot.bbox.height);
    }
  });
}

/** Triangles: up for worse, down for better, hollow for a regression that somebody accepted, so that colour is not needed. */
export function drawMarks(plot: uPlot, { series, range, figures }: Markings, theme: Theme): void {
  const colours: Record<MarkKind, string> = {
    regression: theme.worse,
    improvement: theme.better,
    accepted: theme.accepted,
  };
  const { ctx } = plot;
  ctx.save();
  for (const { index, kind } of series.marks) {
    const place = index - range.first;
    const value = figures.numbers[place];
    if (value === null || value === undefined) continue;
    const side = kind === 'improvement' ? 1 : -1;
    triangle(ctx, xOf(plot, place), yOf(plot, value), side * pixels(5));
    ctx.fillStyle = kind === 'accepted' ? theme.surface : colours[kind];
    ctx.strokeStyle = kind === 'accepted' ? colours[kind] : theme.surface;
    ctx.lineWidth = pixels(1.5);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

function triangle(ctx: CanvasRenderingContext2D, x: number, y: number, height: number): void {
  const half = Math.abs(height);
  ctx.beginPath();
  ctx.moveTo(x, y + height);
  ctx.lineTo(x - half, y - height * 0.8);
  ctx.lineTo(x + half, y - height * 0.8);
  ctx.closePath();
}

function clipped(plot: uPlot, draw: (ctx: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

function xOf(plot: uPlot, place: number): number {
  return plot.valToPos(place, 'x', true);
}

function yOf(plot: uPlot, value: number): number {
  return plot.valToPos(value, 'y', true);
}

function pixels(size: number): number {
  return size * devicePixelRatio;
}
