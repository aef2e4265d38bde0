/** What is known of the device that was chosen. */
import { useEffect, useRef } from 'preact/hooks';
import { isDoubtful, unitOf } from '../../../../shared/reading.ts';
import { foreign } from '../../../../shared/text.ts';
import { momentText, valueText } from '../format.ts';
import { byLevel } from '../levels.ts';
import { alarmName, qualityName, quantityName } from '../names.ts';
import { Ago, AlarmBadge } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { useLanguage } from '../surroundings.tsx';
import { quantitiesOf } from '../values.tsx';
import { say as sayPage } from '../words.ts';
import { markName } from './images.ts';
import { Sign } from './legend.tsx';
import { spotKindName, spotKindSign, spotStateName, valueName, valueWords } from './spot-texts.ts';
import type { Observed, Spot } from './spots.ts';
import { say } from './words.ts';

const maxValues = 12;

export function SpotCard({ spot, close }: { readonly spot: Spot; readonly close: () => void }) {
  const language = useLanguage();
  const { tenant, gateway, device, name, place, alarms, readings, units, thresholds, heardAt, isOwn } = spot;
  const [main] = readings;
  const heading = useRef<HTMLHeadingElement>(null);
  // On a phone both are far above the list: the map, and below it what is said.
  useEffect(() => {
    heading.current?.closest('.map-page')?.querySelector('.ground')?.scrollIntoView({ block: 'nearest' });
    heading.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <section class="card spot" aria-label={say.chosen()[language]}>
      <h2 ref={heading}>
        <SpotSign spot={spot} /> {device}
      </h2>
      {name !== undefined && <p class="place">{foreign(name)[language]}</p>}
      {!isOwn && <p class="small">{say.atGateway({ gateway, tenant })[language]}</p>}
      <p class="states">
        <SpotState spot={spot} />
        {alarms.toSorted(byLevel).map((alarm) => (
          <AlarmBadge key={alarm} alarm={alarm} />
        ))}
      </p>
      {spot.isGatewaySilent && <p class="why">{say.gatewaySilent()[language]}</p>}
      {main === undefined ? (
        <p class="small">
          {heardAt === undefined ? sayPage.noReading()[language] : sayPage.heard()[language]}{' '}
          {heardAt !== undefined && <Ago at={heardAt} />}
        </p>
      ) : (
        readings.map((reading) => <ReadingValues key={reading.kind} reading={reading} units={units} />)
      )}
      {thresholds.length > 0 && (
        <ul class="small">
          {thresholds
            .toSorted((a, b) => b.raise - a.raise)
            .map(({ alarm, quantity, raise }) => (
              <li key={`${alarm} ${quantity}`}>
                {alarmName(alarm)[language]} – {quantityName(quantity)[language]}{' '}
                {valueText(raise, unitOf(units, quantity) ?? '', language)}
              </li>
            ))}
        </ul>
      )}
      {place === undefined && <p class="small">{say.noPlace()[language]}</p>}
      <div class="actions">
        {isOwn && spot.kind !== 'station' && (
          <a class="touch" href={hrefOf({ page: 'device', about: device })}>
            {say.openDevice()[language]}
          </a>
        )}
        <button type="button" onClick={close}>
          {sayPage.close()[language]}
        </button>
      </div>
    </section>
  );
}

function ReadingValues({ reading, units }: { readonly reading: Observed; readonly units: Spot['units'] }) {
  const language = useLanguage();
  const { observedAt, quality, values } = reading;
  return (
    <>
      <p class="small">
        {momentText(observedAt, language)} · <Ago at={observedAt} />
        {quality !== undefined && <span class="doubt"> ? {qualityName(quality)[language]}</span>}
      </p>
      <dl class="values">
        {quantitiesOf(reading)
          .slice(0, maxValues)
          .map((quantity) => (
            <div key={quantity} class={isDoubtful(reading, quantity) ? 'doubtful' : ''}>
              <dt>{valueName(quantity)[language]}</dt>
              <dd>
                {valueWords(quantity, values[quantity], unitOf(units, quantity) ?? '', language)}
                {isDoubtful(reading, quantity) && ' ?'}
              </dd>
            </div>
          ))}
      </dl>
    </>
  );
}

/** Its mark, as it stands on the map. */
export function SpotSign({ spot: { state, level, kind } }: { readonly spot: Spot }) {
  const language = useLanguage();
  return <Sign name={markName(state, level, spotKindSign(kind)[language])} />;
}

export function SpotState({ spot: { state, level, kind } }: { readonly spot: Spot }) {
  const language = useLanguage();
  return (
    <span>
      {spotKindName(kind)[language]} ·{' '}
      <strong>{(level === undefined ? spotStateName(state) : say.alarmLevel({ level }))[language]}</strong>
    </span>
  );
}
