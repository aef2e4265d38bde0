/** One quantity of a device over the chosen time: its plot with the thresholds, a table of the newest, and a file. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { HistoryAnswer } from '../../../../shared/history-answer.ts';
import { unitOf } from '../../../../shared/reading.ts';
import type { Language } from '../../../../shared/text.ts';
import { unitSign } from '../../../../shared/unit-signs.ts';
import type { DeviceStatus } from '../../../status/status.ts';
import { momentText, numberText, spanText, valueText } from '../format.ts';
import { quantityName } from '../names.ts';
import { fileMoment, offer } from '../offer.ts';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { say } from '../words.ts';
import { type Course, courseOf, csvOf, gapOf, type PlotWindow } from './past.ts';
import type { Plot } from './plot.ts';
import { say as own } from './words.ts';

/** Readings of the table below a plot. */
const maxRows = 20;

interface QuantityOptions {
  readonly id: string;
  readonly device: DeviceStatus;
  readonly quantity: string;
  /** What was before; undefined while it is asked for, and if there is nothing to ask. */
  readonly told: HistoryAnswer | undefined;
  readonly rangeMs: number;
}

export function Quantity({ id, device, quantity, told, rangeMs }: QuantityOptions) {
  const language = useLanguage();
  const { live } = useSignedIn();
  const now = Math.max(live.now, device.last?.observedAt ?? 0);
  const course = courseOf(told, quantity, live.history.of(id, quantity), now - rangeMs);
  const thresholds = device.thresholds.filter((threshold) => threshold.quantity === quantity);
  const unit = unitOf(device.units, quantity) ?? '';
  const name = quantityName(quantity)[language];
  const bucketMs = told?.bucketMs ?? 0;
  const isTogether = course.low.some((low, i) => low !== course.high[i]);
  return (
    <section class="card plotted">
      <h2>
        {name}
        {unitSign(unit) !== '' && <span class="unit"> {unitSign(unit)}</span>}
      </h2>
      {course.at.length === 0 ? (
        <p>{own.nothing()[language]}</p>
      ) : (
        <>
          <Drawing
            course={course}
            window={{ from: now - rangeMs, to: now, gapMs: gapOf(course.at, device.expectedMs, bucketMs) }}
            thresholds={thresholds}
            label={summary(name, course, unitSign(unit), language)}
          />
          {isTogether && <p class="small">{own.together({ span: spanText(bucketMs) })[language]}</p>}
          <details>
            <summary>{say.asTable()[language]}</summary>
            <Table course={course} name={name} unit={unit} isTogether={isTogether} />
          </details>
          <button type="button" onClick={() => save(course, id, quantity, unit)}>
            {say.saveCsv()[language]}
          </button>
        </>
      )}
    </section>
  );
}

function save(course: Course, id: string, quantity: string, unit: string): void {
  const file = new Blob([csvOf(course, quantity, unit)], { type: 'text/csv' });
  offer(file, `${id}-${quantity.replace(/[^A-Za-z0-9_-]/g, '_')}-${fileMoment()}.csv`);
}

function summary(name: string, { values, low, high }: Course, unit: string, language: Language): string {
  const text = (value: number) => `${numberText(value)} ${unit}`.trim();
  const gaps = { name, count: values.length, low: text(Math.min(...low)), high: text(Math.max(...high)) };
  return say.plot({ ...gaps, last: text(values.at(-1) ?? 0) })[language];
}

interface TableOptions {
  readonly course: Course;
  readonly name: string;
  readonly unit: string;
  readonly isTogether: boolean;
}

/** The newest first. */
function Table({ course, name, unit, isTogether }: TableOptions) {
  const language = useLanguage();
  const { at, values, low, high, isDoubtful } = course;
  const places = at.map((_, i) => i).slice(-maxRows);
  const text = (value: number | undefined) => valueText(value ?? Number.NaN, unit, language);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{say.time()[language]}</th>
          {isTogether && <th scope="col">{own.least()[language]}</th>}
          {isTogether && <th scope="col">{own.greatest()[language]}</th>}
          <th scope="col">{isTogether ? own.mean()[language] : name}</th>
        </tr>
      </thead>
      <tbody>
        {places.reverse().map((i) => (
          <tr key={at[i]}>
            <td>{momentText(at[i] ?? 0, language)}</td>
            {isTogether && <td>{text(low[i])}</td>}
            {isTogether && <td>{text(high[i])}</td>}
            <td>
              {text(values[i])}
              {isDoubtful[i] === true && ` ? ${own.doubtful()[language]}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DrawingOptions {
  readonly course: Course;
  readonly window: PlotWindow;
  readonly thresholds: DeviceStatus['thresholds'];
  readonly label: string;
}

/** The plot itself, made again when the language, the thresholds or the scheme of colours change. */
function Drawing({ course, window, thresholds, label }: DrawingOptions) {
  const language = useLanguage();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const latest = useRef({ course, window });
  latest.current = { course, window };
  const isDark = useDark();
  const limits = JSON.stringify(thresholds);
  // By isDark too: the colours are read from the style sheet.
  useEffect(() => {
    let isWanted = true;
    void import('./plot.ts').then(({ drawPlot }) => {
      if (!isWanted || host.current === null) return;
      plot.current = drawPlot(host.current, { language, thresholds: JSON.parse(limits) });
      plot.current.show(latest.current.course, latest.current.window);
    });
    return () => {
      isWanted = false;
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [language, limits, isDark]);
  // Whenever the device is drawn again: something has come, or another time was chosen.
  useEffect(() => plot.current?.show(course, window));
  return <div class="plot" role="img" aria-label={label} ref={host} />;
}

function useDark(): boolean {
  const [isDark, setIsDark] = useState(matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const turn = () => setIsDark(query.matches);
    query.addEventListener('change', turn);
    return () => query.removeEventListener('change', turn);
  }, []);
  return isDark;
}
