/**
 * The plots of a report as inline SVG, drawn for paper without colour: bars with their figures, and a calendar whose cells carry theirs.
 *
 * Scales are d3-scale's, an optional package that only a report loads.
 */
import { MachimoriError } from '../../../shared/errors.ts';
import { say } from '../words.ts';
import { type Html, html } from './html.ts';

export type Scales = Pick<typeof import('d3-scale'), 'scaleBand' | 'scaleLinear'>;

/** Rejects with a MachimoriError "plots-missing". */
export async function loadScales(): Promise<Scales> {
  try {
    return await import('d3-scale');
  } catch (cause) {
    throw new MachimoriError('plots-missing', {
      what: say.plotsMissing(),
      on: 'd3-scale',
      hint: say.installPlots(),
      cause,
    });
  }
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** As it is said. */
  readonly shown: string;
  /** What a reader of the screen hears, and whoever points at it sees. */
  readonly title: string;
}

const ticks = 4;

export interface BarsOptions {
  readonly label: string;
  readonly height: number;
  /** A label below every so many bars. */
  readonly labelEvery: number;
  /** Whether each bar has its figure above it. */
  readonly hasFigures: boolean;
  count(value: number): string;
}

/** Upright bars from 0. */
export function bars({ scaleBand, scaleLinear }: Scales, all: readonly Bar[], options: BarsOptions): Html {
  const { label, height, labelEvery, hasFigures, count } = options;
  const [width, left, top, bottom] = [720, 64, 16, 22];
  const names = all.map((_, i) => String(i));
  const x = scaleBand().domain(names).range([left, width]).paddingInner(0.25).paddingOuter(0.15);
  const most = Math.max(1, ...all.map(({ value }) => value));
  const y = scaleLinear()
    .domain([0, most])
    .nice(ticks)
    .range([height - bottom, top]);
  const lines = y.ticks(ticks).filter(Number.isInteger);
  return html`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${lines.map((value) => {
  const at = round(y(value));
  return html`<line class="grid" x1="${left}" x2="${width}" y1="${at}" y2="${at}"/><text class="end" x="${left - 6}" y="${at + 3.5}">${count(value)}</text>`;
})}
${all.map(({ label: name, value, shown, title }, i) => {
  const [at, middle] = [x(String(i)) ?? 0, (x(String(i)) ?? 0) + x.bandwidth() / 2];
  const begins = y(value);
  return html`<g><title>${title}</title><rect class="bar" x="${round(at)}" y="${round(begins)}" width="${round(x.bandwidth())}" height="${round(y(0) - begins)}"/>${
    hasFigures ? html`<text class="middle" x="${round(middle)}" y="${round(begins - 4)}">${shown}</text>` : ''
  }${i % labelEvery === 0 ? html`<text class="middle" x="${round(middle)}" y="${height - 7}">${name}</text>` : ''}</g>`;
})}
<line class="axis" x1="${left}" x2="${width}" y1="${round(y(0))}" y2="${round(y(0))}"/>
</svg>`;
}

export interface CalendarRow {
  readonly label: string;
  readonly cells: readonly CalendarCell[];
}

export interface CalendarCell {
  /** 0 to 1; undefined if it was not measured. */
  readonly part: number | undefined;
  readonly title: string;
}

const cellHeight = 15;
/** Longer names are cut; the title has them whole. */
const maxLabel = 24;

/** A row a device, a column a day. */
export function calendar(
  { scaleBand }: Scales,
  rows: readonly CalendarRow[],
  { label, columns }: { readonly label: string; readonly columns: readonly string[] },
): Html {
  const [width, left, top] = [720, 150, 18];
  const height = top + rows.length * cellHeight + 2;
  const x = scaleBand()
    .domain(columns.map((_, i) => String(i)))
    .range([left, width - 1]);
  return html`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${columns.map((name, i) => html`<text class="middle small" x="${round((x(String(i)) ?? 0) + x.bandwidth() / 2)}" y="12">${name}</text>`)}
${rows.map(({ label: device, cells }, row) => {
  const y = top + row * cellHeight;
  return html`<g><title>${device}</title><text class="end small" x="${left - 6}" y="${y + 11}">${shortened(device)}</text>${cells.map(
    ({ part, title }, i) => {
      const [at, wide] = [round(x(String(i)) ?? 0), round(x.bandwidth())];
      const middle = round((x(String(i)) ?? 0) + x.bandwidth() / 2);
      const shade = shadeOf(part);
      const figure = part === undefined ? '–' : part === 1 ? '' : String(Math.floor(part * 100 + 1e-9));
      return html`<g><title>${title}</title><rect class="${shade}" x="${at}" y="${y}" width="${wide}" height="${cellHeight}"/><text class="middle tiny ${shade}-text" x="${middle}" y="${y + 10.5}">${figure}</text></g>`;
    },
  )}</g>`;
})}
</svg>`;
}

function shadeOf(part: number | undefined): string {
  if (part === undefined) return 'unmeasured';
  if (part === 1) return 'full';
  if (part >= 0.95) return 'high';
  if (part >= 0.75) return 'middling';
  return part >= 0.25 ? 'low' : 'least';
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= maxLabel ? text : `${characters.slice(0, maxLabel - 1).join('')}…`;
}

/** A bar that lies in a table's cell, for a part of a whole. */
export function partBar(part: number): Html {
  return html`<svg class="part" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="full" x="0.5" y="0.5" width="99" height="9"/><rect class="bar" x="0" y="0" width="${round(part * 100)}" height="10"/></svg>`;
}

/** So that files are small, and the same on every machine. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
