/** How a LoRaWAN device is heard from where it hangs: the uplinks of its walking test, by station. */
import type { UplinkTest } from '../../../lorawan/recent-uplinks.ts';
import { useAnswer } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { say } from './sheet-words.ts';
import { type Heard, surveyOf } from './survey-of.ts';

export function Survey({ device }: { readonly device: string }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { answer } = useAnswer(() => door.json<UplinkTest>('uplinks', { device }), device);
  const uplinks = answer?.uplinks ?? [];
  if (uplinks.length === 0) return <p>{say.noSurvey()[language]}</p>;
  return (
    <table>
      <caption>{say.surveyed({ count: uplinks.length })[language]}</caption>
      <thead>
        <tr>
          <th scope="col">{say.station()[language]}</th>
          <th scope="col">{say.heard()[language]}</th>
          <th scope="col">RSSI</th>
          <th scope="col">SNR</th>
        </tr>
      </thead>
      <tbody>
        {surveyOf(uplinks).map(({ station, count, rssi, snr }) => (
          <tr key={station}>
            <th scope="row">{station}</th>
            <td>
              {count}/{uplinks.length}
            </td>
            <td>{rangeText(rssi, 'dBm')}</td>
            <td>{rangeText(snr, 'dB')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function rangeText(range: Heard['snr'], unit: string): string {
  if (range === undefined) return '–';
  const [low, high] = range;
  return low === high ? `${low} ${unit}` : `${low} … ${high} ${unit}`;
}
