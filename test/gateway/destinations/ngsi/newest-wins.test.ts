/** Nothing older ever overwrites anything newer: not late, not out of order, not after a restart, not by a clock that was wrong. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { json } from '../../../../simulators/orion/exchange.ts';
import type { NgsiV2Broker } from '../../../../simulators/orion/ngsi-v2-broker.ts';
import { AT, level, NgsiRig, standing } from './ngsi-rig.ts';

const minute = 60_000;

describe.each([undefined, 'orion-ld', 'scorpio', 'stellio'] as const)('at %s', (flavour) => {
  const open = (more = {}) => new NgsiRig({ ...(flavour !== undefined && { flavour }), ...more });

  test('a late reading is receipted as stored, and the broker keeps the newer', async () => {
    const rig = open();
    const session = await rig.open();
    await rig.send(session, [level(2, AT + minute)]);
    const asked = rig.updates.length;
    expect(await rig.send(session, [level(1, AT)])).toMatchObject({ outcome: 'stored', refused: [] });
    expect(rig.value('gauge-01', 'currentLevel')).toBe(2);
    expect(rig.updates).toHaveLength(asked); // it is not even asked
  });

  test('of one batch the newest counts, whatever its order, and each entity is once in a request', async () => {
    const rig = open();
    const session = await rig.open();
    await rig.send(session, [level(3, AT + 3), level(1, AT + 1), level(2, AT + 2)]);
    expect(rig.value('gauge-01', 'currentLevel')).toBe(3);
    expect(rig.updates).toHaveLength(1);
    expect(rig.updates[0]?.body?.toString().split('FloodMonitoring:kakogawa')).toHaveLength(2);
  });

  test('of two readings with the same time the later in order wins, also if the earlier is sent again', async () => {
    const rig = open();
    const session = await rig.open();
    const [first, second] = [rig.batch([level(1)]), rig.batch([level(2), level(3)])];
    await rig.run(session.send(first));
    await rig.run(session.send(second));
    expect(rig.value('gauge-01', 'currentLevel')).toBe(3);
    expect(await rig.run(session.send(first))).toMatchObject({ outcome: 'stored' });
    expect(rig.value('gauge-01', 'currentLevel')).toBe(3);
  });

  test('attributes of several readings are merged, each with its own time', async () => {
    const rig = open();
    const session = await rig.open();
    await rig.send(session, [
      { device: 'gauge-01', kind: 'water-level', observedAt: AT + 2, values: { level: 2 } },
      { device: 'gauge-01', kind: 'water-level', observedAt: AT + 1, values: { level: 1, distance: 4 } },
    ]);
    expect([rig.value('gauge-01', 'currentLevel'), rig.value('gauge-01', 'measuredDistance')]).toEqual([2, 4]);
  });

  test('what was sent is remembered across restarts, though the broker may not be read', async () => {
    const rig = open();
    const session = await rig.open();
    await rig.send(session, [level(2, AT + minute)]);
    await session.close(standing);
    rig.orion.misbehaviour = { instead: ({ method }) => (method === 'GET' ? json(403, { message: 'no' }) : undefined) };
    const again = await rig.open();
    await rig.send(again, [level(1, AT)]);
    expect(rig.value('gauge-01', 'currentLevel')).toBe(2);
    await rig.send(again, [level(3, AT + 2 * minute)]);
    expect(rig.value('gauge-01', 'currentLevel')).toBe(3);
  });

  test('with the memory lost, what the broker has is read back first, once for each entity', async () => {
    const rig = open();
    const session = await rig.open();
    await rig.send(session, [level(2, AT + minute)]);
    await session.close(standing);
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(rig.folder, `city.newest.sqlite${suffix}`), { force: true });
    const again = await rig.open();
    await rig.send(again, [level(1, AT)]);
    expect(rig.value('gauge-01', 'currentLevel')).toBe(2);
    const before = rig.asked.length;
    await rig.send(again, [level(3, AT + 2 * minute)]);
    expect(rig.asked.length - before).toBe(1);
    expect(rig.value('gauge-01', 'currentLevel')).toBe(3);
  });

  test('a reading from the future is refused, and one by a clock that was never set poisons nothing', async () => {
    const rig = open();
    const session = await rig.open();
    const receipt = await rig.send(session, [level(9, AT + 60 * minute), level(1, AT)]);
    expect(receipt.refused).toMatchObject([{ index: 0, reason: expect.stringContaining('ahead of the clock') }]);
    expect(rig.value('gauge-01', 'currentLevel')).toBe(1);
    rig.clock.synchronised = false;
    await rig.send(session, [{ ...level(9, AT + 1e10), quality: 'clock-unsynchronised' }]);
    expect(rig.value('gauge-01', 'currentLevel')).toBe(9);
    rig.clock.synchronised = true;
    await rig.send(session, [level(2, AT + minute)]);
    expect(rig.value('gauge-01', 'currentLevel')).toBe(2);
    await session.close(standing);
    const again = await rig.open();
    await rig.send(again, [level(3, AT + 2 * minute)]);
    expect(rig.value('gauge-01', 'currentLevel')).toBe(3);
  });

  test('a time from the future that the broker has from elsewhere counts for nothing', async () => {
    const rig = open();
    rig.clock.synchronised = false;
    const session = await rig.open();
    await rig.send(session, [level(9, AT + 1e10)]);
    await session.close(standing);
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(rig.folder, `city.newest.sqlite${suffix}`), { force: true });
    rig.clock.synchronised = true;
    const again = await rig.open();
    await rig.send(again, [level(2, AT)]);
    expect(rig.value('gauge-01', 'currentLevel')).toBe(2);
  });
});

test('two destinations of one gateway each remember their own', async () => {
  const rig = new NgsiRig();
  const [a, b] = [await rig.open({ name: 'a', servicePath: '/a' }), await rig.open({ name: 'b', servicePath: '/b' })];
  await rig.send(a, [level(2, AT + minute)]);
  await rig.send(b, [level(1, AT)]);
  const broker = rig.broker as NgsiV2Broker; // no flavour of NGSI-LD was asked for
  const levelAt = (path: string) => broker.entities('', path)[0]?.attributes.get('currentLevel')?.value;
  expect([levelAt('/a'), levelAt('/b')]).toEqual([2, 1]);
});

/** One thing that the broker, the network or the gateway does next. */
const mishap = fc.constantFrom(
  ...(['good', 'cut after', 'cut before', 'hang', '500', '503', '429', 'restart', 'restart without memory'] as const),
);
const reading = fc.record({
  device: fc.constantFrom('gauge-01', 'gauge-02', 'gauge-03'),
  at: fc.integer({ min: 0, max: 20 }),
  names: fc.constantFrom(['level'], ['distance'], ['level', 'distance']),
});

test('whatever the order and the faults, the broker has the newest of each attribute in the end, and every batch a receipt', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.array(reading, { minLength: 1, maxLength: 6 }), mishap), { minLength: 1, maxLength: 12 }),
      fc.constantFrom(undefined, 'orion-ld' as const, 'scorpio' as const, 'stellio' as const),
      fc.constantFrom(1, 3),
      async (steps, flavour, parallelRequests) => {
        const rig = new NgsiRig({ settings: { parallelRequests }, ...(flavour !== undefined && { flavour }) });
        let session = await rig.open();
        let value = 0;
        const newest = new Map<string, { at: number; value: number }>();
        const waiting = new Set<ReturnType<NgsiRig['batch']>>();
        const deliver = (batch: ReturnType<NgsiRig['batch']>) => {
          waiting.add(batch);
          return session.send(batch).then(
            (receipt) => {
              expect(receipt).toMatchObject({ outcome: 'stored', refused: [] });
              waiting.delete(batch);
            },
            () => {}, // it is sent again
          );
        };
        for (const [readings, what] of steps) {
          let toGo = 2;
          const faulty = {
            500: json(500, {}),
            503: json(503, {}),
            429: json(429, {}, { 'retry-after': '7' }),
          } as const;
          rig.orion.misbehaviour = {
            instead() {
              if (toGo <= 0) return undefined;
              if (what === 'hang') return toGo-- > 0 ? 'hang' : undefined;
              if (what === 'cut before') return toGo-- > 0 ? 'cut' : undefined;
              if (what !== '500' && what !== '503' && what !== '429') return undefined;
              toGo--;
              return faulty[what];
            },
            afterwards: ({ method }) => (what === 'cut after' && method === 'POST' && toGo-- > 0 ? 'cut' : undefined),
          };
          const batch = rig.batch(
            readings.map(({ device, at, names }) => {
              const values = Object.fromEntries(
                names.map((name) => {
                  const known = newest.get(`${device} ${name}`);
                  if (known === undefined || at >= known.at) newest.set(`${device} ${name}`, { at, value: ++value });
                  else value++;
                  return [name, value];
                }),
              );
              return { device, kind: 'water-level' as const, observedAt: AT + at, values };
            }),
          );
          const sending = deliver(batch);
          await rig.clock.advance(3);
          if (what.startsWith('restart')) {
            await rig.run(session.close(standing));
            if (what === 'restart without memory') {
              for (const suffix of ['', '-wal', '-shm']) {
                rmSync(join(rig.folder, `city.newest.sqlite${suffix}`), { force: true });
              }
            }
            session = await rig.open();
            for (const each of [...waiting].reverse()) void deliver(each);
          }
          void sending;
        }
        rig.orion.misbehaviour = {};
        for (let i = 0; waiting.size > 0 && i < 50; i++) {
          await rig.clock.advance(60_000);
          if (i % 5 === 4) for (const each of waiting) void deliver(each);
        }
        expect(waiting.size).toBe(0);
        await rig.run(session.close(standing));
        for (const [key, { value: expected }] of newest) {
          const [device = '', name] = key.split(' ');
          const attribute = name === 'level' ? 'currentLevel' : 'measuredDistance';
          expect([key, rig.value(device, attribute)]).toEqual([key, expected]);
        }
      },
    ),
    { numRuns: 150 },
  );
}, 120_000);
