import { expect, test } from 'vitest';
import { Rival } from '../../../../gateway/destinations/city-os/rival.ts';
import { VirtualClock } from '../../../../simulators/virtual-clock.ts';

const MINUTE = 60_000;

async function started() {
  const clock = new VirtualClock();
  await clock.advance(MINUTE);
  return { clock, rival: new Rival(clock), now: () => clock.moment().wall };
}

test('two births of others since the start are a rival, until it is no longer heard', async () => {
  const { clock, rival, now } = await started();
  await clock.advance(MINUTE);
  rival.heard({ at: now() - 10 });
  expect(rival.isThere).toBe(false);
  await clock.advance(MINUTE);
  rival.heard({ at: now() - 10 });
  expect(rival.isThere).toBe(true);
  await clock.advance(31 * MINUTE);
  expect(rival.isThere).toBe(false);
  rival.heard({ at: now() });
  expect(rival.isThere).toBe(false);
});

test('own births, births of earlier runs, and the same birth again are no rival', async () => {
  const { clock, rival, now } = await started();
  const future = 3 * now();
  for (let n = 0; n < 5; n++) {
    rival.announced({ at: now() });
    rival.heard({ at: now() });
    rival.heard({ at: now() - 20 * MINUTE });
    rival.heard({ at: future });
    await clock.advance(MINUTE);
  }
  expect(rival.isThere).toBe(false);
});

test('while the clock is not set no birth says anything', async () => {
  const { clock, rival, now } = await started();
  clock.synchronised = false;
  for (let n = 1; n < 5; n++) rival.heard({ at: now() + n });
  expect(rival.isThere).toBe(false);
});
