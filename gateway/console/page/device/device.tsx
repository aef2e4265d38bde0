/** One device: how it is, its last reading, and how its quantities went, with the thresholds. */
import { unitOf } from '../../../../shared/reading.ts';
import { printable } from '../../../../shared/text.ts';
import type { DeviceStatus } from '../../../status/status.ts';
import { momentText, numberText, placeText, spanText, valueText } from '../format.ts';
import { say as sayMap } from '../map/titles-words.ts';
import { quantityName, thresholdName } from '../names.ts';
import { Ago, Fact, LevelLine, Title } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { DeviceState } from '../today/devices.tsx';
import { quantitiesOf, Values } from '../values.tsx';
import { say } from '../words.ts';
import { Plots } from './plots.tsx';

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
      {place?.name !== undefined && <p class="place">{printable(place.name)}</p>}
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
      <Plots id={id} device={device} quantities={plotted} />
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
              {placeText({ lat: place.lat, lon: place.lon }, language)}{' '}
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

/** What the lines of the plots mean, the highest first. */
function Thresholds({ device: { thresholds, units, alarms } }: { readonly device: DeviceStatus }) {
  const language = useLanguage();
  const sorted = thresholds.toSorted((a, b) => b.raise - a.raise);
  return (
    <section class="card">
      <h2>{say.thresholds()[language]}</h2>
      <ul class="thresholds">
        {sorted.map(({ alarm, quantity, raise, clear }) => {
          const unit = unitOf(units, quantity) ?? '';
          return (
            <li key={`${alarm} ${quantity}`}>
              <LevelLine alarm={alarm} />
              <span>
                <strong>{thresholdName(alarm)[language]}</strong>{' '}
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
