import { expect, test } from 'vitest';
import type { BandName } from './band.ts';
import { Day } from './day.ts';

/** `npm run lorawan-day` shows figures; both can be chosen: LORAWAN_SEED=7 LORAWAN_HOURS=72 npm run lorawan-day. */
const hours = Number(process.env.LORAWAN_HOURS ?? 24);
const seed = Number(process.env.LORAWAN_SEED ?? 1);

test.each<BandName>(['EU868', 'AS923-1', 'US915', 'AU915'])(
  `${hours} hours of %s cost no device its channels, no station its air time and no queue its downlinks`,
  async (band) => {
    const { faults, figures } = await new Day(band, seed).run(hours);
    if (process.env.LORAWAN_FIGURES !== undefined) console.log(band, figures);
    expect(faults).toEqual([]);
  },
  600_000,
);
