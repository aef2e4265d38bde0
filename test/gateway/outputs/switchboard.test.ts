/** Which outputs are on, and when they are told. */
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { CommonOutputSettings, Order, Output, Standing } from '../../../gateway/outputs/output.ts';
import { type Silenced, Switchboard } from '../../../gateway/outputs/switchboard.ts';
import { TextError } from '../../../shared/errors.ts';
import { LOW_BATTERY, SILENT } from '../../../shared/reading.ts';
import { foreign } from '../../../shared/text.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';

const alarm = (name = 'danger', device = 'gauge-01'): Standing => ({ device, place: '橋', alarm: name });

function rig(
  settings: Partial<CommonOutputSettings> = {},
  { silenced = new Map() as Silenced, standing = [] as Standing[] } = {},
) {
  const clock = new VirtualClock();
  const told: Order['on'][] = [];
  const orders: Order[] = [];
  const state = { isBroken: false };
  const output: Output = {
    async set(order) {
      if (state.isBroken) throw new TextError(foreign('no answer'));
      orders.push(order);
      if (told.at(-1) !== order.on) told.push(order.on);
    },
  };
  const own = { name: 'siren', alarms: [], devices: [], forMs: 600_000, ...settings };
  const log = new LogBook();
  const board = new Switchboard([[own, output]], { standing: () => standing, silenced, clock, log });
  const end = new AbortController();
  const running = board.run(end.signal);
  const stop = async () => {
    end.abort();
    await running;
  };
  onTestFinished(stop);
  const raise = async (...alarms: Standing[]) => {
    standing.push(...alarms);
    board.changed();
    await clock.advance(0);
  };
  const clear = async (cleared: Standing) => {
    standing.splice(
      standing.findIndex(({ device, alarm: name }) => device === cleared.device && name === cleared.alarm),
      1,
    );
    board.changed();
    await clock.advance(0);
  };
  const siren = () => board.states.get('siren');
  return { clock, told, orders, state, board, raise, clear, stop, siren, log };
}

test('it is off at first, on with an alarm, and off when none stands', async () => {
  const { clock, told, raise, clear, siren } = rig();
  await clock.advance(0);
  expect(told).toEqual([false]);
  await raise(alarm());
  expect(told).toEqual([false, true]);
  expect(siren()).toEqual({ isOn: true, why: alarm(), isSilenced: false });
  await raise(alarm('warning'));
  await clear(alarm());
  expect(told).toEqual([false, true]);
  await clear(alarm('warning'));
  expect(told).toEqual([false, true, false]);
});

test('what was silenced stays so when the gateway starts anew, until it stands no longer', async () => {
  const silenced: Silenced = new Map();
  const before = rig({}, { silenced });
  await before.raise(alarm());
  before.board.silence('siren');
  await before.clock.advance(0);
  expect(before.told).toEqual([false, true, false]);
  await before.stop();
  const after = rig({}, { silenced, standing: [alarm()] });
  await after.clock.advance(1_000);
  expect([after.told, after.siren()]).toEqual([[false], { isOn: false, isSilenced: true }]);
  await after.clear(alarm());
  await after.raise(alarm());
  expect(after.told).toEqual([false, true]);
});

test('alarms that it is not for, silence and low batteries leave it off', async () => {
  const { raise, told } = rig({ alarms: ['danger'], devices: ['gauge-01'] });
  await raise(alarm('warning'), alarm('danger', 'gauge-02'));
  expect(told).toEqual([false]);
  const any = rig();
  await any.raise(alarm(SILENT), alarm(LOW_BATTERY));
  expect(any.told).toEqual([false]);
  const named = rig({ alarms: [SILENT] });
  await named.raise(alarm(SILENT));
  expect(named.told).toEqual([false, true]);
});

test('its time ends, and a further alarm begins anew', async () => {
  const { clock, told, raise, siren } = rig({ forMs: 60_000 });
  await raise(alarm());
  await clock.advance(59_000);
  expect(told).toEqual([false, true]);
  await clock.advance(2_000);
  expect(told).toEqual([false, true, false]);
  expect(siren()).toMatchObject({ isOn: false, isSilenced: true });
  await raise(alarm('flood'));
  expect(told).toEqual([false, true, false, true]);
  await clock.advance(61_000);
  expect(told).toEqual([false, true, false, true, false]);
});

test('with "0s" it is on for as long as the alarm stands', async () => {
  const { clock, told, raise } = rig({ forMs: 0 });
  await raise(alarm());
  await clock.advance(86_400_000);
  expect(told).toEqual([false, true]);
});

test('silence holds until a further alarm, and what is cleared and raised again is one', async () => {
  const { clock, told, raise, clear, board } = rig();
  await raise(alarm());
  expect(board.silence('siren')).toBe(true);
  await clock.advance(0);
  expect(told).toEqual([false, true, false]);
  await clock.advance(30_000);
  expect(told).toEqual([false, true, false]);
  await clear(alarm());
  await raise(alarm());
  expect(told).toEqual([false, true, false, true]);
  expect(board.silence('horn')).toBe(false);
});

test('a test switches it on without an alarm, ends by itself and can be silenced', async () => {
  const { clock, told, board, siren } = rig();
  await clock.advance(0);
  expect(board.test('siren', 5_000)).toBe(true);
  await clock.advance(0);
  expect(siren()).toMatchObject({ isOn: true, why: 'test' });
  await clock.advance(6_000);
  expect(told).toEqual([false, true, false]);
  board.test('siren', 60_000);
  await clock.advance(0);
  board.silence('siren');
  await clock.advance(0);
  expect(told).toEqual([false, true, false, true, false]);
  expect(board.test('horn', 1)).toBe(false);
});

test('one that does not obey is told again, and said; one that does is told again now and then', async () => {
  const { clock, orders, state, raise, siren } = rig();
  state.isBroken = true;
  await raise(alarm());
  await clock.advance(1_000);
  expect(siren()?.fault?.en).toBe('no answer');
  state.isBroken = false;
  await clock.advance(6_000);
  expect(siren()?.fault).toBeUndefined();
  const { length } = orders;
  await clock.advance(61_000);
  expect(orders.length).toBe(length + 1);
});

test('it is switched off when the gateway ends', async () => {
  const { told, raise, stop } = rig();
  await raise(alarm());
  await stop();
  expect(told).toEqual([false, true, false]);
});

test('whatever happens, it is never on without an alarm that it is for, and never longer than its time', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('raise' as const), which: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ do: fc.constant('clear' as const), which: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ do: fc.constant('silence' as const), which: fc.constant(0) }),
    fc.record({ do: fc.constant('wait' as const), which: fc.integer({ min: 0, max: 90 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { clock, board, raise, clear, siren, stop } = rig({ forMs: 60_000 });
      const up = new Set<number>();
      let [newestAt, isQuiet] = [0, true];
      for (const { do: what, which } of steps) {
        if (what === 'raise' && !up.has(which)) {
          up.add(which);
          await raise(alarm(`alarm-${which}`));
          [newestAt, isQuiet] = [clock.moment().monotonic, false];
        } else if (what === 'clear' && up.delete(which)) await clear(alarm(`alarm-${which}`));
        else if (what === 'silence') {
          board.silence('siren');
          await clock.advance(0);
          isQuiet = true;
        } else if (what === 'wait') await clock.advance(which * 1_000);
        if (siren()?.isOn === true) {
          expect(up.size).toBeGreaterThan(0);
          expect(isQuiet).toBe(false);
          expect(clock.moment().monotonic - newestAt).toBeLessThanOrEqual(61_000);
        }
      }
      await stop();
    }),
    { numRuns: 60 },
  );
});

test('a text of the city is shown for its time, behind alarms', async () => {
  const { clock, orders, board, raise, clear, siren } = rig();
  await clock.advance(0);
  const shown = board.show('siren', 'Road closed', 60_000);
  await clock.advance(0);
  expect(await shown).toBe('shown');
  expect(siren()).toMatchObject({ isOn: true, why: { text: 'Road closed' } });
  await raise(alarm());
  expect(orders.at(-1)).toMatchObject({ why: { alarm: 'danger' } });
  await clear(alarm());
  expect(orders.at(-1)).toMatchObject({ why: { text: 'Road closed' } });
  await clock.advance(61_000);
  expect(siren()).toMatchObject({ isOn: false });
});

test('a text that cannot be shown now is told so, and is not shown later', async () => {
  const { clock, orders, state, board, raise, clear } = rig();
  await raise(alarm());
  const behind = board.show('siren', 'Road closed', 60_000);
  await clock.advance(0);
  expect(await behind).toBe('alarm');
  await clear(alarm());
  state.isBroken = true;
  const broken = board.show('siren', 'Road open', 60_000);
  await clock.advance(0);
  expect(await broken).toEqual(foreign('no answer'));
  state.isBroken = false;
  await clock.advance(10_000);
  expect(orders.some((each) => each.on && typeof each.why === 'object' && 'text' in each.why)).toBe(false);
  expect(board.show('other', 'text', 1_000)).toBeUndefined();
});
