/** `machimori device test`: the third door to the same test reading. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configuredGauge, gauge, openBox, plugIn } from '../gateway/commission/box.ts';
import { machimori } from './machimori.ts';

test('a test is sent from the command line and followed to its receipt; what is refused makes it fail', {
  timeout: 60_000,
}, async () => {
  const wire = await plugIn(gauge());
  const { folder, supervised, city } = await openBox({ more: configuredGauge(wire.path) });
  await expect.poll(() => supervised.gateway.sources.forwarders[0]?.stats.state, { timeout: 20_000 }).toBe('connected');
  const file = join(folder, 'gateway.toml');
  const sent = await machimori(folder, 'device', 'test', file, 'gauge-01');
  expect(sent).toMatchObject({ code: 0 });
  expect(sent.out).toMatch(/city: stored, the receipt came after \d+ ms/);
  city.misbehaviour = { refuse: ({ values }) => (values.test === true ? 'not here' : undefined) };
  const refused = await machimori(folder, 'device', 'test', file, 'gauge-01', '--json');
  expect(refused).toMatchObject({ code: 1 });
  expect(JSON.parse(refused.out.trim().split('\n').at(-1) ?? '')).toMatchObject({
    outcome: 'refused',
    reason: 'not here',
  });
  const unknown = await machimori(folder, 'device', 'test', file, 'gauge-1');
  expect(unknown.code).toBe(1);
  expect(unknown.err).toContain('gauge-01');
});
