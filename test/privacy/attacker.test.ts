/** What a thief, a curious hub and a curious operator learn: the figures of docs/privacy.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../repository-root.ts';
import { playAttackers } from './attackers.ts';
import { tableOfFigures } from './table-of-figures.ts';

test('the attackers learn what docs/privacy.md says, and nothing more', async () => {
  const figures = await playAttackers();
  expect(figures).toEqual({
    tags: 40,
    sightings: 60,
    stolenPhone: { has: 32, identifiers: 0, opened: 0, linked: 0, uploadsToldApart: 0 },
    stolenGateway: { has: 60, identifiers: 20, opened: 20, linked: 0, counted: 60 },
    twoVersions: { has: 60, identifiers: 0, opened: 0, linked: 0, counted: 60 },
    hubOperator: { has: 60, identifiers: 0, opened: 0, linked: 0, counted: 60 },
    neighbouringOperator: { has: 30, identifiers: 0, opened: 0, linked: 0, counted: 30, ofItsOwn: 30 },
  });
  const page = readFileSync(join(repositoryRoot, 'docs/privacy.md'), 'utf8');
  for (const row of tableOfFigures(figures)) expect(page).toContain(row);
});
