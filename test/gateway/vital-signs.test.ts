/** What the watchdog is told: whether the gateway makes progress. */
import { expect, test } from 'vitest';
import { noteClosed } from '../../gateway/intake/activity.ts';
import { AWAITED } from '../../gateway/net/keep-open.ts';
import { VitalSigns } from '../../gateway/vital-signs.ts';
import { foreign } from '../../shared/text.ts';
import { sources } from './status/status-rig.ts';

/** Looks every minute, and returns what hangs in the end. */
async function after(minutes: number, { rig, from }: ReturnType<typeof sources>, each = () => {}) {
  const signs = new VitalSigns();
  for (let minute = 0; minute < minutes; minute++) {
    signs.look(from);
    each();
    await rig.clock.advance(60_000);
  }
  return signs.look(from);
}

test('a gateway whose ports are open, are tried, or are waited for is alive', async () => {
  const well = sources();
  expect(await after(60, well)).toBeUndefined();
  const awaited = sources();
  noteClosed(awaited.port, foreign('away'), AWAITED);
  expect(await after(60, awaited)).toBeUndefined();
  const tried = sources();
  const retry = () =>
    noteClosed(tried.port, foreign('away'), { at: tried.rig.clock.moment().wall + 1_000, isSteady: false });
  expect(await after(60, tried, retry)).toBeUndefined();
});

test('a port whose attempt to open never ends hangs after half an hour', async () => {
  const stuck = sources();
  noteClosed(stuck.port, foreign('away'), { at: stuck.rig.clock.moment().wall + 1_000, isSteady: false });
  expect(await after(20, stuck)).toBeUndefined();
  expect(await after(40, stuck)).toContain('port "river" has not been tried');
});

test('readings that wait minutes for their commit hang', async () => {
  const { from } = sources();
  const waits = (pendingMs: number) => ({ ...from, buffer: { stats: () => ({ ...from.buffer.stats(), pendingMs }) } });
  expect(new VitalSigns().look(waits(60_000) as never)).toBeUndefined(); // all that is looked at
  expect(new VitalSigns().look(waits(200_000) as never)).toContain('200 s');
});
