/** Three LoRa modems on pseudo-terminals, a gateway, a city OS: what the nodes send arrives, also after a power failure. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoConfig, demoSite } from '../../gateway/cli/demo/config.ts';
import { readConfigFile } from '../../gateway/config/config.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { type Gateway, startGateway } from '../../gateway/run.ts';
import { type CityOs, openCityOs } from '../../simulators/city-os/city-os.ts';
import { cayenneLpp } from '../../simulators/lorawan/cayenne-lpp.ts';
import { Random } from '../../simulators/random.ts';
import type { PrefixedNode } from '../../simulators/sensors/air-nodes.ts';
import { AT_MODEM_FAULTS } from '../../simulators/sensors/at-modem.ts';
import { simulateE220 } from '../../simulators/sensors/e220.ts';
import { simulateLoraE5 } from '../../simulators/sensors/lora-e5.ts';
import { simulateRak3172 } from '../../simulators/sensors/rak3172.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import type { Wire } from '../../simulators/wires/wire.ts';
import { scheduledBoard } from '../simulators/boards.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let directory: string;
let cityOs: CityOs;
let gateway: Gateway;
let wires: readonly Wire[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'machimori-private-lora-'));
  cityOs = await openCityOs({ file: join(directory, 'city-os.sqlite') });
});

afterEach(async () => {
  await gateway.stop();
  await Promise.all(wires.map((wire) => wire.close()));
  await cityOs.close();
  rmSync(directory, { recursive: true, force: true });
});

test('packets of all three are stored once each, and a RAK3172 that lost its power is heard again', async () => {
  const clock = new SystemClock('always');
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
      wire: await openPty({ link: join(directory, simulator.type) }),
    })),
  );
  wires = lines.map(({ wire }) => wire);
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
  const file = join(directory, 'gateway.toml');
  writeFileSync(file, demoConfig({ devices }, demoSite(cityOs.url)));
  const config = readConfigFile(file);
  if (!config.ok) throw new Error(config.faults.map(({ what }) => what.en).join('\n'));
  gateway = startGateway({ config: config.config, log: quiet, version: 'test' });

  const stop = new AbortController();
  const running = lines.map(({ simulator, wire }) => simulator.run(wire, stop.signal));
  const stored = (id: string) => cityOs.store.countByDevice().get(id)?.get('water-level') ?? 0;
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
  expect(cityOs.store.duplicates()).toBe(0);
}, 90_000);
