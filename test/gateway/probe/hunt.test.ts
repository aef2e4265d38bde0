/** What is on a line is found out within its time, through noise, and never guessed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BAUD_RATES, type LineSetting, plainSetting } from '../../../gateway/probe/line.ts';
import { MachimoriError } from '../../../shared/errors.ts';
import { foreign } from '../../../shared/text.ts';
import { Random } from '../../../simulators/random.ts';
import { simulateLineSensor } from '../../../simulators/sensors/line-sensor.ts';
import { simulateModbus } from '../../../simulators/sensors/modbus-slave.ts';
import { kellerUnit } from '../../../simulators/sensors/modbus-units.ts';
import { TEXT_LINE } from '../../../simulators/wires/faults.ts';
import { WIRE_FAULTS } from '../../../simulators/wires/wire-faults.ts';
import { boardWith } from '../../simulators/boards.ts';
import { BUDGET_MS, hunted, KINDS, type Kind, kindOf } from './rig.ts';
import { Uart } from './uart.ts';

const typesOf = ({ outcome }: Awaited<ReturnType<typeof hunted>>) => outcome.candidates.map(({ type }) => type);
const evenParity = (baud: number): LineSetting => ({ baud, dataBits: 8, parity: 'even' });

describe.each(KINDS)('$title is recognised', (kind) => {
  test.each(BAUD_RATES)('at %i baud', async (baud) => {
    const { outcome, tookMs } = await hunted({ kind, device: plainSetting(baud) });
    expect(outcome.candidates.map(({ type }) => type)).toEqual([kind.type]);
    expect(outcome.setting).toEqual(plainSetting(baud));
    expect(tookMs).toBeLessThanOrEqual(BUDGET_MS);
  });

  test.each([1, 2, 3])('through noise, lost and damaged bytes (seed %i)', async (seed) => {
    // Of bare packets each run of noise spoils one, and few come in the time.
    const faults = boardWith(WIRE_FAULTS, {
      noise: { share: kind.shape.isSpoiledByNoise ? 0.05 : 0.2 },
      truncate: { share: 0.1 },
      corrupt: { share: 0.1 },
    });
    const bad = seed % 2 === 0 ? 'passed on' : 'dropped';
    const baud = BAUD_RATES[seed] ?? 9600;
    expect(typesOf(await hunted({ kind, device: plainSetting(baud), faults, seed, bad }))).toEqual([kind.type]);
  });

  test('by an adapter that passes damaged characters on', async () => {
    expect(typesOf(await hunted({ kind, device: plainSetting(19_200), bad: 'passed on' }))).toEqual([kind.type]);
  });
});

describe.each(KINDS)('$title at a speed that is not tried is unknown', (kind) => {
  test.each([
    [14_400, 'passed on'],
    [250_000, 'dropped'],
  ] as const)('%i baud, damaged characters %s', async (baud, bad) => {
    expect(typesOf(await hunted({ kind, device: plainSetting(baud), bad, hunt: { budgetMs: 12_000 } }))).toEqual([]);
  });
});

test.each(BAUD_RATES)(
  'text of seven bits and even parity is recognised at %i baud, and the parity with it',
  async (baud) => {
    for (const parity of ['even', 'odd'] as const) {
      const device = { baud, dataBits: 7, parity } as const;
      const { outcome } = await hunted({ kind: kindOf('a weather station'), device });
      expect(outcome).toMatchObject({
        setting: device,
        candidates: [{ type: 'line', devices: [{ profile: 'weather-text' }] }],
      });
    }
  },
);

test.each(BAUD_RATES)('a Modbus bus with even parity is found at %i baud', async (baud) => {
  const { outcome } = await hunted({ kind: kindOf('a Modbus bus'), device: evenParity(baud) });
  expect(outcome).toMatchObject({ setting: evenParity(baud), candidates: [{ type: 'modbus' }] });
});

describe('of a Modbus bus', () => {
  const bus = (units: readonly number[]): Kind => ({
    ...kindOf('a Modbus bus'),
    simulate: (clock) =>
      simulateModbus({
        clock,
        units: units.map((unit) => kellerUnit({ unit, depthM: () => 2, temperatureCel: () => 11 })),
      }),
  });

  test('every unit that is asked for is found, with its profile and what it reads', async () => {
    const { outcome } = await hunted({ kind: bus([2, 9, 30]), device: plainSetting(19_200) });
    expect(outcome.units?.map(({ unit, fits }) => [unit, fits.map(({ profile }) => profile)])).toEqual(
      [2, 9, 30].map((unit) => [unit, ['keller-30']]),
    );
    expect(outcome.candidates[0]?.readings[0]?.values).toMatchObject({ level: expect.closeTo(2, 3), temperature: 11 });
    expect(outcome.asksAreOver).toBe(true);
  });

  test('a high unit is found if it is named', async () => {
    expect((await hunted({ kind: bus([201]), hunt: { units: [201] } })).outcome.units).toMatchObject([{ unit: 201 }]);
  });

  test('the last unit that was asked is told if time runs out', async () => {
    const { outcome } = await hunted({ kind: bus([3]), device: plainSetting(1200), hunt: { units: all } });
    expect(outcome.asksAreOver).toBe(false);
    expect(outcome.lastUnit).toBeGreaterThan(3);
    expect(outcome.lastUnit).toBeLessThan(247);
  });

  test('nothing is written but reads', async () => {
    const { wire } = await hunted({ kind: bus([7]) });
    const functions = wire.written.filter((bytes) => bytes.length === 8).map(([, code]) => code);
    expect(new Set(functions)).toEqual(new Set([3, 4]));
  });
});

const all = Array.from({ length: 247 }, (_, i) => i + 1);

test('silence is unknown, and what was asked meanwhile changes nothing in anything', async () => {
  const { outcome, wire, tookMs } = await hunted({});
  expect(outcome).toMatchObject({ candidates: [], heard: [] });
  expect(tookMs).toBeLessThanOrEqual(BUDGET_MS);
  const reads = /^(41540d0a|01021000|(0[1-9a-f]|1[0-9a-f]|20)0300000001....)$/; // AT, HCI's supported commands, one register of a unit
  for (const bytes of wire.written) expect(Buffer.from(bytes).toString('hex')).toMatch(reads);
});

test('nothing is written if it may only listen', async () => {
  const { wire } = await hunted({ kind: kindOf('a Modbus bus'), hunt: { mayAsk: false } });
  expect(wire.written).toEqual([]);
});

test.each(KINDS.filter(({ type }) => type === 'e220'))(
  'nothing is written to $title, which would transmit it',
  async (kind) => {
    for (const baud of BAUD_RATES)
      expect((await hunted({ kind, device: plainSetting(baud) })).wire.written).toEqual([]);
  },
);

test('random bytes are unknown, however they come, and are not answered', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 20, max: 2_000 }),
      async (seed, most, everyMs) => {
        const random = new Random(seed);
        const { outcome, wire } = await hunted({
          hunt: { budgetMs: 12_000 },
          async speak(wire, clock, signal) {
            while (!signal.aborted) {
              wire.utter(random.bytes(random.int(4, 4 + most)));
              await clock.sleep(everyMs, signal);
            }
          },
        });
        expect(outcome.candidates).toEqual([]);
        expect(outcome.heard.length).toBeGreaterThan(0);
        expect(wire.written).toEqual([]);
      },
    ),
    { numRuns: 5 },
  );
});

describe('lines of text that no type knows', () => {
  const saying = (line: (seconds: number) => string): Kind => ({
    title: 'a stranger',
    type: 'line',
    shape: TEXT_LINE,
    simulate: (clock) => simulateLineSensor({ clock, line }),
  });

  test.each([
    [
      (s: number) => `#07 M=${(20 + s).toFixed(1)}% T=-${s}.5`,
      { format: 'pattern', fields: [{ from: 'value' }, { from: 'm' }, { from: 't' }] },
    ],
    [(s: number) => `${s},22.5,-3`, { format: 'csv', fields: [{ from: 1 }, { from: 2 }, { from: 3 }] }],
    [
      (s: number) => JSON.stringify({ pm25: 10 + s, no2: 0.5 }),
      { format: 'json', fields: [{ from: 'pm25' }, { from: 'no2' }] },
    ],
  ])('are offered as such, with a profile that reads them (%#)', async (line, profile) => {
    const { outcome } = await hunted({ kind: saying(line), device: plainSetting(4800) });
    expect(outcome).toMatchObject({
      setting: plainSetting(4800),
      candidates: [{ type: 'line', confidence: 'generic', devices: [{ profile }] }],
    });
  });

  test('a shipped profile that numbers alone would fit is named, and not taken', async () => {
    const { outcome } = await hunted({ kind: saying((s) => `${20 + s}.1,65,1013.2,3.4,270,0.5`) });
    expect(outcome.candidates[0]).toMatchObject({ confidence: 'generic', devices: [{ profile: { format: 'csv' } }] });
    expect(outcome.candidates[0]?.remark?.en).toContain('weather-csv');
  });

  test('with the address of a device are unknown, so that no draft carries it', async () => {
    const { outcome } = await hunted({ kind: saying((s) => `AD ac233fc07da5 rssi=-${60 + (s % 9)}`) });
    expect(outcome.candidates).toEqual([]);
  });

  test('of ever other shapes are unknown', async () => {
    const words = ['boot', 'wifi 3 up', 'heap free 21 k of 64', 'retry', 'ok', 'err 5: 1 of 2 of 3'];
    const { outcome } = await hunted({ kind: saying((s) => words[s % words.length] ?? '') });
    expect(outcome.candidates).toEqual([]);
  });
});

test.each(KINDS.filter(({ type }) => type === 'ble-hci' || type === 'beacon-box'))(
  'of $title no byte is kept in what is told',
  async (kind) => {
    const { outcome } = await hunted({ kind });
    expect(outcome).toMatchObject({ isPersonal: true, heard: [] });
    expect(outcome.candidates[0]?.readings).toEqual([]);
  },
);

test('a line that goes away says so', async () => {
  const hunting = hunted({
    async speak(wire, clock, signal) {
      await clock.sleep(3_000, signal);
      wire.lose(foreign('Input/output error'));
    },
  });
  await expect(hunting).rejects.toMatchObject({ code: 'line-lost' });
});

test('a speed that the adapter lacks is passed over; a line that cannot be opened at all says why', async () => {
  const refusal = new MachimoriError('line-closed', {
    what: foreign('no such speed'),
    on: 'uart',
    hint: foreign('none'),
  });
  const wire = new Uart(plainSetting(4800));
  const lacking = (fast: number) => ({
    openAt: (setting: LineSetting) => (setting.baud > fast ? Promise.reject(refusal) : wire.openAt(setting)),
  });
  const kind = kindOf('a GPS receiver');
  expect(typesOf(await hunted({ kind, wire, device: plainSetting(4800), hunt: lacking(5_000) }))).toEqual(['nmea']);
  await expect(hunted({ kind, hunt: lacking(0) })).rejects.toBe(refusal);
});
