/** Who ordered what: a file a month, and whole months go after three years. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orderAudit } from '../../../gateway/commands/order-audit.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('a line for each step, and what is older than three years goes', async () => {
  const folder = temporaryFolder();
  const audits = join(folder, 'order-audit');
  mkdirSync(audits);
  for (const month of ['2023-10', '2023-12']) writeFileSync(join(audits, `${month}.jsonl`), '');
  const audit = orderAudit(folder);
  const entry = { at: '2026-11-27T00:00:00.000Z', id: '00', action: 'restart', by: 'tanaka' };
  for (const outcome of ['begun', 'done']) await audit.append({ ...entry, outcome });
  expect(readdirSync(audits).toSorted()).toEqual(['2023-12.jsonl', '2026-11.jsonl']);
  const lines = readFileSync(join(audits, '2026-11.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(['begun', 'done']);
});

test('a line that was cut off takes no other with it', async () => {
  const folder = temporaryFolder();
  const entry = { at: '2026-11-27T00:00:00.000Z', id: '00', action: 'restart', by: 'tanaka' };
  await orderAudit(folder).append({ ...entry, outcome: 'begun' });
  appendFileSync(join(folder, 'order-audit/2026-11.jsonl'), '{"at":"2026-11-27T00:00');
  const audit = orderAudit(folder);
  await audit.append({ ...entry, outcome: 'interrupted' });
  await audit.append({ ...entry, id: '01', outcome: 'begun' });
  expect((await audit.recent()).map(({ outcome }) => outcome)).toEqual(['begun', 'interrupted', 'begun']);
});

test('the last entries are read from the end of a file of years, whole ones only', async () => {
  const audit = orderAudit(temporaryFolder());
  const entry = { at: '2026-11-27T00:00:00.000Z', action: 'restart', by: 'tanaka', outcome: 'done' };
  for (let i = 0; i < 800; i++) await audit.append({ ...entry, id: String(i) });
  const recent = await audit.recent();
  expect(recent.length).toBeLessThan(800);
  expect(recent.at(-1)?.id).toBe('799');
  expect(recent.map(({ id }) => Number(id))).toEqual(recent.map((_, i) => 800 - recent.length + i));
});
