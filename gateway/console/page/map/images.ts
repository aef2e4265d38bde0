/**
 * The signs of the map, drawn on a canvas: no fonts and no pictures come from the network.
 *
 * Each state has a shape, a sign and a colour of its own, so that none needs its colour. An image is named by what it shows:
 * "mark|alarm|4|W", "group|alarm|4|120", "label|2.95 m", "walk|3|1".
 */
import { type Level, LOOKS } from '../levels.ts';
import type { SpotState } from './spots.ts';

/** Pixels of the picture for one of the page. */
export const pixelRatio = 2;
const size = 40;
const middle = size / 2;

interface Look {
  readonly fill: string;
  readonly ink: string;
  /** What stands on it; undefined: the sign of its kind. */
  readonly sign?: string;
  readonly outline: (context: CanvasRenderingContext2D) => void;
}

const STATES: Readonly<Record<SpotState, Look>> = {
  alarm: { fill: '#a8141c', ink: '#fff', sign: '!', outline: triangle },
  silent: { fill: '#2b3442', ink: '#fff', sign: '✕', outline: (context) => context.rect(6, 6, 28, 28) },
  doubtful: { fill: '#ffd98a', ink: '#3a2400', sign: '?', outline: diamond },
  maintenance: { fill: '#0b4fa8', ink: '#fff', sign: '❚❚', outline: (context) => context.roundRect(3, 9, 34, 22, 11) },
  reporting: { fill: '#0b6b35', ink: '#fff', outline: circle },
  waiting: { fill: '#fff', ink: '#3f4a5a', outline: circle },
};

export function markName(state: SpotState, level: Level | undefined, sign: string): string {
  return `mark|${state}|${level ?? ''}|${sign}`;
}

/** Draws the image of a name; undefined if there is none of that name. */
export function imageOf(name: string): ImageData | undefined {
  const [what, first = '', second = '', third = ''] = name.split('|');
  switch (what) {
    case 'mark':
      return drawn(size, size, (context) => drawMark(context, first as SpotState, levelOf(second), third)); // as markName wrote it
    case 'group':
      return drawn(52, 52, (context) => drawGroup(context, first as SpotState, levelOf(second), third)); // as spot-layers.ts wrote it
    case 'label':
      return drawLabel(name.slice('label|'.length));
    case 'walk':
      return drawn(size, size, (context) => drawWalk(context, first));
    default:
      return undefined;
  }
}

/** The same as an address of a picture, for the legend. */
export function pictureOf(name: string): string {
  const image = imageOf(name);
  if (image === undefined) return '';
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

function levelOf(written: string): Level | undefined {
  return written === '' ? undefined : (Number(written) as Level); // as markName wrote it
}

function drawn(
  width: number,
  height: number,
  draw: (context: CanvasRenderingContext2D) => void,
): ImageData | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = width * pixelRatio;
  canvas.height = height * pixelRatio;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return undefined;
  context.scale(pixelRatio, pixelRatio);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  draw(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function drawMark(context: CanvasRenderingContext2D, state: SpotState, level: Level | undefined, sign: string): void {
  const look = STATES[state];
  const { colour: fill, ink } = level === undefined ? { colour: look.fill, ink: look.ink } : LOOKS[level];
  shape(context, look, fill, state === 'waiting' ? [4, 3] : []);
  context.fillStyle = ink;
  context.font = '700 16px system-ui, sans-serif';
  context.fillText(
    level === undefined ? (look.sign ?? sign) : String(level),
    middle,
    state === 'alarm' ? 24 : middle + 1,
  );
}

/** On any ground: a white casing around a dark edge. */
function shape(context: CanvasRenderingContext2D, look: Look, fill: string, dash: readonly number[]): void {
  context.beginPath();
  look.outline(context);
  context.lineWidth = 6;
  context.strokeStyle = '#fff';
  context.stroke();
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = '#0d1420';
  context.setLineDash([...dash]);
  context.stroke();
  context.setLineDash([]);
}

function drawGroup(context: CanvasRenderingContext2D, state: SpotState, level: Level | undefined, count: string): void {
  context.beginPath();
  context.arc(23, 29, 20, 0, 2 * Math.PI);
  context.lineWidth = 5;
  context.strokeStyle = '#fff';
  context.stroke();
  context.fillStyle = '#fff';
  context.fill();
  context.lineWidth = 3;
  context.strokeStyle = '#0d1420';
  context.stroke();
  context.fillStyle = '#0d1420';
  context.font = `700 ${count.length > 3 ? 12 : 15}px system-ui, sans-serif`;
  context.fillText(count, 23, 31);
  if (state === 'reporting') return;
  context.translate(28, -2);
  context.scale(0.62, 0.62);
  drawMark(context, state, level, '');
}

function drawLabel(text: string): ImageData | undefined {
  const measuring = document.createElement('canvas').getContext('2d');
  if (measuring === null) return undefined;
  const font = '600 13px system-ui, sans-serif';
  measuring.font = font;
  const width = Math.min(200, Math.ceil(measuring.measureText(text).width) + 8);
  return drawn(width, 20, (context) => {
    context.font = font;
    context.fillStyle = 'rgb(255 255 255 / 88%)';
    context.beginPath();
    context.roundRect(0, 1, width, 18, 4);
    context.fill();
    context.fillStyle = '#0d1420';
    context.fillText(text, width / 2, 11, width - 6);
  });
}

/** Where an uplink was sent: how many stations heard it. */
function drawWalk(context: CanvasRenderingContext2D, stations: string): void {
  const many = Number(stations);
  const look = many >= 3 ? STATES.reporting : many === 2 ? STATES.maintenance : STATES.doubtful;
  shape(context, look, look.fill, []);
  context.fillStyle = look.ink;
  context.font = '700 16px system-ui, sans-serif';
  context.fillText(stations, middle, middle + 1);
}

function circle(context: CanvasRenderingContext2D): void {
  context.arc(middle, middle, 15, 0, 2 * Math.PI);
}

function triangle(context: CanvasRenderingContext2D): void {
  context.moveTo(middle, 4);
  context.lineTo(37, 35);
  context.lineTo(3, 35);
  context.closePath();
}

function diamond(context: CanvasRenderingContext2D): void {
  context.moveTo(middle, 3);
  context.lineTo(37, middle);
  context.lineTo(middle, 37);
  context.lineTo(3, middle);
  context.closePath();
}
