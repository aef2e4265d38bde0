/** What every words.ts promises: each sentence in English and in Japanese, with the same gaps, under a code of its own. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tableOf } from '../../shared/text.ts';
import { repositoryRoot } from '../repository-root.ts';

const files = ['shared', 'devices', 'simulators', 'gateway'].flatMap((room) =>
  readdirSync(join(repositoryRoot, room), { recursive: true, encoding: 'utf8' })
    .map((file) => join(room, file))
    .filter((file) => /(^|\/)words\.ts$/.test(file)),
);

const tables = await Promise.all(
  files.map(async (file) => {
    const { say }: { say: Readonly<Record<string, (values: object) => { readonly code: string }>> } = await import(
      join(repositoryRoot, file)
    );
    return [file, { say, table: tableOf(say) ?? {} }] as const;
  }),
);

/** The names of a sentence's gaps; a plural needs the same value as the gap that shows it. */
function gapsOf(sentence: string): ReadonlySet<string> {
  return new Set([...sentence.matchAll(/\{(\w+)(?::[^|}]*\|[^}]*)?\}/g)].map(([, name = '']) => name));
}

test.each(tables)('%s has both languages, with the same gaps', (_, { table }) => {
  expect(Object.keys(table)).not.toHaveLength(0);
  for (const [key, { en, ja }] of Object.entries(table)) {
    expect(en, key).toMatch(/^[\x20-\x7e°…–→×²³µ]+$/);
    const hasWords = /[a-z]{2}/.test(en.replaceAll(/\{[^}]*\}/g, ''));
    if (hasWords) expect(ja, key).toMatch(/[\u3041-\u30ff\u4e00-\u9fff]/);
    expect([...gapsOf(ja)].toSorted(), key).toEqual([...gapsOf(en)].toSorted());
    expect(ja, key).not.toContain('|');
  }
});

test('no two sentences have the same code', () => {
  const codes = tables.flatMap(([, { say, table }]) =>
    Object.entries(table).map(
      ([key, { en }]) => say[key]?.(Object.fromEntries([...gapsOf(en)].map((gap) => [gap, 1]))).code,
    ),
  );
  expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([]);
});
