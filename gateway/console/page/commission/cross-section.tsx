/**
 * The cross-section of a river: banks, the water as it stands, the sensor above it, and its reference levels. Each level is told by its number, its
 * name, its height and the dashes of its line, and not by its colour alone.
 */
import { numberText } from '../format.ts';
import { LOOKS, levelOf } from '../levels.ts';
import { alarmName } from '../names.ts';
import { useLanguage } from '../surroundings.tsx';
import { say } from './words.ts';

interface CrossSectionOptions {
  readonly thresholds: readonly { readonly alarm: string; readonly raise: number }[];
  readonly sensorM?: number | undefined;
  readonly waterM?: number | undefined;
}

const WIDTH = 340;
const HEIGHT = 260;
/** Of the top and the bottom, within which heights are to scale. */
const TOP = 22;
const BOTTOM = 236;
/** Feet and shoulders of the banks. */
const BANK = { shoulder: 34, foot: 92 } as const;
/** Between two labels, so that neither covers the other. */
const leastApart = 21;

export function CrossSection({ thresholds, sensorM, waterM }: CrossSectionOptions) {
  const language = useLanguage();
  const marks = thresholds.map(({ raise }) => raise);
  const all = [0, ...marks, ...(sensorM === undefined ? [] : [sensorM]), ...(waterM === undefined ? [] : [waterM])];
  const least = Math.min(...all);
  const most = Math.max(...all, least + 1);
  const y = (metres: number) => BOTTOM - ((metres - least) / (most - least)) * (BOTTOM - TOP);
  const bankAt = (at: number) => BANK.foot - ((BOTTOM - at) / (BOTTOM - TOP)) * (BANK.foot - BANK.shoulder);
  const text = (metres: number) => numberText(metres, 2);
  const rising = thresholds.toSorted((a, b) => a.raise - b.raise);
  const labels = apart(rising.map(({ raise }) => y(raise)));
  const parts = [
    ...(sensorM === undefined ? [] : [say.sensorAt({ metres: text(sensorM) })]),
    ...rising
      .toReversed()
      .map(({ alarm, raise }) => say.levelAt({ level: levelOf(alarm) ?? alarm, metres: text(raise) })),
    ...(waterM === undefined ? [] : [say.waterAt({ metres: text(waterM) })]),
  ].map((part) => part[language]);
  return (
    <figure class="cross-section">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={say.drawing({ parts: parts.join(', ') })[language]}
      >
        <path class="air" d={`M0 0H${WIDTH}V${HEIGHT}H0Z`} />
        {waterM !== undefined && <Water at={y(waterM)} bankAt={bankAt} />}
        <path
          class="ground"
          d={`M0 ${TOP}H${BANK.shoulder}L${BANK.foot} ${BOTTOM}H${WIDTH - BANK.foot}L${WIDTH - BANK.shoulder} ${TOP}H${WIDTH}V${HEIGHT}H0Z`}
        />
        {rising.map(({ alarm, raise }, i) => (
          <LevelMark
            key={alarm}
            alarm={alarm}
            height={text(raise)}
            at={y(raise)}
            labelAt={labels[i] ?? y(raise)}
            bankAt={bankAt}
          />
        ))}
        {sensorM !== undefined && (
          <g class="sensor">
            <path d={`M${WIDTH - 130} ${y(sensorM)}h24v8h-6l-6 8l-6-8h-6z`} />
            <text x={WIDTH - 100} y={y(sensorM) + 10}>
              {text(sensorM)}
            </text>
          </g>
        )}
        {waterM !== undefined && (
          <text class="water-text" x={WIDTH - 96} y={Math.min(BOTTOM - 4, y(waterM) + 18)}>
            {text(waterM)}
          </text>
        )}
      </svg>
      <figcaption class="small">{(waterM === undefined ? say.withoutWater : say.notToScale)()[language]}</figcaption>
    </figure>
  );
}

function Water({ at, bankAt }: { readonly at: number; readonly bankAt: (at: number) => number }) {
  const left = bankAt(at);
  return <path class="water" d={`M${left} ${at}H${WIDTH - left}L${WIDTH - BANK.foot} ${BOTTOM}H${BANK.foot}Z`} />;
}

interface MarkOptions {
  readonly alarm: string;
  readonly height: string;
  readonly at: number;
  readonly labelAt: number;
  readonly bankAt: (at: number) => number;
}

function LevelMark({ alarm, height, at, labelAt, bankAt }: MarkOptions) {
  const language = useLanguage();
  const level = levelOf(alarm);
  const look = level === undefined ? { colour: '#fff', ink: '#000', dash: [4, 4] } : LOOKS[level];
  const [left, right] = [bankAt(at), WIDTH - bankAt(at)];
  const name = `${level ?? ''} ${alarmName(alarm)[language]} ${height}`.trim();
  const width = widthOf(name);
  return (
    <g class="mark">
      {Math.abs(labelAt - at) > 2 && <path class="lead" d={`M${4 + width} ${labelAt}L${30 + width} ${at}`} />}
      <path class="casing" d={`M${left} ${at}H${right}`} />
      <path
        class="core"
        d={`M${left} ${at}H${right}`}
        stroke={look.colour}
        stroke-dasharray={look.dash.join(' ') || 'none'}
      />
      <rect x={4} y={labelAt - 9} width={width} height={18} fill={look.colour} />
      <text x={10} y={labelAt + 4.5} fill={look.ink}>
        {name}
      </text>
    </g>
  );
}

/** At 13 px a Japanese letter is 13 wide, a Latin one about 7.5. */
function widthOf(text: string): number {
  return 12 + [...text].reduce((sum, letter) => sum + (letter > '\u2fff' ? 13 : 7.5), 0);
}

/** The same heights, moved up as far as they would be too near to the one below; given from the bottom up. */
function apart(at: readonly number[]): readonly number[] {
  let below = Number.POSITIVE_INFINITY;
  const moved = at.map((wanted) => {
    below = Math.min(wanted, below - leastApart);
    return below;
  });
  const over = Math.max(0, 12 - Math.min(12, ...moved));
  return moved.map((each) => each + over);
}
