/** One device: how it is, its last reading, and its quantities since this page was opened, with the thresholds. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { unitOf } from '../../../../shared/reading.ts';
import { unitSign } from '../../../../shared/unit-signs.ts';
import type { DeviceStatus } from '../../../status/status.ts';
import { momentText, numberText, spanText, valueText } from '../format.ts';
import type { Series } from '../history.ts';
import { levelOf } from '../levels.ts';
import { say as sayMap } from '../map/titles-words.ts';
import { alarmName, quantityName } from '../names.ts';
import { Ago, Fact, LevelLine, Title } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { DeviceState } from '../today/devices.tsx';
import { quantitiesOf, Values } from '../values.tsx';
import { say } from '../words.ts';
import type { Plot } from './plot.ts';

/** Quantities that are plotted. */
const maxPlots = 8;
/** Readings of the table below a plot. */
const maxRows = 20;

export function Device({ id }: { readonly id: string }) {
  const language = useLanguage();
  const device = useLive(({ status }) => status?.devices[id]);
  const isKnown = useLive(({ status }) => status !== undefined);
  return (
    <>
      <p>
        <a class="touch" href={hrefOf({ page: 'today' })}>
          ← {say.today()[language]}
        </a>
      </p>
      <Title>{id}</Title>
      {device === undefined ? (
        <p>{(isKnown ? say.noDevice : say.opening)()[language]}</p>
      ) : (
        <Shown id={id} device={device} />
      )}
    </>
  );
}

function Shown({ id, device }: { readonly id: string; readonly device: DeviceStatus }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { last, place, type, port, readings, rubbish, expectedMs, thresholds } = device;
  const numeric = last === undefined ? [] : quantitiesOf(last).filter((name) => typeof last.values[name] === 'number');
  const plotted = numeric.filter((name) => !['lat', 'lon', 'ms'].includes(unitOf(device.units, name) ?? ''));
  return (
    <>
      {place?.name !== undefined && <p class="place">{place.name}</p>}
      <DeviceState device={device} />
      <section class="card">
        <h2>{say.lastReading()[language]}</h2>
        {last === undefined ? (
          <p>{say.noReading()[language]}</p>
        ) : (
          <>
            <p class="small">
              {momentText(last.observedAt, language)} · <Ago at={last.observedAt} />
            </p>
            <Values device={device} all />
          </>
        )}
      </section>
      {plotted.slice(0, maxPlots).map((quantity) => (
        <Quantity key={quantity} id={id} device={device} quantity={quantity} />
      ))}
      <section class="card">
        <h2>{say.details()[language]}</h2>
        <dl class="facts">
          <Fact name={say.type()}>{type}</Fact>
          <Fact name={say.port()}>{port}</Fact>
          <Fact name={say.readings()}>{numberText(readings)}</Fact>
          <Fact name={say.rubbish()}>{numberText(rubbish)}</Fact>
          <Fact name={say.mayBeQuiet()}>{(expectedMs === 0 ? say.forEver() : spanText(expectedMs))[language]}</Fact>
          {place?.lat !== undefined && place.lon !== undefined && (
            <Fact name={say.place()}>
              {valueText(place.lat, 'lat', language)}, {valueText(place.lon, 'lon', language)}{' '}
              <a class="touch" href={hrefOf({ page: 'map', about: id })}>
                {sayMap.onMap()[language]}
              </a>
            </Fact>
          )}
        </dl>
      </section>
      {thresholds.length > 0 && <Thresholds device={device} />}
      <p class="actions">
        <a class="touch" href={hrefOf({ page: 'sheet', about: id })}>
          {say.siteSheet()[language]}
        </a>
        {door.mayChange && (
          <a class="touch" href={hrefOf({ page: 'test', about: id })}>
            {say.test()[language]}
          </a>
        )}
      </p>
    </>
  );
}

function Quantity({
  id,
  device,
  quantity,
}: {
  readonly id: string;
  readonly device: DeviceStatus;
  readonly quantity: string;
}) {
  const language = useLanguage();
  const { live } = useSignedIn();
  const series = live.history.of(id, quantity);
  const thresholds = device.thresholds.filter((threshold) => threshold.quantity === quantity);
  const unit = unitSign(unitOf(device.units, quantity) ?? '');
  const name = quantityName(quantity)[language];
  return (
    <section class="card plotted">
      <h2>
        {name}
        {unit !== '' && <span class="unit"> {unit}</span>}
      </h2>
      {series === undefined ? (
        <p>{say.noReading()[language]}</p>
      ) : (
        <>
          <Drawing
            series={series}
            newest={series.at.at(-1)}
            thresholds={thresholds}
            label={summary(name, series, unit, language)}
          />
          <p class="small">{say.sinceOpened()[language]}</p>
          <details>
            <summary>{say.asTable()[language]}</summary>
            <table>
              <thead>
                <tr>
                  <th scope="col">{say.time()[language]}</th>
                  <th scope="col">{name}</th>
                </tr>
              </thead>
              <tbody>
                {newestFirst(series).map(([at, value, isDoubtful]) => (
                  <tr key={at}>
                    <td>{momentText(at, language)}</td>
                    <td>
                      {valueText(value, unitOf(device.units, quantity) ?? '', language)}
                      {isDoubtful && ' ?'}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
    </section>
  );
}

function summary(name: string, { values }: Series, unit: string, language: 'en' | 'ja'): string {
  const text = (value: number) => `${numberText(value)} ${unit}`.trim();
  const gaps = { name, count: values.length, low: text(Math.min(...values)), high: text(Math.max(...values)) };
  return say.plot({ ...gaps, last: text(values.at(-1) ?? 0) })[language];
}

function newestFirst({ at, values, isDoubtful }: Series): (readonly [number, number, boolean])[] {
  const rows = at.map((time, i) => [time, values[i] ?? 0, isDoubtful[i] ?? false] as const);
  return rows.slice(-maxRows).reverse();
}

interface DrawingOptions {
  readonly series: Series;
  readonly newest: number | undefined;
  readonly thresholds: DeviceStatus['thresholds'];
  readonly label: string;
}

/** The plot itself, made again when the language, the thresholds or the scheme of colours change. */
function Drawing({ series, newest, thresholds, label }: DrawingOptions) {
  const language = useLanguage();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const latest = useRef(series);
  latest.current = series;
  const isDark = useDark();
  const limits = JSON.stringify(thresholds);
  // By isDark too: the colours are read from the style sheet.
  useEffect(() => {
    let isWanted = true;
    void import('./plot.ts').then(({ drawPlot }) => {
      if (!isWanted || host.current === null) return;
      plot.current = drawPlot(host.current, { language, thresholds: JSON.parse(limits) });
      plot.current.show(latest.current);
    });
    return () => {
      isWanted = false;
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [language, limits, isDark]);
  // The series grows in place; its newest point tells that it has.
  useEffect(() => plot.current?.show(series), [series, newest]);
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

/** What the lines of the plots mean, the highest first. */
function Thresholds({ device: { thresholds, units, alarms } }: { readonly device: DeviceStatus }) {
  const language = useLanguage();
  const sorted = thresholds.toSorted((a, b) => b.raise - a.raise);
  return (
    <section class="card">
      <h2>{say.thresholds()[language]}</h2>
      <ul class="thresholds">
        {sorted.map(({ alarm, quantity, raise, clear }) => {
          const level = levelOf(alarm);
          const unit = unitOf(units, quantity) ?? '';
          return (
            <li key={`${alarm} ${quantity}`}>
              <LevelLine alarm={alarm} />
              <span>
                <strong>
                  {
                    (level === undefined ? alarmName(alarm) : say.levelAndName({ level, name: alarmName(alarm) }))[
                      language
                    ]
                  }
                </strong>{' '}
                {alarms.includes(alarm) && <span class="badge closed">▲ {say.stands()[language]}</span>}
                <br />
                {
                  say.raisedAndCleared({
                    quantity: quantityName(quantity),
                    raise: valueText(raise, unit, language),
                    clear: valueText(clear, unit, language),
                  })[language]
                }
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
