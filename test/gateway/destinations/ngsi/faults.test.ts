/** A broker that is away, slow, restarting, refusing or failing costs no reading, and none blocks the others. */
import { describe, expect, test } from 'vitest';
import { isNobodyThere } from '../../../../gateway/net/absence.ts';
import { type BrokerAnswer, type BrokerRequest, json } from '../../../../simulators/orion/exchange.ts';
import { AT, level, NgsiRig, standing } from './ngsi-rig.ts';

const hour = 3_600_000;
const isUpdate = ({ method }: BrokerRequest) => method === 'POST';
const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => level(i, AT, `gauge-${String(from + i).padStart(5, '0')}`));

/** Answers updates so while `while` holds. */
function answering(rig: NgsiRig, answer: BrokerAnswer | 'cut' | 'hang', during: (request: BrokerRequest) => boolean) {
  rig.orion.misbehaviour = { instead: (request) => (isUpdate(request) && during(request) ? answer : undefined) };
}

test.each([
  ['500', json(500, { error: 'InternalServerError', description: 'Database Error &#40;no primary&#41;' })],
  [
    '502 in HTML',
    { status: 502, headers: { 'content-type': 'text/html' }, body: '<html><title>Bad Gateway</title></html>' },
  ],
  ['503', json(503, { title: 'Service unavailable' })],
  ['404', json(404, { message: 'no Route matched with those values' })],
  ['429', json(429, { message: 'API rate limit exceeded' })],
  ['cut', 'cut'],
] as const)('after an hour of %s everything arrives, and nothing was refused', async (_, answer) => {
  const rig = new NgsiRig();
  let session = await rig.open();
  let isFailing = true;
  answering(rig, answer, () => isFailing);
  const batches = [rig.batch(many(150)), rig.batch(many(150, 150))];
  const waiting = new Set(batches);
  const refused: unknown[] = [];
  const send = () => {
    for (const batch of waiting) {
      session.send(batch).then(
        (receipt) => {
          waiting.delete(batch);
          refused.push(...receipt.refused);
        },
        () => {},
      );
    }
  };
  let isOver = false;
  const watch = () =>
    void session.ended.then(() => {
      isOver = true;
    });
  watch();
  for (let minutes = 0; minutes < 70; minutes++) {
    if (minutes === 60) isFailing = false;
    if (isOver) {
      isOver = false;
      session = await rig.open();
      watch();
    }
    send();
    await rig.clock.advance(hour / 60);
  }
  expect(waiting.size).toBe(0);
  expect(refused).toEqual([]);
  expect(rig.broker.entities()).toHaveLength(300);
  expect(rig.updates.length).toBeLessThan(1_000); // an hour of asking, ever less often
});

test('nobody there ends the session so that it is tried again within a second', async () => {
  const rig = new NgsiRig();
  const session = await rig.open();
  rig.isDown = true;
  await expect(rig.send(session, [level(1)])).rejects.toThrow();
  expect(isNobodyThere(await session.ended)).toBe(true);
  await expect(rig.open()).rejects.toThrow();
  rig.isDown = false;
  const again = await rig.open();
  await rig.send(again, [level(1)]);
  expect(rig.value('gauge-01', 'currentLevel')).toBe(1);
});

test('nobody there is noticed while nothing is sent', async () => {
  const rig = new NgsiRig({ settings: { askEvery: '30s' } });
  const session = await rig.open();
  rig.isDown = true;
  await rig.clock.advance(31_000);
  expect(isNobodyThere(await session.ended)).toBe(true);
});

test('an answer that is lost after the commit is asked for again, and nothing is doubled', async () => {
  const rig = new NgsiRig();
  const writes: unknown[] = [];
  const session = await rig.open();
  let toCut = 1;
  rig.orion.misbehaviour = { afterwards: (request) => (isUpdate(request) && toCut-- > 0 ? 'cut' : undefined) };
  rig.broker.wrote = ({ id, attributes }: { id: string; attributes: ReadonlyMap<string, unknown> }) =>
    writes.push([id, JSON.stringify([...attributes])]);
  expect(await rig.send(session, [level(1)])).toMatchObject({ outcome: 'stored' });
  expect(writes).toHaveLength(2);
  expect(writes[0]).toEqual(writes[1]); // the same value at the same time
});

test('a broker that is slow is waited for, one request at a time, and what comes meanwhile goes together', async () => {
  const rig = new NgsiRig();
  const session = await rig.open();
  rig.latencyMs = 10_000;
  const sending = Array.from({ length: 20 }, (_, i) => session.send(rig.batch([level(i, AT + i)])));
  await rig.run(Promise.all(sending));
  expect(rig.value('gauge-01', 'currentLevel')).toBe(19);
  expect(rig.updates.length).toBeLessThanOrEqual(2);
});

test('a batch that has waited too long goes back to the forwarder, with the reason', async () => {
  const rig = new NgsiRig({ settings: { answerTimeout: '5s' } });
  const session = await rig.open();
  answering(rig, json(500, {}), () => true);
  await expect(rig.send(session, [level(1)])).rejects.toThrow('has not taken it yet');
});

test('a broker that takes nothing is told in its own words, until it takes something', async () => {
  const rig = new NgsiRig();
  const session = await rig.open();
  expect(session.trouble?.()).toBeUndefined();
  let isIll = true;
  answering(rig, json(503, { error: 'Overloaded' }), () => isIll);
  const sending = session.send(rig.batch([level(1)]));
  while (rig.updates.length < 1) await rig.clock.advance(100);
  expect(session.trouble?.()).toBeUndefined(); // once may happen
  await rig.clock.advance(5_000);
  expect(session.trouble?.()?.en).toContain('does not take what is sent (503 Overloaded)');
  isIll = false;
  await rig.run(sending);
  expect(session.trouble?.()).toBeUndefined();
});

describe('one bad entity', () => {
  const bad = 'urn:ngsi-ld:FloodMonitoring:kakogawa:gateway-01:gauge-07777';
  const poison =
    (answer: BrokerAnswer) =>
    ({ body }: BrokerRequest) =>
      body.includes(`"${bad}"`) ? answer : undefined;

  test('of ten thousand is found by halving; only its reading is refused, with the words of the broker', async () => {
    const rig = new NgsiRig();
    const session = await rig.open();
    const answer = json(400, {
      error: 'BadRequest',
      description: 'Invalid characters in attribute value &#40;it&#41;',
    });
    rig.orion.misbehaviour = { instead: (request) => (isUpdate(request) ? poison(answer)(request) : undefined) };
    const receipt = await rig.send(session, many(10_000));
    const reason = '400 BadRequest: Invalid characters in attribute value (it)';
    expect(receipt).toMatchObject({ outcome: 'stored', refused: [{ index: 7_777, reason }] });
    expect(rig.broker.entities()).toHaveLength(9_999);
    expect(rig.updates.length).toBeLessThan(120);
  });

  test('for which it answers 413 NoResourcesAvailable is found the same way', async () => {
    const rig = new NgsiRig();
    const session = await rig.open();
    const answer = json(413, { error: 'NoResourcesAvailable', description: 'more than one geo location' });
    rig.orion.misbehaviour = { instead: (request) => (isUpdate(request) ? poison(answer)(request) : undefined) };
    const receipt = await rig.send(session, many(200, 7_700));
    expect(receipt.refused).toMatchObject([{ index: 77 }]);
    expect(rig.broker.entities()).toHaveLength(199);
  });

  test('on which it fails with 500 is set apart, and refused once the broker has taken others in between', async () => {
    const rig = new NgsiRig();
    const session = await rig.open();
    const answer = json(500, { error: 'InternalServerError', description: 'Database Error' });
    rig.orion.misbehaviour = { instead: (request) => (isUpdate(request) ? poison(answer)(request) : undefined) };
    const batch = rig.batch(many(200, 7_700));
    const sending = rig.run(sendUntil(rig, () => session.send(batch)));
    let n = 0;
    const others = setIntervalOn(rig, 20_000, () => void session.send(rig.batch([level(n, AT + ++n)])).catch(() => {}));
    const receipt = await sending;
    others();
    expect(receipt.refused).toMatchObject([{ index: 77, reason: expect.stringContaining('Database Error') }]);
    expect(rig.broker.entities()).toHaveLength(200); // with the other
  });

  test('named by 422 alone is refused; the rest has been applied', async () => {
    const rig = new NgsiRig();
    const session = await rig.open();
    const description = `do not exist: ${bad}/FloodMonitoring - [entity itself]`;
    rig.orion.misbehaviour = {
      afterwards: ({ body }) =>
        body.includes(`"${bad}"`) ? json(422, { error: 'PartialUpdate', description }) : undefined,
    };
    const receipt = await rig.send(session, many(200, 7_700));
    expect(receipt.refused).toMatchObject([{ index: 77 }]);
    expect(rig.updates).toHaveLength(2);
  });

  test('that is the newest of several readings is refused alone: the ones before it are delivered', async () => {
    const rig = new NgsiRig();
    const session = await rig.open();
    const answer = json(400, { error: 'BadRequest', description: 'no' });
    rig.orion.misbehaviour = { instead: ({ body }) => (body.includes('"value":3,') ? answer : undefined) };
    const receipt = await rig.send(session, [level(1, AT + 1), level(3, AT + 3), level(2, AT + 2)]);
    expect(receipt.refused).toMatchObject([{ index: 1 }]);
    expect(rig.value('gauge-01', 'currentLevel')).toBe(2);
    await rig.send(session, [level(4, AT + 2)]); // what was refused does not count as the newest
    expect(rig.value('gauge-01', 'currentLevel')).toBe(4);
  });
});

test('a broker that refuses everything ends the session before all is refused', async () => {
  const rig = new NgsiRig();
  const session = await rig.open();
  answering(rig, json(400, { error: 'BadRequest', description: 'bad gateway policy' }), () => true);
  await expect(rig.send(session, many(100))).rejects.toThrow();
  expect((await session.ended).en).toContain('bad gateway policy');
});

test('however many in a row are bad, the others go and only the bad are refused', async () => {
  const rig = new NgsiRig();
  const session = await rig.open();
  const answer = json(400, { error: 'BadRequest', description: 'no' });
  answering(rig, answer, ({ body }) => /gauge-000[0-5]\d/.test(body));
  const receipt = await rig.send(session, many(200));
  expect(receipt.refused).toHaveLength(60);
  expect(rig.broker.entities()).toHaveLength(140);
});

test('too large a request is halved, and the size is kept to', async () => {
  const rig = new NgsiRig();
  const session = await rig.open();
  const tooLarge = { status: 413, body: '<html><title>413 Request Entity Too Large</title></html>' };
  answering(rig, tooLarge, ({ body }) => body.length > 20_000);
  await rig.send(session, many(200));
  expect(rig.broker.entities()).toHaveLength(200);
  const before = rig.updates.length;
  await rig.send(session, many(200, 200));
  const later = rig.updates.slice(before);
  expect(later.every(({ body = '' }) => body.length <= 20_000)).toBe(true);
});

test('no request is larger than its bound', async () => {
  const rig = new NgsiRig({ settings: { requestSize: '20kB' } });
  const session = await rig.open();
  await rig.send(session, many(300));
  expect(Math.max(...rig.updates.map(({ body = '' }) => Buffer.byteLength(body)))).toBeLessThanOrEqual(20_000);
  expect(rig.broker.entities()).toHaveLength(300);
});

test.each([
  ['120', 120_000],
  ['Thu, 15 Jan 2026 03:10:00 GMT', 590_000],
])('429 with Retry-After: %s is honoured', async (retryAfter, atLeastMs) => {
  const rig = new NgsiRig();
  const session = await rig.open();
  const times: number[] = [];
  rig.orion.misbehaviour = {
    instead(request) {
      if (!isUpdate(request)) return undefined;
      times.push(rig.clock.moment().monotonic);
      return times.length === 1 ? json(429, {}, { 'retry-after': retryAfter }) : undefined;
    },
  };
  const batch = rig.batch([level(1)]);
  await rig.run(sendUntil(rig, () => session.send(batch)));
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(atLeastMs);
});

test('403 ends the session with what to do, and nothing is refused', async () => {
  const rig = new NgsiRig();
  const session = await rig.open();
  answering(rig, json(403, { message: 'You cannot consume this service' }), () => true);
  await expect(rig.send(session, [level(1)])).rejects.toThrow();
  const why = await session.ended;
  expect(why.en).toMatch(/You cannot consume this service.*ask the city OS for the role/);
});

test('the first contact says what is there, and warns where nothing is', async () => {
  const rig = new NgsiRig();
  const session = await rig.open({ service: 'kakogawa' });
  expect(rig.log.at('warn').map(({ message }) => message)).toMatchObject([expect.stringContaining('It is empty here')]);
  await rig.send(session, many(3));
  await session.close(standing);
  await rig.open({ service: 'kakogawa' });
  expect(rig.log.at('info').map(({ message }) => message)).toContain('It holds 3 entities, of types FloodMonitoring.');
});

test('an alarm overtakes what waits', async () => {
  const rig = new NgsiRig({ settings: { requestEntities: 10 } });
  const session = await rig.open();
  const order: string[] = [];
  rig.broker.wrote = ({ type }: { type: string }) => order.push(type);
  const routine = session.send(rig.batch(many(100)));
  await rig.clock.advance(1);
  const values = { alarm: '氾濫注意水位', state: 'raised', quantity: 'level', value: 3, limit: 2.5 } as const;
  const alarm = { device: 'gauge-01', kind: 'alarm', observedAt: AT, values } as const;
  const urgent = session.send(rig.batch([alarm], { lane: 'urgent' }));
  await rig.run(Promise.all([routine, urgent]));
  expect(order.indexOf('WeatherAlert')).toBe(10);
});

test('a gap means nothing to a broker and is answered at once', async () => {
  const rig = new NgsiRig();
  const session = await rig.open();
  const gap = {
    gateway: 'gateway-01',
    epoch: '00112233445566aa',
    number: 3,
    last: 5,
    count: 9,
    reason: 'quota',
  } as const;
  expect(await session.send({ kind: 'gap', gap })).toMatchObject({ number: 3, last: 5, outcome: 'stored' });
});

test('what cannot be read is said to be unreadable', async () => {
  const rig = new NgsiRig();
  const session = await rig.open();
  const { batch } = rig.batch([level(1)]);
  const receipt = await session.send({ kind: 'batch', batch: { ...batch, count: 2 } });
  expect(receipt).toMatchObject({ outcome: 'unreadable', reason: expect.stringContaining('instead of 2') });
});

test('at a hub the entities of two tenants are apart, and what is not wanted does not go', async () => {
  const rig = new NgsiRig({ accepts: ({ device }) => device === 'gauge-01' });
  const session = await rig.open();
  const batch = rig.batch([level(1), level(2, AT, 'gauge-02')]);
  await rig.run(session.send({ ...batch, tenant: 'akashi' }));
  await rig.run(session.send(batch));
  expect(rig.broker.entities().map(({ id }) => id)).toEqual([
    'urn:ngsi-ld:FloodMonitoring:akashi:gateway-01:gauge-01',
    'urn:ngsi-ld:FloodMonitoring:kakogawa:gateway-01:gauge-01',
  ]);
});

/** As the forwarder does: again until there is a receipt. */
async function sendUntil<T>(rig: NgsiRig, send: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await send();
    } catch {
      await rig.clock.sleep(1_000);
    }
  }
}

/** Calls `act` every `ms` of the rig's time; returns how to end that. */
function setIntervalOn(rig: NgsiRig, ms: number, act: () => void): () => void {
  const stop = new AbortController();
  const loop = async () => {
    while (!stop.signal.aborted) {
      await rig.clock.sleep(ms, stop.signal);
      if (!stop.signal.aborted) act();
    }
  };
  void loop();
  return () => stop.abort();
}
