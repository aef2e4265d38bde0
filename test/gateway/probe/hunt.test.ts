import { describe, expect, test } from 'vitest';
import { BAUD_RATES, plainSetting } from '../../../gateway/probe/line.ts';
import { BUDGET_MS, hunted, KINDS } from './rig.ts';

describe.each(KINDS)('$title is recognised', (kind) => {
  test.each(BAUD_RATES)('at %i baud', async (baud) => {
    const { outcome, tookMs } = await hunted({ kind, device: plainSetting(baud) });
    console.log(
      kind.title,
      baud,
      tookMs,
      outcome.candidates.map((c) => `${c.type} ${c.confidence} ${c.telling}/${c.frames} ${JSON.stringify(c.devices)}`),
      outcome.lastUnit,
    );
    expect(outcome.candidates.map(({ type }) => type)).toEqual([kind.type]);
    expect(outcome.setting).toEqual(plainSetting(baud));
    expect(tookMs).toBeLessThanOrEqual(BUDGET_MS);
  });
});
