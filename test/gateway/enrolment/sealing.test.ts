/** Tags on their way to the buffer: sealed to their operator, or dropped and counted. */
import { expect, test } from 'vitest';
import { maxOnTheWay, Sealing } from '../../../gateway/enrolment/sealing.ts';
import type { Operator } from '../../../shared/enrolment/operators.ts';
import { tagKey } from '../../../shared/enrolment/tag-id.ts';
import type { TagSighting } from '../../../shared/enrolment/tag-sighting.ts';
import { decodeBatch, decodeBody, ENCODINGS, encodeBatch, encodeBody } from '../../../shared/feed/batch.ts';
import { LogBook } from '../machine/log-book.ts';
import { AT, operatorWithKey } from './hub-stand-in.ts';

const NOW = { wall: AT, monotonic: 1_000, synchronised: true };

function tag(operator: string, n: number, more: Partial<TagSighting> = {}): TagSighting {
  const id = { format: 'ibeacon', bytes: new Uint8Array(20).fill(n) } as const;
  const times = { observedAt: AT - 100.4, firstAt: AT - 900.2, lastAt: AT - 100.4 };
  return { operator, id, device: 'detector-01', ...times, rssi: -60, rssiMean: -70.5, count: 9, ...more };
}

async function rig() {
  const [alsok, otta] = [await operatorWithKey('alsok'), await operatorWithKey('otta')];
  const known = { operators: [alsok.operator, otta.operator] as readonly Operator[] };
  const log = new LogBook();
  return { alsok, otta, known, log, sealing: new Sealing(known, log) };
}

test('a sealed sighting has operator, seal, strength, count and times, and nothing else; its operator alone opens it', async () => {
  const { alsok, otta, sealing } = await rig();
  const [sighting, weak] = await sealing.seal(
    [tag('alsok', 7), tag('otta', 8, { rssi: undefined, rssiMean: undefined } as never)],
    NOW,
  );
  if (sighting === undefined || weak === undefined) throw new Error('not sealed');
  const { sealed, sealedWith, ...rest } = sighting.values;
  expect(sighting).toMatchObject({ device: 'detector-01', kind: 'sighting', observedAt: AT - 100 });
  expect(Object.keys(sighting)).toEqual(['device', 'kind', 'observedAt', 'values']);
  expect(rest).toEqual({
    operator: 'alsok',
    rssi: -60,
    rssiMean: -70.5,
    count: 9,
    firstAt: AT - 900,
    lastAt: AT - 100,
  });
  expect(Object.keys(weak.values)).toEqual(['operator', 'sealed', 'sealedWith', 'count', 'firstAt', 'lastAt']);
  const about = { operator: 'alsok', device: 'detector-01', observedAt: AT - 100 };
  expect(tagKey((await alsok.opener.open({ sealed, sealedWith }, about)).id)).toBe(`ibeacon:${'07'.repeat(20)}`);
  await expect(otta.opener.open({ sealed, sealedWith }, about)).rejects.toThrow(/sealed to another key/);
  expect(sealing.stats).toEqual({ sealed: 2, unlisted: 0, dropped: 0 });
});

test('where a detector on a vehicle was is sealed too: its operator reads it, and nobody else can tell that there is a place', async () => {
  const { alsok, sealing } = await rig();
  const place = { lat: 34.7567, lon: 134.8412, accuracy: 25 };
  const [moving, standing] = await sealing.seal([tag('alsok', 7, { place }), tag('alsok', 7)], NOW);
  expect(JSON.stringify(moving)).not.toMatch(/lat|lon|34\.7|134\.8/);
  expect(moving?.values.sealed).toHaveLength(String(standing?.values.sealed).length);
  const about = { operator: 'alsok', device: 'detector-01', observedAt: AT - 100 };
  const opened = [moving, standing].map((each) =>
    alsok.opener.open(each?.values ?? { sealed: '', sealedWith: '' }, about),
  );
  expect((await Promise.all(opened)).map((each) => each.place)).toEqual([place, undefined]);
});

test('a sealed sighting goes through both encodings of a batch as it was, and still opens', async () => {
  const { alsok, sealing } = await rig();
  const sightings = await sealing.seal(
    Array.from({ length: 20 }, (_, n) => tag('alsok', n, { observedAt: AT + n * 7 })),
    NOW,
  );
  for (const encoding of ENCODINGS) {
    const { body } = encodeBody(encoding, sightings);
    const about = {
      encoding,
      compression: 'none',
      count: sightings.length,
      lane: 'routine',
      doubts: undefined,
    } as const;
    const message = encodeBatch({ ...about, gateway: 'edge', epoch: '00000000000000aa', number: 1 }, body);
    const { header, body: sent } = decodeBatch(message);
    const received = decodeBody(header, sent, 100);
    expect(received).toEqual(sightings);
    for (const { device, observedAt, values } of received) {
      const seal = { sealed: String(values.sealed), sealedWith: String(values.sealedWith) };
      await alsok.opener.open(seal, { operator: 'alsok', device, observedAt });
    }
  }
});

test('a tag of no listed operator is dropped, and so is any while the clock is not set', async () => {
  const { known, otta, sealing } = await rig();
  expect(await sealing.seal([tag('stranger', 1)], NOW)).toEqual([]);
  expect(await sealing.seal([tag('alsok', 1)], { ...NOW, synchronised: false })).toEqual([]);
  known.operators = [otta.operator];
  expect(await sealing.seal([tag('alsok', 1)], NOW)).toEqual([]);
  expect(sealing.stats).toEqual({ sealed: 0, unlisted: 3, dropped: 0 });
});

test('an operator that is revoked while its tag is being sealed gets nothing of it', async () => {
  const { known, otta, sealing } = await rig();
  const sealed = sealing.seal([tag('alsok', 1), tag('otta', 2)], NOW);
  known.operators = [otta.operator];
  expect((await sealed).map(({ values }) => values.operator)).toEqual(['otta']);
});

test('a changed key is sealed to from the next tag on', async () => {
  const { alsok, known, sealing } = await rig();
  await sealing.seal([tag('alsok', 1)], NOW);
  const fresh = await operatorWithKey('alsok');
  known.operators = [fresh.operator];
  const [sighting] = await sealing.seal([tag('alsok', 2)], NOW);
  const about = { operator: 'alsok', device: 'detector-01', observedAt: AT - 100 };
  const { sealed = '', sealedWith = '' } = sighting?.values ?? {};
  expect((await fresh.opener.open({ sealed, sealedWith }, about)).id.bytes[0]).toBe(2);
  await expect(alsok.opener.open({ sealed, sealedWith }, about)).rejects.toThrow();
});

test('more than can be sealed at once is dropped and counted', async () => {
  const { sealing } = await rig();
  const tags = Array.from({ length: maxOnTheWay + 5 }, (_, i) => tag('alsok', i % 256));
  expect(await sealing.seal(tags, NOW)).toHaveLength(maxOnTheWay);
  expect(sealing.stats).toEqual({ sealed: maxOnTheWay, unlisted: 0, dropped: 5, lastDroppedAt: NOW.wall });
});

test('what cannot be sealed says nothing of the tag', async () => {
  const { log, sealing } = await rig();
  expect(
    await sealing.seal([tag('alsok', 0xab, { id: { format: 'raw', bytes: new Uint8Array(31).fill(0xab) } })], NOW),
  ).toEqual([]);
  expect(sealing.stats.dropped).toBe(1);
  expect(JSON.stringify(log.entries)).not.toMatch(/abab|171|q6ur/);
});
