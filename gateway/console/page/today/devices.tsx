/** Every device: those that need somebody first. Only a card whose device has changed is drawn again. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { printable } from '../../../../shared/text.ts';
import type { DeviceStatus } from '../../../status/status.ts';
import { momentText } from '../format.ts';
import { byLevel } from '../levels.ts';
import { stateName } from '../names.ts';
import { Ago, AlarmBadge } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { Sparkline } from '../sparkline.tsx';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { mainQuantity, Values } from '../values.tsx';
import { say } from '../words.ts';

/** With more devices than this one wants to search. */
const searchFrom = 8;
/** More are found by searching. */
const maxCards = 500;
/** Drawn at once: more than a screen has room for. The rest follows in steps, so that a slow phone can be used meanwhile. */
const atOnce = 20;

export function Devices() {
  const language = useLanguage();
  const [wanted, setWanted] = useState('');
  const order = useLive(({ status }) => orderOf(status?.devices ?? {}));
  const ids = useMemo(() => (order === '' ? [] : order.split(' ')), [order]);
  const found = ids.filter((id) => id.toLowerCase().includes(wanted.trim().toLowerCase()));
  const drawn = useGrowing(Math.min(found.length, maxCards));
  return (
    <section aria-labelledby="devices">
      <h2 id="devices">
        {say.devices()[language]} <span class="count">{ids.length}</span>
      </h2>
      {ids.length === 0 && <p>{say.noDevices()[language]}</p>}
      {ids.length > searchFrom && (
        <label class="search">
          <span>{say.searchDevice()[language]}</span>
          <input type="search" value={wanted} onInput={({ currentTarget }) => setWanted(currentTarget.value)} />
        </label>
      )}
      <ul class="cards">
        {found.slice(0, drawn).map((id) => (
          <DeviceCard key={id} id={id} />
        ))}
      </ul>
      {found.length > maxCards && <p>{say.moreDevices({ count: found.length - maxCards })[language]}</p>}
    </section>
  );
}

/** Begins at `atOnce` and grows by as many, each time once the browser has drawn. */
function useGrowing(max: number): number {
  const [count, setCount] = useState(atOnce);
  useEffect(() => {
    if (count >= max) return;
    const next = setTimeout(() => setCount(count + atOnce), 0);
    return () => clearTimeout(next);
  }, [count, max]);
  return count;
}

/** Ids, separated by blanks, which no id has. */
function orderOf(devices: Readonly<Record<string, DeviceStatus>>): string {
  const ids = Object.keys(devices).toSorted();
  const needsSomebody = (id: string) => devices[id] !== undefined && isInTrouble(devices[id]);
  return [...ids.filter(needsSomebody), ...ids.filter((id) => !needsSomebody(id))].join(' ');
}

function isInTrouble({ state, alarms, faultsInARow, deaf }: DeviceStatus): boolean {
  return state === 'silent' || alarms.length > 0 || faultsInARow >= 2 || deaf !== undefined;
}

function DeviceCard({ id }: { readonly id: string }) {
  const language = useLanguage();
  const { live } = useSignedIn();
  const device = useLive(({ status }) => status?.devices[id]);
  if (device === undefined) return null;
  const { last, place } = device;
  const main = last && mainQuantity(last);
  return (
    <li class={isInTrouble(device) ? 'card device trouble' : 'card device'}>
      <h3>
        <a href={hrefOf({ page: 'device', about: id })}>{id}</a>
        {place?.name !== undefined && <span class="place">{printable(place.name)}</span>}
      </h3>
      <DeviceState device={device} />
      <Values device={device} />
      {main !== undefined && <Sparkline series={live.history.of(id, main)} />}
      {last === undefined ? (
        <p class="small">{say.noReading()[language]}</p>
      ) : (
        <p class="small">
          {say.observed()[language]} <Ago at={last.observedAt} />
        </p>
      )}
    </li>
  );
}

const MARKS = { reporting: '●', waiting: '○', silent: '✕', maintenance: '⏸' };

/** How it is, in a sign and a word, and its alarms. */
export function DeviceState({ device }: { readonly device: DeviceStatus }) {
  const language = useLanguage();
  const { state, alarms, maintenanceUntil, faultsInARow, lastFault, deaf } = device;
  return (
    <p class="states">
      <span class={`badge ${state}`}>
        <span aria-hidden="true">{MARKS[state]} </span>
        {
          (maintenanceUntil === undefined
            ? stateName(state)
            : say.maintenanceUntil({ time: momentText(maintenanceUntil, language) }))[language]
        }
      </span>
      {alarms
        .toSorted(byLevel)
        .map((alarm) => (alarm === 'silent' && state === 'silent' ? null : <AlarmBadge key={alarm} alarm={alarm} />))}
      {faultsInARow >= 2 && lastFault !== undefined && <span class="fault">{lastFault.text[language]}</span>}
      {deaf !== undefined && <span class="fault">{deaf[language]}</span>}
    </p>
  );
}
