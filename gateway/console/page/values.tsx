/** What a device last observed: each value in words, with its unit, and why to doubt it. */
import { isDoubtful, type Reading, unitOf } from '../../../shared/reading.ts';
import type { DeviceStatus } from '../../status/status.ts';
import { valueText } from './format.ts';
import { qualityName, quantityName } from './names.ts';
import { useLanguage } from './surroundings.tsx';

/** A reading may have 256; who wants more than these looks at the device. */
const maxShown = 6;
/** What says more of the radio or the box than of the world goes last. */
const ASIDE = ['battery', 'rssi', 'rssiMean', 'snr', 'firstAt', 'lastAt', 'hdop', 'satellites', 'fix'];

export function quantitiesOf({ values }: Pick<Reading, 'values'>): readonly string[] {
  const all = Object.keys(values);
  return [...all.filter((name) => !ASIDE.includes(name)), ...all.filter((name) => ASIDE.includes(name))];
}

/** The quantity that a small plot shows; undefined if there is no number. */
export function mainQuantity({ values }: Pick<Reading, 'values'>): string | undefined {
  const numeric = quantitiesOf({ values }).filter((name) => typeof values[name] === 'number');
  return numeric.find((name) => name !== 'lat' && name !== 'lon') ?? numeric[0];
}

export function Values({ device, all = false }: { readonly device: DeviceStatus; readonly all?: boolean }) {
  const language = useLanguage();
  const { last, units } = device;
  if (last === undefined) return null;
  const present = quantitiesOf(last);
  const missing = (last.doubtful ?? []).filter((quantity) => !Object.hasOwn(last.values, quantity));
  const names = [...present, ...missing].slice(0, all ? undefined : maxShown);
  const hasDoubt = last.quality !== undefined;
  return (
    <dl class="values">
      {names.map((name) => {
        const value = last.values[name] ?? undefined; // what is not a number is null in JSON
        const isInDoubt = hasDoubt && isDoubtful(last, name);
        return (
          <div key={name} class={isInDoubt ? 'doubtful' : ''}>
            <dt>{quantityName(name)[language]}</dt>
            <dd>
              {value === undefined ? '–' : valueText(value, unitOf(units, name) ?? '', language)}
              {isInDoubt && <span class="doubt"> ? {qualityName(last.quality ?? '')[language]}</span>}
            </dd>
          </div>
        );
      })}
      {last.quality === 'clock-unsynchronised' && (
        <div class="doubtful">
          <dt class="unseen">{qualityName(last.quality)[language]}</dt>
          <dd class="doubt">? {qualityName(last.quality)[language]}</dd>
        </div>
      )}
    </dl>
  );
}
