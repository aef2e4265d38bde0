import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const MAIN = new URL('../../dist/gateway/main.js', import.meta.url).pathname;

test('the demo loses and doubles nothing over an outage, and shows all kinds of device', {
  timeout: 90_000,
}, async () => {
  const demo = spawn(process.execPath, [MAIN, 'demo', '--seconds', '14', '--outage', '4:8', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  demo.stdout.on('data', (text: Buffer) => {
    output += text;
  });
  const [code] = await once(demo, 'close');
  const outcome = JSON.parse(output);
  expect(outcome).toMatchObject({ lost: 0, duplicated: 0 });
  expect(outcome.stored).toEqual(outcome.sent);
  for (const kind of ['position', 'water-level', 'people-count', 'sighting'])
    expect(outcome.stored[kind]).toBeGreaterThan(0);
  expect(outcome.alarms).toBeGreaterThan(0);
  expect(code).toBe(0);
});
