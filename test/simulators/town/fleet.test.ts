import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Fleet, openFleet } from '../../../simulators/town/fleet.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';

const patience = { timeout: 10_000, interval: 5 };
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fleet-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Somebody at the near end of a device's wire. */
async function listen(fleet: Fleet, id: string) {
  const path = fleet.devices.find((device) => device.id === id)?.path ?? '';
  const { hostname, port } = new URL(path);
  const socket = connect(Number(port), hostname);
  const heard: Buffer[] = [];
  socket.on('data', (chunk) => heard.push(chunk));
  await once(socket, 'connect');
  return { socket, text: () => Buffer.concat(heard).toString('latin1') };
}

const counts = (fleet: Fleet, id: string) => fleet.sentByDevice().get(id);

test('every device has an id of its own and a wire, and those of a bus share one', async () => {
  const fleet = await openFleet({ seed: 1, clock: new VirtualClock(), directory });
  const ids = fleet.devices.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(readdirSync(directory).toSorted()).toEqual([...fleet.wires.keys()].toSorted());
  const pathOf = (id: string) => fleet.devices.find((device) => device.id === id)?.path;
  expect(pathOf('gauge-quay')).toBe(join(directory, 'bus-quay'));
  expect(pathOf('counter-promenade')).toBe(join(directory, 'bus-quay'));
  await fleet.stop();
  expect(readdirSync(directory)).toEqual([]);
});

test('what the sensors say they sent is what came over their wires', async () => {
  const clock = new VirtualClock();
  const fleet = await openFleet({ seed: 1, clock, directory, wires: 'tcp' });
  const gate = await listen(fleet, 'counter-gate');
  const plow = await listen(fleet, 'plow-1');
  const modem = await listen(fleet, 'gauge-channel');
  await vi.waitFor(() => {
    for (const id of ['counter-gate', 'plow-1', 'modem-river']) {
      expect(fleet.wires.get(id)?.write(Uint8Array.of(0x0a))).toBe(true);
    }
  }, patience);
  fleet.start();
  await clock.advance(30_000);
  await fleet.stopSending();
  const gateLines = counts(fleet, 'counter-gate')?.get('people-count') ?? 0;
  expect(gateLines).toBe(31);
  await vi.waitFor(() => expect(gate.text().match(/IN=\d{6},OUT=\d{6}\r\n/g)).toHaveLength(gateLines), patience);
  const fixes = counts(fleet, 'plow-1')?.get('position') ?? 0;
  expect(fixes).toBeLessThan(31);
  await vi.waitFor(() => expect(plow.text().match(/RMC,[\d.]+,A/g)).toHaveLength(fixes), patience);
  const uplinks = counts(fleet, 'gauge-channel')?.get('water-level') ?? 0;
  expect(uplinks).toBe(11);
  await vi.waitFor(() => expect(modem.text().match(/\+RCV=11,/g)).toHaveLength(uplinks), patience);
  expect(counts(fleet, 'gauge-bridge')?.size, 'nobody listens at the bridge').toBe(0);
  await fleet.stop();
});

test('polled devices go on answering when the others have stopped', async () => {
  const clock = new VirtualClock();
  const fleet = await openFleet({ seed: 1, clock, directory, wires: 'tcp' });
  const bus = await listen(fleet, 'counter-promenade');
  fleet.start();
  await fleet.stopSending();
  bus.socket.write(Buffer.from('020400000004f1fa', 'hex'));
  await vi.waitFor(() => expect(counts(fleet, 'counter-promenade')?.get('people-count')).toBe(1), patience);
  await vi.waitFor(() => expect(Buffer.from(bus.text(), 'latin1').toString('hex')).toMatch(/^020408/), patience);
  await fleet.stop();
});

test('faults are given by line, and the plug of that line alone is pulled', async () => {
  const clock = new VirtualClock();
  const faults = { 'counter-gate': [{ fault: 'unplug', atS: 5, untilS: 15 }] };
  const fleet = await openFleet({ seed: 1, clock, directory, wires: 'tcp', faults });
  const gate = await listen(fleet, 'counter-gate');
  const plow = await listen(fleet, 'plow-1');
  const gone = once(gate.socket, 'close');
  fleet.start();
  await clock.advance(6_000);
  await gone;
  expect(plow.socket.destroyed).toBe(false);
  await clock.advance(10_000);
  const back = await vi.waitFor(() => listen(fleet, 'counter-gate'), patience);
  back.socket.destroy();
  await fleet.stop();
});
