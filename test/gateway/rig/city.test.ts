import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import type { City } from '../../../gateway/rig/city.ts';
import { type GatewayHere, startHere } from '../../../gateway/rig/gateway-here.ts';
import { tomlOf } from '../../../gateway/rig/library.ts';
import { type CityKind, openCity } from '../../../gateway/rig/open-city.ts';
import { until } from '../../../gateway/rig/until.ts';
import { levels } from '../buffer/buffer-rig.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const clock = new SystemClock('always');
const origin = { tenant: 'toyama', gateway: 'gateway-01' };
const maxMs = 20_000;

/** A gateway whose device is never heard: its readings are put into the buffer. */
async function gatewayBefore(city: City, folder: string): Promise<GatewayHere> {
  const gateway = startHere({
    folder,
    config: tomlOf({
      gateway: { id: origin.gateway, tenant: origin.tenant },
      buffer: { batchAge: '50ms' },
      clock: { synchronised: 'always' },
      status: { enabled: false },
      port: [{ name: 'line', type: 'tcp', address: '127.0.0.1:9' }],
      device: [
        {
          ...{ id: 'gauge-01', type: 'line', port: 'line', place: { lat: 36.7, lon: 137.2 } },
          profile: { format: 'json', kind: 'water-level', fields: [{ from: 'level', quantity: 'level' }] },
        },
      ],
      destination: [city.destination({ ...origin, folder })],
    }),
  });
  onTestFinished(() => gateway.stop());
  return gateway;
}

async function opened(kind: CityKind, folder: string): Promise<City> {
  const city = await openCity({ kind, folder: join(folder, 'city') });
  onTestFinished(() => city.close());
  return city;
}

test.each(['feed', 'hub'] as const)(
  'what a gateway sends to a %s is counted once, also after an outage',
  async (kind) => {
    const folder = temporaryFolder();
    const city = await opened(kind, folder);
    const gateway = await gatewayBefore(city, folder);
    const arrived = (n: number) =>
      until(() => city.counts(origin.gateway).get('gauge-01')?.get('water-level') === n, {
        ...{ clock, withinMs: maxMs, what: `${n} readings are stored` },
        seen: () => city.counts(),
      });
    await gateway.buffer.append(levels(1, 5));
    await arrived(5);
    await city.cutOff();
    await gateway.buffer.append(levels(6, 10));
    await city.comeBack();
    await arrived(10);
    await gateway.drained(maxMs);
    expect(await gateway.isDrained()).toBe(true);
    expect([city.duplicates(), city.missing()]).toEqual([0, 0]);
    expect(city.counts('another').size).toBe(0);
    const stored = [...city.readings()];
    expect(stored.map(({ values }) => values.level)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(stored[0]).toMatchObject({
      ...origin,
      device: 'gauge-01',
      kind: 'water-level',
      observedAt: expect.any(Number),
    });
    expect(stored.every(({ receivedAt }) => receivedAt > Date.now() - 120_000)).toBe(true);
  },
  60_000,
);

test.each(['ngsi-v2', 'ngsi-ld'] as const)(
  'what a gateway tells a context broker of %s is seen write by write',
  async (kind) => {
    const folder = temporaryFolder();
    const city = await opened(kind, folder);
    const gateway = await gatewayBefore(city, folder);
    const [reading] = levels(1, 1);
    await gateway.buffer.append([...levels(1, 1)]);
    await until(() => [...city.readings()].length === 2, { clock, withinMs: maxMs, what: 'two entities are written' });
    const [written] = city.readings();
    expect(written).toMatchObject({ ...origin, device: 'gauge-01', observedAt: reading?.observedAt });
    expect(Object.values(written?.values ?? {})).toContain(1);
    expect([...city.counts().keys()]).toEqual(['gauge-01']);
    expect([...(city.counts(origin.gateway).get('gauge-01')?.keys() ?? [])]).toEqual([
      'FloodMonitoring',
      'WaterObserved',
    ]);
    expect([city.duplicates(), city.missing()]).toEqual([0, 0]);
    await gateway.stop();
    await city.close();
    const again = await opened(kind, folder);
    expect([...again.readings()]).toHaveLength(2);
    expect(again.counts()).toEqual(city.counts());
  },
  60_000,
);
