import { expect, test } from 'vitest';
import { show, valuesText } from '../../../gateway/cli/status.ts';
import { answer } from '../../../gateway/control/actions.ts';
import { noteRubbish } from '../../../gateway/intake/activity.ts';
import { readStatus } from '../../../gateway/status/status.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, level } from '../buffer/buffer-rig.ts';
import { piecesOf } from '../control/pieces.ts';
import { sources } from './status-rig.ts';

test('a gateway on which all is well is healthy, and says what came', () => {
  const { from, port, device } = sources();
  Object.assign(port, { bytes: 1_000, frames: 20, readings: 20, lastBytesAt: AT });
  Object.assign(device, { readings: 20, last: level(1), lastAt: AT });
  expect(readStatus(from)).toMatchObject({
    healthy: true,
    problems: [],
    startedAt: '2026-01-15T03:00:00.000Z',
    ports: { river: { state: 'open', bytes: 1_000 } },
    devices: { 'gauge-01': { readings: 20, last: level(1) } },
    buffer: { open: 0, held: 0 },
    destinations: { city: { state: 'connected' } },
  });
});

test('what a device says of itself does not take the place of what it last observed, and values have their units', async () => {
  const { rig, from, port } = sources();
  const origin = { port, at: rig.clock.moment(), ownTime: false, awaited: true };
  const margin = { device: 'gauge-01', kind: 'status', observedAt: AT + 5, values: { margin: 12 } } as const;
  await Promise.all([rig.intake.take({ readings: [margin] }, origin), rig.clock.advance(10)]);
  expect(readStatus(from).devices['gauge-01']).toMatchObject({ last: margin, units: {} });
  await Promise.all([rig.intake.take({ readings: [level(1), margin] }, origin), rig.clock.advance(10)]);
  expect(readStatus(from).devices['gauge-01']).toMatchObject({ last: level(1), units: { level: 'm' }, readings: 3 });
});

test('a device tells where it is and at which values it raises alarms, a port the first bytes of its last rubbish', () => {
  const thresholds = [{ alarm: '氾濫注意水位', quantity: 'level', raise: 2.8, clear: 2.7 }];
  const place = { lat: 35.3391, lon: 139.4897, name: '河原橋' };
  const { from, port } = sources({ policy: { ranges: [], thresholds }, place });
  expect(readStatus(from).ports.river).not.toHaveProperty('lastRubbishHex');
  const rubbish = { code: 'noise', bytes: Uint8Array.from({ length: 100 }, (_, i) => i) } as const;
  noteRubbish(port, rubbish, AT);
  expect(readStatus(from).ports.river).not.toHaveProperty('lastRubbishHex'); // strangers' addresses may be in it
  port.showsRubbish = true;
  noteRubbish(port, rubbish, AT);
  const { devices, ports } = readStatus(from);
  expect(devices['gauge-01']).toMatchObject({ thresholds, place });
  expect(ports.river?.lastRubbishHex).toBe('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
  expect(ports.river).not.toHaveProperty('lastRubbishBytes');
});

test('maintenance is asked for through the control socket, for one device or all', async () => {
  const { rig, from } = sources();
  const ask = async (parameters: unknown) => {
    const answering = piecesOf(answer('maintain', parameters, { ...from, status: from }));
    const [pieces] = await Promise.all([answering, rig.clock.advance(2_000)]);
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  };
  const until = AT + 3_600_000;
  expect(await ask({ device: 'gauge-01', until })).toEqual({ devices: 1 });
  expect(readStatus(from).devices['gauge-01']).toMatchObject({ state: 'maintenance', maintenanceUntil: until });
  expect(await ask({ until: 0 })).toEqual({ devices: 1 });
  expect(readStatus(from).devices['gauge-01']?.state).toBe('waiting');
  await expect(ask({ device: 'gauge-1', until })).rejects.toMatchObject({ code: 'no-device', on: 'gauge-1' });
});

test('on a small terminal the verdict is said once more at the end, with the alarms that stand and their values', async () => {
  const { rig, from } = sources({ units: { level: 'm', humidity: '%RH' } });
  const device = from.activity.devices.get('gauge-01');
  const last = { ...level(1), values: { level: 5.2, humidity: 40 }, quality: 'uncertain' } as const;
  Object.assign(device ?? {}, { last, lastAt: AT, readings: 1 });
  const memory = { policy: { last: {}, raised: ['氾濫危険水位'] } };
  await Promise.all([
    rig.intake.tell([], new Map([['gauge-01', memory]]), rig.clock.moment()),
    rig.clock.advance(1_000),
  ]);
  const shown = (rows: number | undefined) => {
    const lines: string[] = [];
    const write = (text: string) => void lines.push(...text.split('\n'));
    const nobody = () => {};
    const terminal = {
      language: 'en',
      columns: 80,
      screenColumns: 80,
      rows,
      print: nobody,
      printError: nobody,
      write,
    } as const;
    show(readStatus(from), { ...terminal, writeJson: nobody, draw: () => {} });
    return lines;
  };
  const alarm = '* Alarm "氾濫危険水位" at gauge-01: level 5.2 m, humidity 40 % [uncertain]';
  expect(shown(undefined).slice(2, 5)).toEqual(['All is well.', alarm, '']);
  expect(shown(100)).toEqual(shown(undefined));
  expect(shown(10)).toEqual([...shown(undefined), '', 'All is well.', alarm]);
});

test('a heading without anything below it is left out, as that of devices at a hub without any', () => {
  const { from } = sources();
  const lines: string[] = [];
  const nobody = () => {};
  const terminal = {
    language: 'en',
    columns: 80,
    screenColumns: 80,
    rows: undefined,
    print: nobody,
    printError: nobody,
  } as const;
  const whole = readStatus(from);
  for (const devices of [whole.devices, {}]) {
    const write = (text: string) => void lines.push(...text.split('\n'));
    show({ ...whole, devices }, { ...terminal, write, writeJson: nobody, draw: nobody });
  }
  expect(lines.filter((line) => line === 'Devices')).toHaveLength(1);
  expect(lines.filter((line) => line === 'Ports')).toHaveLength(2);
});

test('a doubt about some values stands with these, whether they are there or not, and one about all at the end', () => {
  const { device } = sources();
  const text = (more: object) => {
    const last = { ...level(1), values: { level: 5.2, humidity: 140 }, ...more } as Reading;
    return valuesText({ ...device, last } as Parameters<typeof valuesText>[0]).en;
  };
  expect(text({})).toBe('level 5.2, humidity 140');
  expect(text({ quality: 'out-of-range', doubtful: ['humidity'] })).toBe('level 5.2, humidity 140 [out-of-range]');
  expect(text({ quality: 'out-of-range', doubtful: ['level'] })).toBe('level 5.2 [out-of-range], humidity 140');
  expect(text({ quality: 'not-a-number', doubtful: ['rain'] })).toBe('level 5.2, humidity 140, rain [not-a-number]');
  expect(text({ quality: 'uncertain' })).toBe('level 5.2, humidity 140 [uncertain]');
});
