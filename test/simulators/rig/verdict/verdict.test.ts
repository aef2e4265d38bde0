/** Each expectation, come true and not: what a gateway that is broken in one way fails, and what it does not. */
import { describe, expect, test } from 'vitest';
import { reachVerdict } from '../../../../simulators/rig/verdict/verdict.ts';
import { alarm, arrived, evidence, judged, NOBODY_ASKED, TEN } from './evidence.ts';

const ONCE = { that: 'stored-once' };

describe('everything is stored, and once', () => {
  test('if each device has as many readings as it sent', async () => {
    expect(await judged(ONCE)).toMatchObject({
      ok: true,
      measured: { en: '10 sent, 10 stored, 0 twice, 0 batches missing' },
    });
  });

  test('not if a gateway drops one, and the device is named', async () => {
    const outcome = await judged(ONCE, TEN.slice(1));
    expect(outcome).toMatchObject({ ok: false, hint: { en: 'They differ: gauge: 10 sent, 9 stored' } });
  });

  test('one that is as another is told: it may be a frame that came as another did, or one stored in the place of another', async () => {
    expect((await judged(ONCE, [...TEN, { at: 3 }])).ok).toBe(false);
    const { ok, measured } = await judged(ONCE, [...TEN.slice(1), { at: 3 }], { alike: 1 });
    expect({ ok, told: measured.en }).toMatchObject({ ok: true, told: expect.stringContaining('1 alike') });
  });

  test('not if a batch is missing, and not if nothing was sent', async () => {
    expect((await judged(ONCE, TEN, { missing: 1 })).ok).toBe(false);
    const nothing = await judged(ONCE, [], { sent: new Map([['gauge', new Map()]]) });
    expect(nothing).toMatchObject({
      ok: false,
      hint: { en: expect.stringContaining('did the gateway open the wires') },
    });
  });

  test('whatever alarms a gateway adds; those that a device sends itself count', async () => {
    expect((await judged(ONCE, [...TEN, alarm('flood', 4)])).ok).toBe(true);
    const sent = new Map([['gauge', new Map([['alarm', 1]])]]);
    expect((await judged(ONCE, [alarm('button', 4)], { sent })).ok).toBe(true);
  });

  test('of the named devices only', async () => {
    const sent = new Map([
      ['gauge', new Map([['water-level', 10]])],
      ['other', new Map([['water-level', 5]])],
    ]);
    expect((await judged({ ...ONCE, devices: ['gauge'] }, TEN, { sent })).ok).toBe(true);
    expect((await judged(ONCE, TEN, { sent })).ok).toBe(false);
  });

  test('within a window across an outage, but for one at its edges', async () => {
    const window = { ...ONCE, from: '2s', to: '8s' };
    expect(
      (
        await judged(
          window,
          TEN.filter(({ at }) => at >= 2 && at < 8),
        )
      ).ok,
    ).toBe(true);
    expect(
      (
        await judged(
          window,
          TEN.filter(({ at }) => at >= 3 && at < 8),
        )
      ).ok,
    ).toBe(true);
    expect(
      (
        await judged(
          window,
          TEN.filter(({ at }) => at < 4 || at > 6),
        )
      ).ok,
    ).toBe(false);
    expect((await judged({ ...ONCE, from: '5s' })).ok).toBe(true);
  });
});

describe('an alarm is raised in time', () => {
  const flood = { that: 'alarm', device: 'gauge', alarm: 'flood', when: 'gauge.level > 2', within: '3s' };
  const crossed = { heldAt: () => 5 };

  test('if it comes within so long of the crossing', async () => {
    expect(await judged(flood, [alarm('flood', 7.5)], crossed)).toMatchObject({
      ok: true,
      measured: { en: 'after 2.50 s' },
    });
    expect((await judged(flood, [alarm('flood', 8)], crossed)).ok).toBe(true);
  });

  test('even a moment before the rig itself has looked, but not long before', async () => {
    expect((await judged(flood, [alarm('flood', 4.7)], crossed)).ok).toBe(true);
    expect(await judged(flood, [alarm('flood', 2)], crossed)).toMatchObject({ ok: false, measured: { en: 'never' } });
  });

  test('not if it is late, never comes, is of another name or device, or is the end of one', async () => {
    expect((await judged(flood, [alarm('flood', 8.1)], crossed)).ok).toBe(false);
    for (const other of [
      [],
      [alarm('high', 6)],
      [{ ...alarm('flood', 6), device: 'other' }],
      [alarm('flood', 6, 'cleared')],
    ]) {
      expect(await judged(flood, other, crossed)).toMatchObject({ ok: false, measured: { en: 'never' } });
    }
  });

  test('not if the condition never held: nothing was tried', async () => {
    const outcome = await judged(flood, [alarm('flood', 6)]);
    expect(outcome).toMatchObject({ ok: false, measured: { en: '"gauge.level > 2" never held' } });
  });

  test('the first one after the crossing counts, whichever came first to the city', async () => {
    const outcome = await judged(flood, [alarm('flood', 20), alarm('flood', 6), alarm('flood', 1)], crossed);
    expect(outcome).toMatchObject({ ok: true, measured: { en: 'after 1.00 s' } });
  });
});

describe('a silent device is named', () => {
  const silent = { that: 'silent', device: 'gauge', within: '30s' };

  test('if its alarm comes in time, and not if it is late or never comes', async () => {
    const seen = { silentAt: () => 10 };
    expect((await judged(silent, [alarm('silent', 39)], seen)).ok).toBe(true);
    expect((await judged(silent, [alarm('silent', 41)], seen)).ok).toBe(false);
    expect((await judged(silent, TEN, seen)).ok).toBe(false);
  });

  test('not if it never fell silent: nothing was tried', async () => {
    expect(await judged(silent, [alarm('silent', 39)])).toMatchObject({
      ok: false,
      measured: { en: 'gauge never fell silent' },
    });
  });
});

describe('readings are stored soon', () => {
  const soon = { that: 'latency', percentile: 90, within: '1s' };

  test('if so many of them are, however late the rest', async () => {
    const one = TEN.map((each) => ({ ...each, lateS: each.at === 3 ? 60 : 0.5 }));
    expect(await judged(soon, one)).toMatchObject({ ok: true, measured: { en: '90 % within 0.500 s, 10 readings' } });
    const two = TEN.map((each) => ({ ...each, lateS: each.at < 2 ? 60 : 0.5 }));
    expect(await judged(soon, two)).toMatchObject({ ok: false, measured: { en: '90 % within 60.000 s, 10 readings' } });
  });

  test.each([
    [50, 5],
    [51, 6],
    [100, 10],
    [0.1, 1],
  ])('the %sth percentile of one to ten seconds is %s s', async (percentile, seconds) => {
    const stored = TEN.map(({ at }) => ({ at, lateS: at + 1 }));
    const outcome = await judged({ that: 'latency', percentile, within: '1h' }, stored);
    expect(outcome.measured.en).toContain(`${percentile} % within ${seconds}.000 s`);
  });

  test('by those within its window, and of its devices', async () => {
    const stored = [
      ...TEN.map((each) => ({ ...each, lateS: each.at < 5 ? 60 : 0.5 })),
      { at: 7, device: 'x', lateS: 60 },
    ];
    expect((await judged({ ...soon, from: '5s', devices: ['gauge'] }, stored)).ok).toBe(true);
    expect((await judged({ ...soon, to: '5s' }, stored)).ok).toBe(false);
  });

  test('not if nothing was stored', async () => {
    expect(await judged(soon, [])).toMatchObject({ ok: false, measured: { en: 'nothing was stored' } });
  });

  test('of a million readings it keeps some, and says the same', async () => {
    const many = Array.from({ length: 450_000 }, (_, i) => ({ at: i % 10, lateS: (i % 1000) / 1000 }));
    expect((await judged({ that: 'latency', percentile: 50, within: '1s' }, many)).measured.en).toMatch(
      /^50 % within 0\.(49|50)\d s, 450000 readings$/,
    );
  });
});

describe('what is in doubt is marked', () => {
  const doubted = { that: 'quality', device: 'gauge', quality: 'out-of-range' };
  const marked = (quality: string | undefined) => TEN.map((each) => ({ ...each, quality }));

  test('the whole reading, or any of its quantities', async () => {
    for (const text of ['out-of-range', 'level:out-of-range', 'stale, level:out-of-range']) {
      expect((await judged(doubted, marked(text))).ok, text).toBe(true);
    }
    for (const text of [undefined, '', 'stale', 'not-out-of-range']) {
      expect((await judged(doubted, marked(text))).ok, text).toBe(false);
    }
  });

  test('one quantity alone', async () => {
    const level = { ...doubted, quantity: 'level' };
    expect((await judged(level, marked('level:out-of-range'))).ok).toBe(true);
    expect((await judged(level, marked('battery:out-of-range'))).ok).toBe(false);
  });

  test('each that is observed while the value was spoiled, and none else is asked about', async () => {
    const window = { ...doubted, from: '3s', to: '6s' };
    const stored = TEN.map((each) => ({ ...each, quality: each.at >= 3 && each.at < 6 ? 'out-of-range' : undefined }));
    expect((await judged(window, stored)).ok).toBe(true);
    expect(await judged({ ...doubted, from: '3s', to: '7s' }, stored)).toMatchObject({
      ok: false,
      measured: { en: '3 so marked, 1 not' },
    });
  });
});

describe('a stored value is what was sensed', () => {
  const same = { that: 'value', device: 'gauge', quantity: 'level', tolerance: 0.01 };
  const rising = { sensedAt: (_: string, __: string, seconds: number) => seconds };
  const stored = (offS: number) => TEN.map(({ at }) => ({ at, values: { level: at + offS } }));

  test('a moment earlier or later, but not much', async () => {
    expect((await judged(same, stored(0), rising)).ok).toBe(true);
    expect((await judged(same, stored(1.5), rising)).ok).toBe(true);
    expect(await judged(same, stored(3), rising)).toMatchObject({
      ok: false,
      measured: { en: '10 looked at, 10 wrong, 1.00 off at most' },
    });
  });

  test('not if one is wrong, if nothing was sensed, or if there is none of it', async () => {
    const one = stored(0).map((each) => (each.at === 4 ? { ...each, values: { level: 99 } } : each));
    expect(await judged(same, one, rising)).toMatchObject({
      ok: false,
      measured: { en: expect.stringContaining('1 wrong') },
    });
    expect((await judged(same, stored(0), { sensedAt: () => undefined })).ok).toBe(false);
    expect((await judged({ ...same, quantity: 'depth' }, stored(0), rising)).ok).toBe(false);
  });
});

test('a verdict is of all expectations, each against its own city', async () => {
  const cities: Record<string, readonly { at: number }[]> = { a: TEN, b: TEN.slice(1) };
  const { ok, outcomes } = await reachVerdict(
    [
      { that: 'stored-once', mayLose: 0, city: 'a', devices: undefined, fromMs: undefined, toMs: undefined },
      { that: 'stored-once', mayLose: 0, city: 'b', devices: undefined, fromMs: undefined, toMs: undefined },
    ],
    (city) => ({ evidence: evidence(), readings: () => (cities[city ?? ''] ?? []).map(arrived) }),
    NOBODY_ASKED,
  );
  expect([ok, ...outcomes.map((each) => each.ok)]).toEqual([false, true, false]);
});

test('what cannot be looked at has not come true', async () => {
  const broken = {
    heldAt: () => {
      throw new RangeError('the archive is closed');
    },
  };
  const expectation = { that: 'alarm', device: 'gauge', alarm: 'flood', when: 'gauge.level > 2', within: '3s' };
  expect(await judged(expectation, TEN, broken)).toMatchObject({
    ok: false,
    measured: { en: expect.stringContaining('the archive is closed') },
  });
});
