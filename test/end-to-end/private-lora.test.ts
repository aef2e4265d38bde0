/** Three LoRa modems on pseudo-terminals, a gateway, a city OS: what the nodes send arrives, also after a power failure. */
import { expect, test } from 'vitest';
import { openRig } from '../../gateway/rig/library.ts';

/** Prefix and one distance. Nothing but a silence would tell two bare packets apart that a stalled process reads at once. */
const FRAME_BYTES = 7;

const MODEMS = [{ type: 'rak3172' }, { type: 'lora-e5' }, { type: 'e220', gateway: { 'frame-bytes': FRAME_BYTES } }];

test('packets of all three are stored once each, and a RAK3172 that lost its power is heard again', async () => {
  const channel = [{ channel: 1, type: 'distance', quantity: 'level', value: 1.234 }];
  await using rig = await openRig({
    device: MODEMS.map((modem) => ({
      ...{ id: `gauge-${modem.type}`, prefix: '0b', reading: 'water-level', period: '300ms', channel },
      ...modem,
    })),
    ...{ gateway: {}, city: [{ name: 'city' }] },
    timeline: [{ at: '2s', on: 'gauge-rak3172', fault: 'power-cycle' }],
  });
  await rig.start();
  const least = () => Math.min(...[...rig.bench.devices.keys()].map((id) => rig.stored(id)));
  await rig.until(() => least() > 15, 'all three have been heard', 40_000);
  await rig.settle();
  expect(rig.tallies()).toMatchObject({ lost: 0, twice: 0, missing: 0 });
  expect(rig.tallies().stored).toBe(rig.tallies().sent);
}, 120_000);
