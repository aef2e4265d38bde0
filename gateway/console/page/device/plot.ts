/** A quantity over time, with its thresholds as lines. Loaded only when a device is looked at. */
import uPlot from 'uplot';
import type { Language } from '../../../../shared/text.ts';
import { clockText, minuteText, numberText } from '../format.ts';
import { LOOKS, levelOf } from '../levels.ts';
import { alarmName } from '../names.ts';
import { type Course, type PlotWindow, withGaps } from './past.ts';

export interface Threshold {
  readonly alarm: string;
  readonly raise: number;
}

export interface PlotOptions {
  readonly language: Language;
  readonly thresholds: readonly Threshold[];
}

export interface Plot {
  show(course: Course, window: PlotWindow): void;
  destroy(): void;
}

const HEIGHT = 260;
const DAY_S = 86_400;
/** Characters of a threshold's name on the plot. */
const maxName = 8;
const FONT = '14px system-ui, sans-serif';

export function drawPlot(host: HTMLElement, { language, thresholds }: PlotOptions): Plot {
  const style = getComputedStyle(host);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--ink'),
    font: FONT,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
  };
  const limits = thresholds.map(({ raise }) => raise);
  let from = 0;
  let to = 1;
  const plot = new uPlot(
    {
      width: Math.max(200, host.clientWidth),
      height: HEIGHT,
      padding: [8, 32, 0, 0], // the last time stands half beyond the end
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { range: () => [from / 1000, to / 1000] },
        y: { range: (_, low, high) => valueRange(low, high, limits) },
      },
      axes: [
        {
          ...axis,
          values: (_, splits, __, ___, stepS) => splits.map((at) => timeText(at * 1000, stepS)),
          space: 90,
        },
        { ...axis, values: (_, splits) => splits.map((value) => numberText(value)), size: 64 },
      ],
      series: [
        {},
        { stroke: colour('--brand'), width: 3, points: { size: 5, fill: colour('--brand') } },
        {
          stroke: colour('--warn'),
          width: 0,
          paths: () => null,
          points: { show: true, size: 10, fill: colour('--card') },
        },
        { stroke: 'transparent', width: 0, points: { show: false } },
        { stroke: 'transparent', width: 0, points: { show: false } },
      ],
      bands: [{ series: [3, 4], fill: `${colour('--brand')}40` }],
      hooks: { drawAxes: [(drawn) => drawThresholds(drawn, thresholds, language, colour('--ink'), colour('--card'))] },
    },
    [[], [], [], [], []],
    host,
  );
  const resized = new ResizeObserver(() => plot.setSize({ width: Math.max(200, host.clientWidth), height: HEIGHT }));
  resized.observe(host);
  return {
    show(course, window) {
      ({ from, to } = window);
      const { at, low, high, values, isDoubtful } = withGaps(course, window.gapMs);
      const sound = (list: readonly (number | null)[]) =>
        list.map((value, i) => (isDoubtful[i] === true ? null : value));
      plot.setData([
        at.map((ms) => (ms ?? 0) / 1000),
        sound(values),
        values.map((value, i) => (isDoubtful[i] === true ? value : null)),
        sound(high),
        sound(low),
      ]);
    },
    destroy() {
      resized.disconnect();
      plot.destroy();
    },
  };
}

/** The time of day, or the day where days are shown: "11-26". */
function timeText(at: number, stepS: number): string {
  if (stepS < 60) return clockText(at);
  const date = new Date(at);
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
  if (stepS < DAY_S && !isMidnight) return minuteText(at);
  return [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** Thresholds are always seen: how far it is to them is what people look for. */
function valueRange(low: number | null, high: number | null, limits: readonly number[]): [number, number] {
  const all = [...limits, ...(low === null ? [] : [low]), ...(high === null ? [] : [high])];
  if (all.length === 0) return [0, 1];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const margin = most === least ? Math.max(0.5, Math.abs(most) * 0.1) : (most - least) * 0.12;
  return [least - margin, most + margin];
}

/** Each a line in its level's colour within a casing that stands out on any ground, dashed by its level, and the number of it. */
function drawThresholds(
  plot: uPlot,
  thresholds: readonly Threshold[],
  language: Language,
  ink: string,
  ground: string,
): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = FONT.replace(/\d+/, (size) => String(Number(size) * scale));
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  for (const { alarm, raise } of thresholds.toSorted((a, b) => a.raise - b.raise)) {
    const level = levelOf(alarm);
    const look = level === undefined ? { colour: ground, ink, dash: [4, 4] } : LOOKS[level];
    const y = Math.round(plot.valToPos(raise, 'y', true));
    const stroke = (width: number, style: string, dash: readonly number[]) => {
      ctx.beginPath();
      ctx.setLineDash(dash.map((each) => each * scale));
      ctx.lineWidth = width * scale;
      ctx.strokeStyle = style;
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    };
    stroke(5, '#777', []);
    stroke(3, look.colour, look.dash);
    const name = `${level ?? cut(alarmName(alarm)[language])} · ${numberText(raise)}`;
    const width = ctx.measureText(name).width + 12 * scale;
    const height = 20 * scale;
    ctx.setLineDash([]);
    ctx.lineWidth = scale;
    ctx.strokeStyle = '#777';
    ctx.fillStyle = look.colour;
    ctx.fillRect(bbox.left + 4 * scale, y - height / 2, width, height);
    ctx.strokeRect(bbox.left + 4 * scale, y - height / 2, width, height);
    ctx.fillStyle = look.ink;
    ctx.fillText(name, bbox.left + 10 * scale, y);
  }
  ctx.restore();
}

/** The whole name is in the list below the plots. */
function cut(name: string): string {
  return name.length <= maxName ? name : `${name.slice(0, maxName)}…`;
}
