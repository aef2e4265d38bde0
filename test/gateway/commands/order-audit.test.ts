/** Who ordered what: a file a month, and whole months go after three years. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
