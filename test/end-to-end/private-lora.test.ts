/** Three LoRa modems on pseudo-terminals, a gateway, a city OS: what the nodes send arrives, also after a power failure. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { demoConfig, demoSite } from '../../gateway/cli/demo/config.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { cayenneLpp } from '../../simulators/lorawan/cayenne-lpp.ts';
import { Random } from '../../simulators/random.ts';
import type { PrefixedNode } from '../../simulators/sensors/air-nodes.ts';
import { AT_MODEM_FAULTS } from '../../simulators/sensors/at-modem.ts';
import { simulateE220 } from '../../simulators/sensors/e220.ts';
import { simulateLoraE5 } from '../../simulators/sensors/lora-e5.ts';
import { simulateRak3172 } from '../../simulators/sensors/rak3172.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { scheduledBoard } from '../simulators/boards.ts';
import { feedCity, start } from './started.ts';

test('packets of all three are stored once each, and a RAK3172 that lost its power is heard again', async () => {
  const clock = new SystemClock('always');
  const folder = temporaryFolder();
  const city = await feedCity({ folder });
  const nodes: readonly PrefixedNode[] = [
    {
      prefix: '0b',
      kind: 'water-level',
      periodMs: 300,
      payload: () => cayenneLpp([{ channel: 1, type: 'distance', value: 1.234 }]),
      rssi: -80,
      snr: 8,
    },
  ];
  const options = { clock, random: new Random(1), nodes };
  const simulators = [
    simulateRak3172({ ...options, faults: scheduledBoard(AT_MODEM_FAULTS, [{ fault: 'power-cycle', atS: 2 }], clock) }),
    simulateLoraE5(options),
    simulateE220(options),
  ];
  const lines = await Promise.all(
    simulators.map(async (simulator) => ({
      simulator,
      wire: await openPty({ link: join(folder, simulator.type) }),
    })),
  );
  onTestFinished(async () => void (await Promise.all(lines.map(({ wire }) => wire.close()))));
  const level = { prefix: '0b', kind: 'water-level', map: [{ channel: 1, quantity: 'level' }] };
  const settings: Readonly<Record<string, object>> = {
    rak3172: { setUp: ['AT+P2P=922000000:10:125:0:8:13'] },
    'lora-e5': { setUp: ['AT+TEST=RFCFG,922,SF10,125,8,8,13,ON,OFF,OFF'] },
    // Prefix and one distance. Nothing but a silence would tell two packets apart that a stalled process reads at once.
    e220: { frameBytes: 7 },
  };
  const devices = lines.map(({ simulator: { type, sent }, wire: { path } }) => ({
    id: `gauge-${type}`,
    type,
    path,
    sent,
    settings: { ...level, ...settings[type] },
  }));
  const gateway = start(folder, demoConfig({ devices }, demoSite(city.url)));

  const stop = new AbortController();
  const running = lines.map(({ simulator, wire }) => simulator.run(wire, stop.signal));
  const stored = (id: string) => city.counts().get(id)?.get('water-level') ?? 0;
  await expect.poll(() => Math.min(...devices.map(({ id }) => stored(id))), { timeout: 30_000 }).toBeGreaterThan(15);
  stop.abort();
  await Promise.all(running);
  const missing = () =>
    devices.flatMap(({ id, sent, path }) => {
      const [was, is] = [sent.get('water-level') ?? 0, stored(id)];
      if (was === is) return [];
      const port = [...gateway.sources.activity.ports.values()].find((each) => each.path === path);
      const rubbish = JSON.stringify(Object.fromEntries(port?.rubbishByCode ?? []));
      return [`${id}: ${was} sent, ${is} stored, ${port?.readings} readings, rubbish ${rubbish}, port ${port?.state}`];
    });
  await expect.poll(missing, { timeout: 30_000 }).toEqual([]);
  expect(city.duplicates()).toBe(0);
}, 90_000);
