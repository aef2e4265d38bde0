import { existsSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.ts';
import { verb } from '../../../gateway/cli/verb.ts';
import { foreign } from '../../../shared/text.ts';

test('a fault that nobody foresaw is a sentence, and its stack is in a file of the user alone', async () => {
  const said: string[] = [];
  const terminal = {
    language: 'en' as const,
    columns: 80,
    rows: undefined,
    screenColumns: 80,
    print: () => {},
    printError: ({ en }: { en: string }) => void said.push(en),
    write: () => {},
    writeJson: () => {},
    draw: () => {},
  };
  const broken = verb({ name: 'broken', summary: foreign('breaks') }, async () => async () => {
    throw new RangeError('Invalid time value');
  });
  const run = () => runProgram(['broken'], { verbs: [broken], terminal, version: () => '1' });
  expect(await run()).toBe(1);
  expect(await run()).toBe(1); // its file is there already: nothing is written over
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(
    /^Something failed that Machimori did not foresee \(Invalid time value\)\. Please report it with/,
  );
  expect(said[1]).toMatch(/\(Invalid time value\)\. Please report it$/);
  const file = /what is in (\S+)$/.exec(said[0] ?? '')?.[1] ?? '';
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain('unforeseen.test.ts');
  rmSync(file);
});
