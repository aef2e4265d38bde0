/** Each modem's decoder against its simulator, which share no code, on a virtual clock. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { DEVICE_TYPES } from '../../../devices/catalogue.ts';
import type { DeviceType, Step } from '../../../devices/device-type.ts';
import { cayenneLpp } from '../../../simulators/lorawan/cayenne-lpp.ts';
import { Random } from '../../../simulators/random.ts';
import type { PrefixedNode, PrivateLoraModem, PrivateLoraOptions } from '../../../simulators/sensors/air-nodes.ts';
import { AT_MODEM_FAULTS } from '../../../simulators/sensors/at-modem.ts';
import { simulateE220 } from '../../../simulators/sensors/e220.ts';
import { simulateLoraE5 } from '../../../simulators/sensors/lora-e5.ts';
import { simulateRak3172 } from '../../../simulators/sensors/rak3172.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { scheduledBoard } from '../../simulators/boards.ts';
import { MemoryWire } from '../../simulators/wires/memory-wire.ts';

const TICK_MS = 50;
const HOUR_MS = 3_600_000;

const NODES: readonly PrefixedNode[] = ['0b', '0c'].map((prefix, i) => ({
  prefix,
  kind: 'measurement',
  periodMs: 7_000 + 50 * i,
  payload: (seconds) => cayenneLpp([{ channel: 1, type: 'distance', value: seconds / 1000 }]),
  rssi: -80 - 10 * i,
  snr: 8,
}));

interface Rig {
  readonly clock: VirtualClock;
  readonly simulator: PrivateLoraModem;
  readonly readings: Map<string, number>;
  readonly codes: string[];
}

async function run(
  simulate: (options: PrivateLoraOptions) => PrivateLoraModem,
  { options, powerCyclesAtS, forMs }: { options: object; powerCyclesAtS: readonly number[]; forMs: number },
): Promise<Rig> {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const faults = scheduledBoard(
    AT_MODEM_FAULTS,
    powerCyclesAtS.map((atS) => ({ fault: 'power-cycle', atS })),
    clock,
  );
  const simulator = simulate({ clock, random: new Random(3), nodes: NODES, faults });
  const type = DEVICE_TYPES.find(({ name }) => name === simulator.type) as DeviceType; // or the test fails
  const devices = NODES.map(({ prefix }) => ({ id: prefix, options: v.parse(type.options, { prefix, ...options }) }));
  const framer = type.framer(devices, { transport: 'serial' });
  const decoder = type.decoder(devices, { transport: 'serial' });
  const readings = new Map<string, number>();
  const codes: string[] = [];
  const take = (step: Step | undefined) => {
    for (const { device } of step?.readings ?? []) readings.set(device, (readings.get(device) ?? 0) + 1);
    codes.push(...(step?.rubbish ?? []).map(({ code }) => code));
    for (const bytes of step?.write ?? []) wire.hear(bytes);
  };
  const readWire = () => {
    for (const bytes of wire.frames.splice(0)) {
      for (const frame of framer.push(bytes)) take(frame.ok ? decoder.decode(frame.bytes, clock.moment()) : {});
    }
  };
  const stop = new AbortController();
  const running = simulator.run(wire, stop.signal);
  take(decoder.opened?.(clock.moment()));
  for (let elapsedMs = 0; elapsedMs < forMs; elapsedMs += TICK_MS) {
    readWire();
    if (clock.moment().monotonic >= (decoder.dueAt?.() ?? Number.POSITIVE_INFINITY))
      take(decoder.due?.(clock.moment()));
    await clock.advance(TICK_MS);
  }
  stop.abort();
  await running;
  readWire();
  take(decoder.end?.(clock.moment()));
  return { clock, simulator, readings, codes };
}

const counted = ({ simulator }: Rig) => NODES.map(({ prefix }) => simulator.sentBy(prefix).get('measurement'));

test.each([
  ['rak3172', simulateRak3172, { setUp: ['AT+P2P=922000000:10:125:0:8:13'] }],
  [
    'rak3172 with two lines',
    (options: PrivateLoraOptions) => simulateRak3172({ ...options, form: 'two-lines' }),
    { setUp: [] },
  ],
  ['lora-e5', simulateLoraE5, { setUp: ['AT+TEST=RFCFG,922,SF10,125,8,8,13,ON,OFF,OFF'] }],
  ['e220', simulateE220, {}],
] as const)(
  '%s: each packet that the modem heard is read once, and none after a power failure is long missed',
  async (_, simulate, options) => {
    const rig = await run(simulate, { options, powerCyclesAtS: [600, 1_200, 1_207, 3_000], forMs: HOUR_MS });
    expect(NODES.map(({ prefix }) => rig.readings.get(prefix))).toEqual(counted(rig));
    // A modem that starts while it is being set up answers both set-ups.
    expect(rig.codes.filter((code) => code !== 'unexpected')).toEqual([]);
    // Of 515 an hour the E220 misses those that meet on the air, and a power failure costs those of half a minute.
    for (const heard of counted(rig)) expect(heard).toBeGreaterThan(480);
  },
  30_000,
);
