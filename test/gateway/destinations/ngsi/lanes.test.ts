/** Several requests at once: never two with the same entity, and all lanes know what the broker says of one. */
import { expect, test } from 'vitest';
import type { Receipt } from '../../../../shared/feed/receipt.ts';
import { json } from '../../../../simulators/orion/exchange.ts';
import { AT, level, NgsiRig } from './ngsi-rig.ts';

const devices = Array.from({ length: 40 }, (_, i) => `gauge-${i}`);
const idsIn = (body: unknown) => String(body).match(/urn:ngsi-ld:[^"]+:gauge-\d+/g) ?? [];

test('as many requests as are allowed are on their way, and never two with the same entity', async () => {
  const rig = new NgsiRig({ settings: { parallelRequests: 4, requestEntities: 3 } });
  const session = await rig.open();
  const onTheirWay = new Set<string>();
  let [requests, most] = [0, 0];
  rig.onTheWay = ({ method, body }, isOver) => {
    if (method !== 'POST') return;
    requests += isOver ? -1 : 1;
    most = Math.max(most, requests);
    for (const id of idsIn(body)) {
      expect(onTheirWay.has(id)).toBe(isOver);
      if (isOver) onTheirWay.delete(id);
      else onTheirWay.add(id);
    }
  };
  const sending = Array.from({ length: 6 }, (_, round) =>
    session.send(rig.batch(devices.map((device, i) => level(round, AT + round * 1_000 + i, device)))),
  );
  await rig.run(Promise.all(sending));
  expect(most).toBe(4);
  for (const device of devices) expect(rig.value(device, 'currentLevel')).toBe(5);
});

test('a broker that asks to be left alone is asked by no lane until then', async () => {
  const rig = new NgsiRig({ settings: { parallelRequests: 4 } });
  const session = await rig.open();
  await rig.send(session, [level(0, AT, 'gauge-0')]);
  let isTold = false;
  rig.orion.misbehaviour = {
    instead: ({ method }) => {
      if (isTold || method !== 'POST') return undefined;
      isTold = true;
      return json(429, {}, { 'retry-after': '50' });
    },
  };
  const first = session.send(rig.batch([level(1, AT + 1, 'gauge-0')]));
  await rig.clock.advance(1_000);
  expect(isTold).toBe(true);
  const before = rig.asked.length;
  const others = session.send(rig.batch(devices.map((device) => level(2, AT + 2, device))));
  await rig.clock.advance(45_000);
  expect(rig.asked).toHaveLength(before);
  await rig.run(Promise.all([first, others]));
  expect(rig.value('gauge-0', 'currentLevel')).toBe(2);
});

test('an entity on which the broker fails is refused in its lane although only the others are taken', async () => {
  const rig = new NgsiRig({ settings: { parallelRequests: 4 } });
  const session = await rig.open();
  rig.orion.misbehaviour = { instead: ({ body }) => (body.includes(':gauge-7"') ? json(500, {}) : undefined) };
  const batch = rig.batch([level(1, AT, 'gauge-7')]);
  const again = (): Promise<Receipt> => session.send(batch).catch(again); // as the forwarder does
  const poison = again();
  const others = devices.filter((device) => device !== 'gauge-7').slice(0, 9);
  for (let minute = 1; minute <= 10; minute++) {
    await rig.send(
      session,
      others.map((device) => level(minute, AT + minute, device)),
    );
    await rig.clock.advance(60_000);
  }
  expect(await Promise.race([poison, Promise.resolve('waits')])).toMatchObject({ refused: [{ index: 0 }] });
});
