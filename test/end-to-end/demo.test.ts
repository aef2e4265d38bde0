import { expect, test } from 'vitest';
import { width } from '../../gateway/words/layout.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { machimori } from './machimori.ts';

async function demo(...options: readonly string[]) {
  const { out, err, code } = await machimori(temporaryFolder(), 'demo', ...options);
  expect(err).toBe('');
  return { output: out, code };
}

test('the demo loses and doubles nothing over an outage, and shows all kinds of device', {
  timeout: 90_000,
}, async () => {
  const { output, code } = await demo('--seconds', '14', '--outage', '4:8', '--json');
  const outcome = JSON.parse(output);
  expect(outcome).toMatchObject({ lost: 0, duplicated: 0 });
  expect(outcome.stored).toEqual(outcome.sent);
  for (const kind of ['position', 'water-level', 'people-count', 'sighting'])
    expect(outcome.stored[kind]).toBeGreaterThan(0);
  expect(outcome.alarms).toBeGreaterThan(0);
  expect(code).toBe(0);
});

test('the demo fits its terminal, shows alarms first and an outage as a problem, and says at its end that nothing is lost', {
  timeout: 90_000,
}, async () => {
  const { output, code } = await demo('--seconds', '9', '--outage', '3:7', '--lang', 'en');
  for (const line of output.split('\n')) expect(width(line)).toBeLessThanOrEqual(80);
  expect(output).toMatch(/^device .*last reading\ngauge-\w+ .* ▲ \S+: .*level [\d.]+ m/m);
  expect(output).toContain('\nAll is well.\n');
  expect(output).toContain('\n! Destination city is not connected');
  expect(output).toMatch(/\n0 lost, 0 duplicated, \d+ alarms\n$/);
  expect(code).toBe(0);
});

test('the demo of a region archives every reading once, and has its newest at the broker, which was away', {
  timeout: 90_000,
}, async () => {
  const { output, code } = await demo('--city', '--seconds', '14', '--outage', '4:8', '--json');
  const outcome = JSON.parse(output);
  expect(Object.keys(outcome)).toEqual(['sentReadings', 'archived', 'entities', 'lost', 'duplicated']);
  expect(outcome).toMatchObject({ lost: 0, duplicated: 0, archived: outcome.sentReadings });
  expect(outcome.sentReadings).toBeGreaterThan(100);
  expect(outcome.entities).toBeGreaterThan(20);
  expect(code).toBe(0);
});
