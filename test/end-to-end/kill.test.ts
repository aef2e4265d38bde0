import { expect, test } from 'vitest';
import { torture } from '../torture/torture-run.ts';

const KILLS = 24;

test(`${KILLS} kills at random moments, with a failing link and city OS, lose and double nothing`, {
  timeout: 240_000,
}, async () => {
  const outcome = await torture({ kills: KILLS, seed: 50, gateways: 2 });
  expect(outcome).toMatchObject({ lost: 0, duplicated: 0, waiting: 0, gaps: 0 });
  expect(outcome.stored + outcome.refused).toBe(outcome.appended);
  expect(outcome.appended).toBeGreaterThan(10 * KILLS);
});
