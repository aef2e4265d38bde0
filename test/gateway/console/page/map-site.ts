/** A hub by the river with a map: its own devices in every state, a plow that drives, and a city of other gateways. */
import type { ControlSources } from '../../../../gateway/control/actions.ts';
import { mapSight } from '../../../../gateway/map/map-sight.ts';
import type { DeviceDescription } from '../../../../shared/feed/birth.ts';
import type { Origin } from '../../../../shared/feed/topics.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { AT, site } from './site.ts';

const TOYAMA: Origin = { tenant: 'toyama', gateway: 'gateway-07' };
const TAKAMATSU: Origin = { tenant: 'takamatsu', gateway: 'gateway-01' };

const described = (id: string, lat: number, lon: number, more: Partial<DeviceDescription> = {}): DeviceDescription => ({
  id,
  type: 'line',
  kinds: [],
  units: { level: 'm' },
  place: { lat, lon, name: `${id} の場所` },
  ...more,
});

const perGateway = 5_000;

/** With so many more gauges in the city, of gateways of their own. */
export function mapSite(more = 0) {
  const gateway = site();
  const { clock } = gateway.rig;
  const grid = Math.ceil(Math.sqrt(more)) || 1;
  const births = new Map<string, readonly DeviceDescription[]>([
    [
      TOYAMA.tenant,
      [
        described('gauge-jinzu', 36.7, 137.21, {
          thresholds: [{ alarm: '氾濫危険水位', quantity: 'level', raise: 3, clear: 2.8 }],
        }),
        described('counter-ekimae', 36.7012, 137.2135, { kinds: ['people-count'] }),
        described('shelter-chuo', 36.695, 137.205),
        described('detector-01', 36.69, 137.22, { kinds: ['sighting'] }),
      ],
    ],
    [TAKAMATSU.tenant, [described('tide-01', 34.35, 134.05)]],
  ]);
  const districts = Array.from({ length: Math.ceil(more / perGateway) }, (_, n): Origin => {
    const devices = Array.from({ length: Math.min(perGateway, more - n * perGateway) }, (_, i) => {
      const at = n * perGateway + i;
      return described(`gauge-${at}`, 36.6 + (at % grid) / 400, 137.1 + Math.floor(at / grid) / 400, {
        kinds: ['water-level'],
      });
    });
    births.set(`district-${n}`, devices);
    return { tenant: `district-${n}`, gateway: 'gateway-01' };
  });
  const devicesOf = ({ tenant }: Origin) => births.get(tenant) ?? [];
  const map = mapSight({
    clock,
    devices: gateway.status.devices,
    others: {
      births: [TOYAMA, TAKAMATSU, ...districts],
      devicesOf,
      describe: (id, origin) => devicesOf(origin).find((device) => device.id === id),
      alarmsOf: () => [],
    },
  });
  const control: ControlSources = { ...gateway.control, map };
  const from =
    (origin: Origin) =>
    (kind: Reading['kind'], device: string, values: object, more: object = {}) =>
      map.city?.sent(origin, [{ kind, device, observedAt: AT - 5_000, values, ...more } as Reading]); // as the tests write it
  const toyama = from(TOYAMA);
  return {
    ...gateway,
    control,
    map,
    toyama,
    /** Something of everything. */
    fill(): void {
      toyama('water-level', 'gauge-jinzu', { level: 3.2 });
      const alarm = { alarm: '氾濫危険水位', state: 'raised', quantity: 'level', value: 3.2, limit: 3 };
      toyama('alarm', 'gauge-jinzu', alarm);
      toyama('people-count', 'counter-ekimae', { entered: 12, left: 9 });
      toyama('status', 'shelter-chuo', { shelter: 'open' });
      toyama('sighting', 'detector-01', { tag: 'child-7', count: 1, firstAt: AT, lastAt: AT, rssi: -60 });
      from(TAKAMATSU)('water-level', 'tide-01', { level: 0.4 }, { quality: 'uncertain' });
      for (let i = 0; i < 20; i++) this.drive(i);
    },
    /** The plow goes on, 20 s each. */
    drive(i: number): void {
      const values = { lat: 36.705 + i * 0.0008, lon: 137.2 + Math.sin(i / 3) * 0.004 };
      toyama('position', 'plow-01', values, { observedAt: AT - 400_000 + i * 20_000 });
    },
  };
}
