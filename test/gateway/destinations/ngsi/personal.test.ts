/** What tells of a person goes to no broker that was not said to be for it. */
import { expect, test } from 'vitest';
import type { Reading } from '../../../../shared/reading.ts';
import { AT, gauge, level, NgsiRig } from './ngsi-rig.ts';

const sighting: Reading = {
  ...{ device: 'detector-01', kind: 'sighting', observedAt: AT },
  values: { tag: 'tag-hanako', rssi: -60, count: 3, firstAt: AT - 10, lastAt: AT },
};
const tagged: Reading = {
  device: 'x',
  kind: 'measurement',
  observedAt: AT,
  values: { tag: 'tag-hanako', temperature: 20 },
};

test('a sighting, and whatever else names a tag, is receipted and does not go', async () => {
  const rig = new NgsiRig();
  const receipt = await rig.send(await rig.open(), [sighting, tagged, level(1)]);
  expect(receipt).toMatchObject({ outcome: 'stored', refused: [] });
  const sent = JSON.stringify([rig.asked.map(({ body, url }) => [url, body?.toString()]), rig.log.entries]);
  expect(sent).not.toMatch(/hanako|detector-01/);
  expect(rig.broker.entities()).toHaveLength(1);
});

test('nor does what comes from the phone of a volunteer', async () => {
  const rig = new NgsiRig({ describe: (id) => ({ ...gauge(id), type: 'watch-app' }) });
  await rig.send(await rig.open(), [
    { device: 'phone', kind: 'position', observedAt: AT, values: { lat: 34, lon: 134 } },
  ]);
  expect(rig.updates).toEqual([]);
});

test('with personal = true each tag is an entity of its own', async () => {
  const rig = new NgsiRig();
  await rig.send(await rig.open({ personal: true }), [sighting]);
  const ids = rig.broker.entities().map(({ id }) => id);
  expect(ids).toContain('urn:ngsi-ld:TagSighting:kakogawa:gateway-01:detector-01:tag-hanako');
});
