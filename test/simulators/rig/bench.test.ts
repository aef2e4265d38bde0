/** The same plan says the same bytes: on any wire, whoever listens, however late the machine is. */
import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import { closeSerial, openSerial } from '../../../gateway/ports/serial.ts';
import { openWire } from '../../../gateway/rig/wires.ts';
import { FaultBoard } from '../../../simulators/fault-board.ts';
import { type Bench, openBench } from '../../../simulators/rig/bench.ts';
import { RIG_KINDS } from '../../../simulators/rig/catalogue.ts';
import { keepPace } from '../../../simulators/rig/pace.ts';
import type { RigPlan } from '../../../simulators/rig/plan.ts';
import { Timeline } from '../../../simulators/rig/timeline.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import type { Wire } from '../../../simulators/wires/wire.ts';
import { temporaryFolder } from '../../gateway/temporary-folder.ts';
import { MemoryWire } from '../wires/memory-wire.ts';
import { planOf } from './plans.ts';

/** A device of each kind that sends without being asked or set up. */
const UNASKED: Readonly<Record<string, string>> = {
  maxbotix: 'level = { is = "flood", noise = 0.01 }',
  nmea: 'hz = 5\nzda = true',
  'people-counter': 'entered = { is = "crowd", per-minute = 600 }',
  line: 'field = [{ quantity = "t", value = { is = "wave", around = 2, height = 5, period = "3s", noise = 0.3 } }]',
  'beacon-box':
    'window = "1s"\nformat = "ruuvi-gateway"\n[[device.tag]]\nname = "child"\nid = "ibeacon:00112233445566778899aabbccddeeff/1/2"\ndistance = 3',
  rylr: 'address = 7\nperiod = "300ms"\nchannel = [{ channel = 1, type = "temperature", quantity = "t", value = 21 }]',
  e220: 'prefix = "a1"\nperiod = "400ms"\nchannel = [{ channel = 1, type = "temperature", quantity = "t", value = 21 }]',
};

/** What the others say depends on who listens: see bench.ts. */
const ASKED: Readonly<Record<string, string>> = {
  'modbus-level': 'polled',
  'modbus-counter': 'polled',
  'modbus-registers': 'polled',
  'ble-hci': 'must be set up',
  rak3172: 'must be set up',
  'lora-e5': 'must be set up',
  mqtt: 'a client of a broker',
};

const FAULTS = [
  ...['noise', 'truncate', 'corrupt', 'repeat', 'stall'].map((name) => `fault = "${name}"\nat = "300ms"`),
  'fault = "delay"\nat = "1s"\nfor = "700ms"\nwith = { ms = 120 }',
  'fault = "wrong-speed"\nat = "1.8s"\nfor = "200ms"',
  'fault = "flood"\nat = "2.1s"\nfor = "300ms"',
];

function planWith(kinds: readonly string[], seed = 1): RigPlan {
  const devices = kinds.map((kind) => `[[device]]\nid = "one-${kind}"\ntype = "${kind}"\n${UNASKED[kind]}`);
  const faults = kinds.flatMap((kind) => FAULTS.map((fault) => `[[timeline]]\non = "one-${kind}"\n${fault}`));
  return planOf(`[rig]\nseed = ${seed}\n${[...devices, ...faults].join('\n')}`);
}

const ALL = planWith(Object.keys(UNASKED));
const RUN_MS = 3_000;

interface Run {
  readonly plan?: RigPlan;
  readonly open: (name: string) => Promise<Wire>;
  /** Undefined: as fast as it goes. */
  readonly real?: SystemClock;
  /** Once the wires are open. */
  readonly listen?: (bench: Bench) => Promise<void>;
}

/** The digests of what was said within some seconds, with the timeline's faults at their moments. */
async function said({ plan = ALL, open, real, listen }: Run): Promise<ReturnType<Bench['said']>> {
  const clock = new VirtualClock();
  const bench = await openBench(plan, { clock, openWire: ({ name }) => open(name) });
  onTestFinished(() => bench.close());
  await listen?.(bench);
  const stop = new AbortController();
  const timeline = new Timeline(plan.timeline, {
    strike: (target, fault, settings) => bench.boards().get(target)?.strike(fault, settings),
    clear: (target, fault) => bench.boards().get(target)?.clear(fault),
    set: () => {},
    free: () => {},
    gateway: () => {},
    sensed: () => undefined,
  });
  const look = async () => {
    for (; !stop.signal.aborted; ) {
      timeline.look(clock.moment().monotonic);
      await clock.sleep(Math.min(1_000, timeline.nextMs - clock.moment().monotonic), stop.signal);
    }
  };
  bench.start();
  void look();
  void clock.sleep(RUN_MS).then(() => stop.abort());
  await keepPace({ clock, real }, Number.POSITIVE_INFINITY, stop.signal);
  await bench.stopSending();
  return bench.said();
}

function whenOpen(bench: Bench): Promise<void> {
  return vi.waitFor(() => expect(bench.isOpen).toBe(true), { timeout: 20_000, interval: 10 });
}

function busyFor(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

const noFaults = () => new FaultBoard([]);
const inMemory = async () => new MemoryWire();
const onRealTime = () => new SystemClock('always');

test('every kind of device sends unasked, or it is known why not', () => {
  expect([...Object.keys(UNASKED), ...Object.keys(ASKED)].sort()).toEqual(RIG_KINDS.map(({ name }) => name).sort());
});

test('the same plan says the same bytes twice, with faults on its timeline', async () => {
  const first = await said({ open: inMemory });
  for (const [wire, { bytes }] of first) expect(bytes, wire).toBeGreaterThan(100);
  expect(await said({ open: inMemory })).toEqual(first);
});

test('another seed says other bytes, on every wire', async () => {
  const first = await said({ open: inMemory });
  const other = await said({ plan: planWith(Object.keys(UNASKED), 2), open: inMemory });
  for (const [wire, { digest }] of first) expect(other.get(wire)?.digest, wire).not.toBe(digest);
});

test('a device says the same whichever others there are, and in whichever order', async () => {
  const all = await said({ open: inMemory });
  const two = await said({ plan: planWith(['line', 'maxbotix']), open: inMemory });
  for (const wire of ['one-line', 'one-maxbotix']) expect(two.get(wire)).toEqual(all.get(wire));
});

test('it says the same bytes whether or not anybody listens', async () => {
  const nobody = async () => Object.assign(new MemoryWire(), { isPlugged: false });
  const { kinds, heard, unheard } = {
    // A detector keeps away from the ends of its listener's windows.
    kinds: Object.keys(UNASKED).filter((kind) => kind !== 'beacon-box'),
    heard: await said({ open: inMemory }),
    unheard: await said({ open: nobody }),
  };
  for (const kind of kinds) expect(unheard.get(`one-${kind}`), kind).toEqual(heard.get(`one-${kind}`));
});

test('it says the same bytes on TCP as in memory, whatever the time of day and however late the machine', async () => {
  const folder = temporaryFolder();
  const onTcp = await said({
    open: (name) => openWire({ name, type: 'tcp', port: 0 }, noFaults(), { folder, plan: ALL, isVirtual: false }),
    real: onRealTime(),
    async listen(bench) {
      for (const { path } of bench.wires.values()) {
        const { port } = new URL(path);
        const reader = connect(Number(port), '127.0.0.1').resume();
        reader.on('error', () => {}); // the wire is closed first
        onTestFinished(() => void reader.destroy());
      }
      await whenOpen(bench);
      const late = setInterval(() => busyFor(60), 150);
      onTestFinished(() => clearInterval(late));
    },
  });
  expect(onTcp).toEqual(await said({ open: inMemory }));
});

test('it says the same bytes on pseudo-terminals as in memory', async () => {
  const folder = temporaryFolder();
  const onTerminals = await said({
    open: (name) => openWire({ name, type: 'pty' }, noFaults(), { folder, plan: ALL, isVirtual: false }),
    real: onRealTime(),
    async listen(bench) {
      for (const { path } of bench.wires.values()) {
        const settings = { baud: 115_200, dataBits: 8, parity: 'none', stopBits: 1, flowControl: false } as const;
        const port = await openSerial({ path, ...settings });
        port.resume();
        onTestFinished(() => closeSerial(port));
      }
      await whenOpen(bench);
    },
  });
  expect(onTerminals).toEqual(await said({ open: inMemory }));
});
