/** The last values of a quantity as a line without axes. What it shows stands beside it in words. */
import type { Series } from './history.ts';

const WIDTH = 300;
const HEIGHT = 40;
const maxDrawn = 60;

export function Sparkline({ series }: { readonly series: Series | undefined }) {
  const values = series?.values.slice(-maxDrawn) ?? [];
  const times = series?.at.slice(-maxDrawn) ?? [];
  const [first = 0] = times;
  const span = (times.at(-1) ?? 0) - first;
  if (span <= 0) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const y = (value: number) => (high === low ? HEIGHT / 2 : HEIGHT - 3 - ((value - low) / (high - low)) * (HEIGHT - 6));
  const points = values.map((value, i) => {
    const x = 2 + (((times[i] ?? first) - first) / span) * (WIDTH - 8);
    return `${x.toFixed(1)},${y(value).toFixed(1)}`;
  });
  const [endX = '', endY = ''] = points.at(-1)?.split(',') ?? [];
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" preserveAspectRatio="none">
      <polyline points={points.join(' ')} />
      <circle cx={endX} cy={endY} r="3" />
    </svg>
  );
}
