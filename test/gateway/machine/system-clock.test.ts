import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { RELEASED_AT } from '../../../gateway/machine/release.ts';
import { bootId, SystemClock, type TimeSource } from '../../../gateway/machine/system-clock.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';

const never = new AbortController().signal;

test('a clock that is always right returns the system time', () => {
  const before = Date.now();
  const { wall, synchronised } = new SystemClock('always').moment();
  expect(synchronised).toBe(true);
  expect(wall).toBeGreaterThanOrEqual(before);
  expect(wall).toBeLessThanOrEqual(Date.now());
});

test('the monotonic clock runs on across instances and does not go back', () => {
  const first = new SystemClock('always').moment().monotonic;
  const second = new SystemClock('always').moment().monotonic;
  expect(second - first).toBeGreaterThan(-20); // the system gives its uptime in hundredths of a second
  expect(second - first).toBeLessThan(1_000);
  const uptimeMs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1_000;
  expect(Math.abs(uptimeMs - new SystemClock('always').moment().monotonic)).toBeLessThan(1_000);
});

test('a clock before the release date has not been set', () => {
  vi.useFakeTimers({ now: RELEASED_AT - 1, toFake: ['Date'] });
  try {
    expect(new SystemClock('auto').moment().synchronised).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});

test('GPS sets an unset clock', () => {
  const clock = new SystemClock('never');
  const { monotonic, synchronised } = clock.moment();
  expect(synchronised).toBe(false);
  clock.setFromGps(1_768_446_000_000 - monotonic);
  const moment = clock.moment();
  expect(moment.synchronised).toBe(true);
  expect(moment.wall - 1_768_446_000_000).toBeGreaterThanOrEqual(0);
  expect(moment.wall - 1_768_446_000_000).toBeLessThan(5_000);
});

test('a GPS fix does not move a set clock', () => {
  const clock = new SystemClock('always');
  clock.setFromGps(0);
  expect(Math.abs(clock.moment().wall - Date.now())).toBeLessThan(1_000);
});

test('how far a set clock is from GPS is known while GPS tells it', async () => {
  const virtual = new VirtualClock();
  const time: TimeSource = {
    wall: () => virtual.moment().wall,
    monotonic: () => virtual.moment().monotonic,
    isSet: () => true,
    sleep: (ms, signal) => virtual.sleep(ms, signal),
  };
  const clock = new SystemClock('always', time);
  expect(clock.aheadOfGpsMs).toBeUndefined();
  const { wall, monotonic } = virtual.moment();
  clock.setFromGps(wall - monotonic - 9_000);
  expect(clock.aheadOfGpsMs).toBe(9_000);
  expect(new SystemClock('never', time).aheadOfGpsMs).toBeUndefined();
  await virtual.advance(3_600_001);
  expect(clock.aheadOfGpsMs).toBeUndefined();
});

test('a watcher hears once that the clock was set, with the offset', async () => {
  const clock = new SystemClock('never');
  const stop = new AbortController();
  const heard: number[] = [];
  const watching = clock.watch((offsetMs) => heard.push(offsetMs), stop.signal);
  clock.setFromGps(1_000_000);
  await vi.waitFor(() => expect(heard).toHaveLength(1), { timeout: 10_000, interval: 10 });
  stop.abort();
  await watching;
  expect(Math.abs((heard[0] ?? 0) - 1_000_000)).toBeLessThan(1);
});

test('an aborted sleep ends early and does not reject', async () => {
  const stop = new AbortController();
  const sleeping = new SystemClock('always').sleep(3_600_000, stop.signal);
  stop.abort();
  await expect(sleeping).resolves.toBeUndefined();
  await expect(new SystemClock('always').sleep(3_600_000, AbortSignal.abort())).resolves.toBeUndefined();
  await expect(new SystemClock('always').sleep(0, never)).resolves.toBeUndefined();
});

test("the boot id is the system's", () => {
  expect(bootId()).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
});

/** A freshly booted machine whose wall clock the test controls. */
class Machine implements TimeSource {
  readonly clock = new VirtualClock();
  offsetMs = 0;
  isServed = false;
  readonly wall = () => Math.floor(this.monotonic() + this.offsetMs);
  readonly monotonic = () => this.clock.moment().monotonic;
  readonly isSet = () => this.isServed;
  readonly sleep = (ms: number, signal: AbortSignal) => this.clock.sleep(ms, signal);
}

test('a clock is set if it is past the release date and the time service agrees, and each step is heard', async () => {
  const machine = new Machine();
  const clock = new SystemClock('auto', machine);
  const stop = new AbortController();
  const heard: number[] = [];
  const watching = clock.watch((offsetMs) => heard.push(offsetMs), stop.signal);
  machine.offsetMs = RELEASED_AT + 5;
  await machine.clock.advance(3_000);
  expect(clock.moment().synchronised).toBe(false);
  machine.isServed = true;
  await machine.clock.advance(3_000);
  expect(clock.moment()).toEqual({ wall: RELEASED_AT + 6_005, monotonic: 6_000, synchronised: true });
  machine.offsetMs += 400; // as network time slews and nudges a clock
  await machine.clock.advance(3_000);
  machine.offsetMs += 3_600_000;
  await machine.clock.advance(3_000);
  machine.offsetMs = 0;
  await machine.clock.advance(3_000);
  expect(clock.moment().synchronised).toBe(false);
  expect(heard).toEqual([RELEASED_AT + 5, RELEASED_AT + 3_600_405]);
  stop.abort();
  await watching;
});

test('a step is noticed by the very next moment, back and forward, without waiting for the watch', async () => {
  const machine = new Machine();
  machine.isServed = true;
  machine.offsetMs = RELEASED_AT + 5;
  const clock = new SystemClock('auto', machine);
  expect(clock.moment().synchronised).toBe(true);
  machine.offsetMs = 0;
  expect(clock.moment()).toEqual({ wall: 0, monotonic: 0, synchronised: false });
  machine.offsetMs = RELEASED_AT + 7;
  expect(clock.moment()).toEqual({ wall: RELEASED_AT + 7, monotonic: 0, synchronised: true });
});

test('a step that happens between two askings and is undone before the next leaves the clock set', async () => {
  const machine = new Machine();
  machine.isServed = true;
  machine.offsetMs = RELEASED_AT + 5;
  const clock = new SystemClock('auto', machine);
  const stop = new AbortController();
  const watching = clock.watch(() => {}, stop.signal);
  await machine.clock.advance(100);
  machine.offsetMs = 0;
  await machine.clock.advance(100);
  expect(clock.moment().synchronised).toBe(false);
  machine.offsetMs = RELEASED_AT + 5;
  await machine.clock.advance(100);
  expect(clock.moment().synchronised).toBe(true);
  stop.abort();
  await watching;
});

test('an unset clock that nothing moves is asked once a second, not at each moment', async () => {
  const machine = new Machine();
  let asked = 0;
  const clock = new SystemClock('auto', {
    ...machine,
    wall: () => RELEASED_AT + 5,
    monotonic: () => 1,
    isSet: () => ++asked < 0,
  });
  for (let n = 0; n < 100; n++) clock.moment();
  expect(asked).toBe(1);
});
