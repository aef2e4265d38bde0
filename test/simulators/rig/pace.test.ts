/** A virtual clock that keeps the real one's time. */
import { expect, test } from 'vitest';
import { keepPace } from '../../../simulators/rig/pace.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';

const never = new AbortController().signal;

/** A real clock whose sleeps take as long as they like. */
function lateClock(lateMs: () => number) {
  let now = 5_000;
  return {
    moment: () => ({ wall: now, monotonic: now, synchronised: true }),
    sleep: async (ms: number) => {
      now += ms + lateMs();
    },
  };
}

/** Two devices' beats, as they came. */
async function beatsOn(clock: VirtualClock, untilMs: number): Promise<string[]> {
  const beats: string[] = [];
  const beat = async (name: string, everyMs: number) => {
    while (clock.moment().monotonic < untilMs) {
      beats.push(`${name} ${clock.moment().monotonic}`);
      await clock.sleep(everyMs);
    }
  };
  void beat('a', 30);
  void beat('b', 70);
  return beats;
}

test('what falls due happens in its order and at its moment, however late the machine is', async () => {
  const outcomes = await Promise.all(
    [undefined, () => 0, () => 7.3, () => 450].map(async (lateMs) => {
      const clock = new VirtualClock();
      const beats = await beatsOn(clock, 2_000);
      await keepPace({ clock, real: lateMs && lateClock(lateMs) }, 2_000, never);
      expect(clock.moment().monotonic).toBe(2_000);
      return beats;
    }),
  );
  expect(outcomes[0]).toHaveLength(67 + 29);
  for (const beats of outcomes) expect(beats).toEqual(outcomes[0]);
});

test('it is as late as the real clock, and no later', async () => {
  const clock = new VirtualClock();
  const real = lateClock(() => 120);
  await keepPace({ clock, real }, 1_000, never);
  expect(real.moment().monotonic - 5_000).toBeLessThan(1_000 + 130);
});

test('it stops at the very sleeper that stops it, and what lies down later does not wake', async () => {
  for (const real of [undefined, lateClock(() => 300)]) {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const woken: string[] = [];
    void clock.sleep(500).then(() => woken.push('before'));
    void clock.sleep(500).then(() => stop.abort());
    void clock.sleep(500).then(() => woken.push('after'));
    await keepPace({ clock, real }, Number.POSITIVE_INFINITY, stop.signal);
    expect([clock.moment().monotonic, woken]).toEqual([500, ['before']]);
  }
});
