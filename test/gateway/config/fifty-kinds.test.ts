/** Fifty kinds of mistakes, and what a technician is told of each in both languages: fifty-kinds.txt is read by people. */
import { expect, test } from 'vitest';
import { formatFault, readConfig } from '../../../gateway/config/config.ts';
import { FIFTY_KINDS, goodSite } from './fifty-kinds.ts';
import { expectBothLanguages } from './told.ts';

const spoiled = ([, from, to]: readonly [string, string, string]) => {
  const good = goodSite();
  expect(good.split(from)).toHaveLength(2); // it is there once
  return good.replace(from, () => to);
};
const faultsOf = (text: string) => {
  const read = readConfig(text, '/etc/machimori/gateway.toml');
  return read.ok ? [] : read.faults.filter(({ severity }) => severity === 'fault');
};

test('the site itself has no fault', () => {
  expect(faultsOf(goodSite())).toEqual([]);
});

test('fifty kinds and more', () => {
  expect(FIFTY_KINDS.length).toBeGreaterThanOrEqual(50);
});

test.each(FIFTY_KINDS)('%s is told with its line and what to do, in both languages', (...kind) => {
  const text = spoiled(kind);
  const faults = faultsOf(text);
  expect(faults.length).toBeGreaterThan(0);
  const [first] = faults;
  const changed =
    goodSite()
      .split('\n')
      .findIndex((line, i) => line !== text.split('\n')[i]) + 1;
  expect(Math.abs((first?.line ?? 0) - changed)).toBeLessThanOrEqual(25);
  expectBothLanguages(faults);
});

test('all of them, as people read them', async () => {
  const told = FIFTY_KINDS.map((kind) =>
    [
      kind[0],
      ...faultsOf(spoiled(kind)).flatMap((fault) =>
        [formatFault(fault).en, formatFault(fault).ja].map((line) => line.replace('/etc/machimori/gateway.toml:', '')),
      ),
    ].join('\n  '),
  );
  await expect(`${told.join('\n')}\n`).toMatchFileSnapshot('fifty-kinds.txt');
});
