import { expect, test } from 'vitest';
import { isPostgresMissing } from '../postgres/postgres.ts';
import { hubLoad } from './hub-load-run.ts';

test.skipIf(isPostgresMissing)(
  'a small region feeds one hub: all is archived once, and each device is at the broker',
  {
    timeout: 120_000,
  },
  async () => {
    const options = { gateways: 60, plows: 20, detectors: 50, seconds: 12, archive: 'postgres', report() {} } as const;
    const outcome = await hubLoad(options);
    expect(outcome.sentReadings).toBeGreaterThan(60);
    expect(outcome).toMatchObject({ archived: outcome.sentReadings, doubled: 0, refused: 0 });
    expect(outcome.entities).toBe(outcome.entitiesExpected);
  },
);
