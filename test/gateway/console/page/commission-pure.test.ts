/** What the commissioning page reckons without a browser. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProbeFound } from '../../../../gateway/commission/answers.ts';
import { addedBy, changesOf, thresholdsOf } from '../../../../gateway/console/page/commission/changes.ts';
import {
  chosenOf,
  type Draft,
  draftIn,
  EMPTY,
  forgetDraft,
  freeName,
  keepDraft,
  stepsOf,
} from '../../../../gateway/console/page/commission/draft.ts';
import { mistakesOfLevels, mistakesOfPlace } from '../../../../gateway/console/page/commission/mistakes.ts';
import { levelOf, RIVER_LEVELS } from '../../../../gateway/console/page/levels.ts';
import { foreign } from '../../../../shared/text.ts';

const summary = foreign('a device');
const GAUGE: ProbeFound = {
  ...{ isRecognised: true, setting: '9600 8N1', heard: [], isWithheld: false },
  candidates: [
    {
      ...{ type: 'maxbotix', summary, confidence: 'likely', kinds: ['water-level'], telling: 6, frames: 6 },
      ...{ readings: [], units: {} },
    },
  ],
  tables: [
    { table: 'port', settings: { name: 'ttyusb0', type: 'serial', path: '/dev/ttyUSB0', baud: 9600 } },
    { table: 'device', settings: { id: 'maxbotix-1', type: 'maxbotix', port: 'ttyusb0', 'mounting-height-m': 0 } },
  ],
};
const BUS: ProbeFound = {
  ...GAUGE,
  candidates: [
    {
      ...GAUGE.candidates[0],
      type: 'modbus',
      kinds: ['water-level', 'measurement'],
    } as ProbeFound['candidates'][number],
  ],
  bus: [
    { unit: 1, profiles: ['keller-30'] },
    { unit: 2, profiles: [] },
  ],
  tables: [
    { table: 'port', settings: { name: 'bus', type: 'serial', path: '/dev/ttyUSB0', baud: 19_200, parity: 'even' } },
    { table: 'profile', settings: { name: 'modbus-2', kind: 'measurement', registers: [] } },
    { table: 'device', settings: { id: 'modbus-1', type: 'modbus', port: 'bus', unit: 1, profile: 'keller-30' } },
    { table: 'device', settings: { id: 'modbus-2', type: 'modbus', port: 'bus', unit: 2, profile: 'modbus-2' } },
  ],
};

function draftOf(found: ProbeFound, unit?: number, entered: Partial<Draft> = {}): Draft {
  const [candidate] = found.candidates;
  if (candidate === undefined) throw new RangeError('nothing was found');
  return {
    ...EMPTY,
    id: 'gauge-01',
    line: { path: '/dev/ttyUSB0' },
    chosen: chosenOf(found, candidate, unit),
    ...entered,
  };
}

test('a new line is a port and a device with its height, place and levels', () => {
  const entered = {
    mountingHeight: '6.50',
    placeName: ' 河原橋 ',
    lat: '35.3',
    lon: '139.4',
    levels: ['2', '', '', '3.9'],
  } as const;
  const changes = changesOf(draftOf(GAUGE, undefined, entered), ['ttyusb0']);
  expect(changes).toEqual([
    { add: 'port', settings: { name: 'ttyusb0-2', type: 'serial', path: '/dev/ttyUSB0', baud: 9600 } },
    {
      add: 'device',
      settings: {
        ...{ id: 'gauge-01', type: 'maxbotix', port: 'ttyusb0-2', 'mounting-height-m': 6.5 },
        ...{ 'place.name': '河原橋', 'place.lat': 35.3, 'place.lon': 139.4 },
        threshold: [
          { alarm: '水防団待機水位', quantity: 'level', raise: 2, clear: 1.9 },
          { alarm: '氾濫危険水位', quantity: 'level', raise: 3.9, clear: 3.8 },
        ],
      },
    },
  ]);
  expect(addedBy(changes)).toEqual(['device.gauge-01', 'port.ttyusb0-2']);
});

test('a line that is configured already keeps its port, with the setting that was recognised', () => {
  const line = { path: '/dev/ttyUSB0', heldBy: 'quay' };
  expect(changesOf(draftOf(BUS, 1, { line }), ['quay'])).toEqual([
    { set: 'port.quay.baud', value: 19_200 },
    { set: 'port.quay.parity', value: 'even' },
    { add: 'device', settings: { id: 'gauge-01', type: 'modbus', unit: 1, profile: 'keller-30', port: 'quay' } },
  ]);
});

test('a unit that no shipped profile fits brings one of its own, under the name of the device', () => {
  const changes = changesOf(draftOf(BUS, 2, { id: 'probe-7' }), []);
  expect(changes).toMatchObject([
    { add: 'port' },
    { add: 'profile', settings: { name: 'probe-7' } },
    { add: 'device', settings: { id: 'probe-7', unit: 2, profile: 'probe-7' } },
  ]);
  expect(addedBy(changes)).toEqual(['device.probe-7', 'profile.probe-7', 'port.bus']);
});

test('only a river has warning levels to enter', () => {
  expect(stepsOf(draftOf(GAUGE))).toHaveLength(7);
  const other = draftOf({
    ...GAUGE,
    candidates: [{ ...GAUGE.candidates[0], kinds: ['people-count'] } as ProbeFound['candidates'][number]],
  });
  expect(stepsOf(other)).not.toContain('thresholds');
  expect(thresholdsOf({ ...other, levels: ['1', '', '', ''] })).toEqual([]);
});

test('the names of the levels tell their numbers', () => {
  for (const { level, alarm } of RIVER_LEVELS) expect(levelOf(alarm)).toBe(level);
});

const codes = (found: readonly { readonly code: string }[]) => found.map(({ code }) => code.split('.').at(-1));

test.each([
  [{ levels: ['2', '1', '', ''] }, ['not-ascending']],
  [{ levels: ['2', '', '2', ''] }, ['not-ascending']],
  [{ levels: ['', '', '', '6.5'] }, ['above-sensor']],
  [{ levels: ['two', '', '', ''] }, ['not-number']],
  [{ levels: ['1', '2', '3', '4'] }, []],
  [{ levels: ['-1', '', '', '0'] }, []],
  [{ clearBelow: '0' }, ['bad-margin']],
  [{ clearBelow: '' }, ['bad-margin']],
] as const)('%j of a sensor at 6 m: %j', (entered, expected) => {
  const draft = draftOf(GAUGE, undefined, { mountingHeight: '6', ...(entered as Partial<Draft>) });
  expect(codes(mistakesOfLevels(draft))).toEqual(expected);
});

test.each([
  [{}, []],
  [{ id: 'a b' }, ['bad-name']],
  [{ id: '' }, ['bad-name']],
  [{ id: 'gauge-02' }, ['name-taken']],
  [{ mountingHeight: '' }, ['need-height']],
  [{ mountingHeight: 'six' }, ['need-height']],
] as const)('of what was entered of the place, %j: %j', (entered, expected) => {
  const draft = draftOf(GAUGE, undefined, { mountingHeight: '6', ...(entered as Partial<Draft>) });
  expect(codes(mistakesOfPlace(draft, ['gauge-02'], new Map()))).toEqual(expected);
});

test('a name is proposed that no device has', () => {
  expect(freeName({ type: 'maxbotix', hasLevel: true }, ['gauge-01', 'gauge-02'])).toBe('gauge-03');
  expect(freeName({ type: 'gps', hasLevel: false }, [])).toBe('gps-01');
});

test('a draft is there again in the same tab; what is none, or cut short, begins anew', () => {
  const kept = new Map<string, string>();
  const tab = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const draft = draftOf(BUS, 1, { step: 'place', notes: 'key in the pump house' });
  keepDraft(tab, draft);
  expect(draftIn(tab)).toEqual(draft);
  forgetDraft(tab);
  expect(draftIn(tab)).toEqual(EMPTY);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      tab.setItem('commission', text);
      expect(draftIn(tab).step).toBe('line');
    }),
  );
  const full = {
    ...tab,
    setItem: () => {
      throw new Error('QuotaExceededError');
    },
  };
  expect(() => keepDraft(full, draft)).not.toThrow();
});
