import { getTasks } from 'node-cron';
import { expect, onTestFinished, test } from 'vitest';
import { isCronExpression, onSchedule } from '../../../gateway/machine/schedule.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Schedules on a virtual clock, in a zone of its own. */
class Rig {
  readonly clock: VirtualClock;
  readonly stop = new AbortController();
  /** When it was called: UTC, to the second. */
  readonly fired: string[] = [];
  readonly #offsetMs: (wall: number) => number;

  constructor(at: string, offsetMs: (wall: number) => number = () => 0) {
    this.clock = new VirtualClock(at);
    this.#offsetMs = offsetMs;
    onTestFinished(() => this.stop.abort());
  }

  start(expression: string): this {
    const action = () => void this.fired.push(this.now);
    const around = { clock: this.clock, offsetMs: this.#offsetMs };
    void onSchedule(expression, action, around, this.stop.signal);
    return this;
  }

  get now(): string {
    return new Date(this.clock.moment().wall).toISOString().slice(0, 19);
  }

  setTo(at: string): void {
    this.clock.setTo(Date.parse(at) - this.clock.moment().monotonic);
  }
}

/** Central European time in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC. */
function berlin(wall: number): number {
  const isSummer = wall >= Date.UTC(2026, 2, 29, 1) && wall < Date.UTC(2026, 9, 25, 1);
  return isSummer ? 2 * HOUR : HOUR;
}

test.each(['*/10 * * * *', '0 6,18 * * *', '30 4 1 * *', '0 12 * * 1-5', '*/15 * * * * *', '0 0 L * *'])(
  '%s is a cron expression',
  (expression) => {
    expect(isCronExpression(expression)).toBe(true);
  },
);

test.each(['', 'every ten minutes', '61 * * * *', '* * * *', '*/0 * * * *'])(
  '"%s" is no cron expression',
  (expression) => {
    expect(isCronExpression(expression)).toBe(false);
  },
);

test('a schedule fires at its times of day until it is stopped', async () => {
  const rig = new Rig('2026-01-15T11:59:30.250Z').start('*/10 12 * * *');
  await rig.clock.advance(DAY);
  const times = ['12:00', '12:10', '12:20', '12:30', '12:40', '12:50'];
  expect(rig.fired).toEqual(times.map((time) => `2026-01-15T${time}:00`));
  rig.stop.abort();
  await rig.clock.advance(DAY);
  expect(rig.fired).toHaveLength(6);
});

test('seconds, days of the month and days of the week are kept', async () => {
  const seconds = new Rig('2026-01-15T12:00:00Z').start('*/20 0 * * * *');
  const last = new Rig('2026-01-15T12:00:00Z').start('0 6 L * *');
  const mondays = new Rig('2026-01-15T12:00:00Z').start('30 8 * * mon');
  await seconds.clock.advance(2 * HOUR);
  await last.clock.advance(20 * DAY);
  await mondays.clock.advance(12 * DAY);
  expect(seconds.fired).toEqual([
    ...['20', '40'].map((s) => `2026-01-15T12:00:${s}`),
    ...['00', '20', '40'].map((s) => `2026-01-15T13:00:${s}`),
    '2026-01-15T14:00:00',
  ]);
  expect(last.fired).toEqual(['2026-01-31T06:00:00']);
  expect(mondays.fired).toEqual(['2026-01-19T08:30:00', '2026-01-26T08:30:00']);
});

test('a schedule stopped before it began never fires, and none stays behind', async () => {
  const rig = new Rig('2026-01-15T12:00:00Z');
  rig.stop.abort();
  rig.start('* * * * *');
  await rig.clock.advance(5 * MINUTE);
  expect(rig.fired).toEqual([]);
  const other = new Rig('2026-01-15T12:00:00Z').start('* * * * *');
  const before = getTasks().size;
  other.stop.abort();
  expect(getTasks().size).toBe(before - 1);
});

test.each(['* * * * *', '*/5 * * * * *', '0 12 29 2 *'])(
  'a clock set forward by 56 years costs "%s" no work, and it goes on',
  async (expression) => {
    const rig = new Rig('1970-01-01T00:00:30Z').start(expression);
    await rig.clock.advance(5 * MINUTE);
    rig.fired.length = 0;
    rig.setTo('2026-11-26T10:00:00Z');
    const startedAt = performance.now();
    await rig.clock.advance(10 * SECOND);
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(rig.fired.length).toBeLessThanOrEqual(3);
    rig.fired.length = 0;
    await rig.clock.advance(3 * MINUTE);
    expect(rig.fired).toHaveLength({ '* * * * *': 3, '*/5 * * * * *': 36, '0 12 29 2 *': 0 }[expression] ?? -1);
  },
);

test('what a step forward has passed over is done once, late', async () => {
  const rig = new Rig('2026-01-15T11:00:10Z').start('30 11 * * *');
  await rig.clock.advance(MINUTE);
  rig.setTo('2026-01-15T13:00:05Z');
  await rig.clock.advance(DAY);
  expect(rig.fired).toHaveLength(2);
  expect(rig.fired[0]).toMatch(/^2026-01-15T13:00:/);
  expect(rig.fired[1]).toBe('2026-01-16T11:30:00');
});

test.each([
  ['an hour', '2026-01-15T11:00:30Z'],
  ['six years', '2020-01-15T11:00:30Z'],
])('a clock set back by %s does not stop a schedule', async (_much, at) => {
  const rig = new Rig('2026-01-15T12:00:10Z').start('* * * * *');
  await rig.clock.advance(5 * MINUTE);
  rig.fired.length = 0;
  rig.setTo(at);
  await rig.clock.advance(5 * MINUTE);
  expect(rig.fired).toEqual([1, 2, 3, 4, 5].map((minute) => `${at.slice(0, 14)}0${minute}:00`));
});

test('a clock that is corrected by a little does nothing twice and leaves nothing out', async () => {
  const rig = new Rig('2026-01-15T12:00:10Z').start('* * * * *');
  for (let n = 0; n < 60; n++) {
    const { wall, monotonic } = rig.clock.moment();
    rig.clock.setTo(wall - monotonic + (n % 2 === 0 ? -900 : 900));
    await rig.clock.advance(10 * SECOND);
  }
  expect(new Set(rig.fired.map((at) => at.slice(0, 16))).size).toBe(10);
  expect(rig.fired).toHaveLength(10);
});

test('a stall makes it late, not lost, and once', async () => {
  const rig = new Rig('2026-01-15T12:00:10Z');
  const { clock } = rig;
  let stallMs = 2_500;
  const stalling = {
    moment: () => clock.moment(),
    sleep: (ms: number, signal: AbortSignal) => clock.sleep(ms + stallMs, signal),
  };
  const action = () => void rig.fired.push(rig.now);
  void onSchedule('* * * * *', action, { clock: stalling, offsetMs: () => 0 }, rig.stop.signal);
  await clock.advance(5 * MINUTE);
  expect(rig.fired.map((at) => at.slice(11, 16))).toEqual(['12:01', '12:02', '12:03', '12:04', '12:05']);
  stallMs = 10 * MINUTE;
  await clock.advance(11 * MINUTE);
  expect(rig.fired).toHaveLength(6);
});

test('at the end of summer time no hour and no daily poll is lost', async () => {
  const hourly = new Rig('2026-10-24T22:30:00Z', berlin).start('0 * * * *');
  const daily = new Rig('2026-10-24T12:00:00Z', berlin).start('30 2 * * *');
  await hourly.clock.advance(5 * HOUR);
  await daily.clock.advance(2 * DAY);
  expect(hourly.fired.map((at) => at.slice(11, 16))).toEqual(['23:00', '00:00', '01:00', '02:00', '03:00']);
  // The hour from 02:00 comes twice.
  expect(daily.fired).toEqual(['2026-10-25T00:30:00', '2026-10-25T01:30:00', '2026-10-26T01:30:00']);
});

test('at its beginning a daily poll in the hour that does not exist is done after it', async () => {
  const hourly = new Rig('2026-03-28T22:30:00Z', berlin).start('0 * * * *');
  const daily = new Rig('2026-03-28T12:00:00Z', berlin).start('30 2 * * *');
  await hourly.clock.advance(5 * HOUR);
  await daily.clock.advance(2 * DAY);
  expect(hourly.fired.map((at) => at.slice(11, 16))).toEqual(['23:00', '00:00', '01:00', '02:00', '03:00']);
  expect(daily.fired).toEqual(['2026-03-29T01:00:00', '2026-03-30T00:30:00']);
});

test("without a zone it goes by this machine's", async () => {
  const clock = new VirtualClock('2026-01-15T12:00:30Z');
  const local = new Date(clock.moment().wall + 2 * MINUTE);
  const stop = new AbortController();
  let fired = 0;
  void onSchedule(`${local.getMinutes()} ${local.getHours()} * * *`, () => fired++, { clock }, stop.signal);
  await clock.advance(HOUR);
  stop.abort();
  expect(fired).toBe(1);
});
