import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../../gateway/machine/log.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function logged(level: 'debug' | 'info' | 'warn' | 'error' = 'info') {
  const file = join(temporaryFolder(), 'log');
  let monotonic = 0;
  const log = openLog(level, () => monotonic, file);
  const text = () => readFileSync(file, 'utf8');
  const lines = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, text, lines, at: (ms: number) => (monotonic = ms) };
}

test('a line is a JSON object with its time, level, message and fields', () => {
  const { log, lines } = logged();
  log.info('The gateway runs', { ports: 3 });
  expect(lines()).toEqual([{ level: 'info', time: expect.any(String), ports: 3, msg: 'The gateway runs' }]);
  expect(lines()[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('messages below the level are not written', () => {
  const { log, lines } = logged('warn');
  log.debug('internals');
  log.info('life');
  log.warn('recovered');
  log.error('lost');
  expect(lines().map(({ level }) => level)).toEqual(['warn', 'error']);
});

test('a repeated error is held back for thirty seconds, then written with the count', () => {
  const { log, lines, at } = logged();
  for (let second = 0; second < 30; second++) {
    at(second * 1_000);
    log.error('It broke', { port: 'river' });
  }
  expect(lines()).toHaveLength(1);
  at(30_000);
  log.error('It broke', { port: 'river' });
  log.error('It broke', { port: 'river' });
  expect(lines().map(({ heldBack }) => heldBack)).toEqual([undefined, 29]);
});

test('the same message about another port, or at another level, is not a repeat', () => {
  const { log, lines } = logged();
  log.warn('It broke', { port: 'river' });
  log.warn('It broke', { port: 'road' });
  log.warn('It broke', { destination: 'city' });
  log.error('It broke', { port: 'river' });
  expect(lines()).toHaveLength(4);
});

test('lifecycle messages are never held back', () => {
  const { log, lines } = logged();
  log.info('Connected', { destination: 'city' });
  log.info('Connected', { destination: 'city' });
  expect(lines()).toHaveLength(2);
});

test('however many different errors there are, all are written', () => {
  const { log, lines } = logged();
  for (let n = 0; n < 2_500; n++) log.error(`fault ${n}`);
  expect(lines()).toHaveLength(2_500);
});

test('what a stranger wrote neither forges a line nor controls the terminal that shows the log', () => {
  const { log, text, lines } = logged();
  const why = 'a\u001b[2J\u009b\u202e\u2028\n{"level":"info"}';
  log.info('It broke', { why, [why]: 1 });
  expect(text()).not.toMatch(/[^\n\P{C}]|[\p{Zl}\p{Zp}]/u);
  expect(lines()).toMatchObject([{ why, [why]: 1, msg: 'It broke' }]);
});

test('a log that cannot be written, since its terminal is gone or its disk is full, costs nothing but its lines', async () => {
  const log = openLog('info', () => 0, '/dev/full');
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < 20_000; n++) log.info(`line ${n} ${'x'.repeat(200)}`);
  await new Promise((resolve) => setImmediate(resolve)); // an error that nobody hears would be thrown by now
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(30e6);
});
