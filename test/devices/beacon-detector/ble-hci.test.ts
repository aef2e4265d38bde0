import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { bleHci } from '../../../devices/beacon-detector/ble-hci.ts';
import {
  altbeacon,
  bytes,
  detector,
  eddystoneTlm,
  eddystoneUid,
  extendedEvent,
  hex,
  ibeacon,
  legacyEvent,
  momentAt,
  uuid,
  wallOrigin,
} from './rig.ts';

const address = 'c6:b5:45:f6:f1:8e';
const child = { name: 'child-12', id: `ibeacon:${uuid}/1/2` };
const uid = { name: 'key-3', id: 'eddystone:00112233445566778899/010203040506' };

test('the advertisements of a tag in a window make one sighting', () => {
  const decoder = detector({ tags: [child], windowMs: '5s' });
  expect(decoder.decode(legacyEvent(address, ibeacon, -60), momentAt(100))).toEqual({ isHeard: true });
  decoder.decode(legacyEvent(address, ibeacon, -52), momentAt(600));
  decoder.decode(legacyEvent(address, ibeacon, -61), momentAt(4_000));
  expect(decoder.dueAt?.()).toBe(5_100);
  expect(decoder.due?.(momentAt(5_100)).readings).toEqual([
    {
      device: 'post-7',
      kind: 'sighting',
      observedAt: wallOrigin + 4_000,
      values: {
        tag: 'child-12',
        rssi: -52,
        rssiMean: -57.7,
        count: 3,
        firstAt: wallOrigin + 100,
        lastAt: wallOrigin + 4_000,
      },
    },
  ]);
  expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  expect(decoder.end?.(momentAt(6_000))).toEqual({});
});

test('tags are recognised by each kind of id, legacy or extended', () => {
  const tags = [
    child,
    uid,
    { name: 'alt', id: 'altbeacon:00112233445566778899aabbccddeeff00010002' },
    { name: 'by-address', id: 'address:AA:00:00:00:00:01' },
  ];
  const decoder = detector({ tags });
  decoder.decode(extendedEvent(address, ibeacon, -60), momentAt(0));
  decoder.decode(legacyEvent(address, eddystoneUid, -60), momentAt(0));
  decoder.decode(extendedEvent(address, altbeacon, -60), momentAt(0));
  decoder.decode(legacyEvent('aa:00:00:00:00:01', '020106', -60), momentAt(0));
  expect(decoder.end?.(momentAt(1)).readings?.map((r) => r.values.tag)).toEqual([
    'child-12',
    'key-3',
    'alt',
    'by-address',
  ]);
});

test('a tag that is not on the list leaves no trace', () => {
  const decoder = detector({ tags: [{ ...child, id: `ibeacon:${uuid}/1/3` }] });
  expect(decoder.decode(legacyEvent(address, ibeacon, -60), momentAt(0))).toEqual({ isHeard: true });
  expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  expect(decoder.end?.(momentAt(1))).toEqual({});
});

test('rubbish never holds the bytes of a packet', () => {
  const decoder = detector({ tags: [child] });
  const foreign = legacyEvent(address, ibeacon, -60);
  fc.assert(
    fc.property(fc.integer({ min: 4, max: foreign.length - 1 }), fc.uint8Array({ maxLength: 40 }), (cut, other) => {
      for (const frame of [foreign.subarray(0, cut), other, Uint8Array.of(4, 0x3e, 10, 2, 5, ...other)]) {
        for (const { bytes: said, detail } of decoder.decode(frame, momentAt(0)).rubbish ?? []) {
          expect(said).toHaveLength(0);
          expect(detail?.en).not.toMatch(/c6.?b5|8e.?f1/i);
        }
      }
    }),
  );
});

test.each(['serial', 'tcp', 'message'] as const)(
  'on a %s port nothing makes it give every advertisement',
  (transport) => {
    const decoder = detector({ all: true }, transport);
    expect(decoder.decode(legacyEvent(address, ibeacon, -60), momentAt(0))).toEqual({ isHeard: true });
    expect(decoder.end?.(momentAt(60_000))).toEqual({});
  },
);

test('several reports in one event are read one by one', () => {
  const one = hex(legacyEvent(address, ibeacon, -60)).slice(10);
  const two = hex(legacyEvent('aa:00:00:00:00:01', '020106', -70)).slice(10);
  const decoder = detector({ all: true }, 'file');
  const { readings } = decoder.decode(
    bytes(`043e${((one + two).length / 2 + 2).toString(16)}0202${one}${two}`),
    momentAt(0),
  );
  expect(readings?.map((r) => [r.values.address, r.values.rssi])).toEqual([
    [address, -60],
    ['aa:00:00:00:00:01', -70],
  ]);
});

test('on a recording every advertisement comes out with its content', () => {
  const decoder = detector({ all: true }, 'file');
  expect(decoder.decode(legacyEvent(address, ibeacon, -52), momentAt(7)).readings).toEqual([
    {
      device: 'post-7',
      kind: 'measurement',
      observedAt: wallOrigin + 7,
      values: {
        address,
        addressType: 1,
        eventType: 0,
        rssi: -52,
        payload: ibeacon,
        format: 'ibeacon',
        uuid,
        major: 1,
        minor: 2,
        measuredPower: -59,
      },
    },
  ]);
  const extended = decoder.decode(extendedEvent(address, eddystoneUid, 127), momentAt(8)).readings?.[0]?.values;
  expect(extended).toMatchObject({ address, payload: eddystoneUid, namespace: '00112233445566778899' });
  expect(extended).not.toHaveProperty('rssi');
});

test('telemetry of a tag in its window comes with its sighting', () => {
  const decoder = detector({ tags: [uid] });
  decoder.decode(legacyEvent('aa:00:00:00:00:02', eddystoneTlm, -60), momentAt(0));
  decoder.decode(legacyEvent(address, eddystoneUid, -60), momentAt(1));
  decoder.decode(legacyEvent(address, eddystoneTlm, -60), momentAt(2));
  expect(decoder.end?.(momentAt(3)).readings?.[0]?.values).toMatchObject({ count: 1, battery: 3, temperature: 25.5 });
});

test('a signal strength that the controller does not know, or that cannot be, is left out of a sighting', () => {
  const decoder = detector({ tags: [child] });
  for (const rssi of [127, 80]) decoder.decode(legacyEvent(address, ibeacon, rssi), momentAt(0));
  const [sighting] = decoder.end?.(momentAt(1)).readings ?? [];
  expect(sighting?.values).toMatchObject({ count: 2 });
  expect(Object.keys(sighting?.values ?? {})).not.toContain('rssi');
  expect(Object.keys(sighting?.values ?? {})).not.toContain('rssiMean');
  expect(sighting).not.toHaveProperty('quality');
});

test('fragments of an extended advertisement are put together', () => {
  const decoder = detector({ tags: [child] });
  decoder.decode(extendedEvent(address, ibeacon.slice(0, 20), -60, 1), momentAt(0));
  decoder.decode(extendedEvent('aa:00:00:00:00:01', '020106', -60, 1), momentAt(1));
  decoder.decode(extendedEvent(address, ibeacon.slice(20), -60), momentAt(2));
  expect(decoder.end?.(momentAt(3)).readings?.map((r) => r.values.tag)).toEqual(['child-12']);
});

test('an invalid tag id is refused with the accepted forms', () => {
  const result = v.safeParse(bleHci.options, { tags: [{ name: 'a', id: uuid }] });
  expect(result.issues?.[0]?.message).toContain('ibeacon:UUID/major/minor');
  expect(v.safeParse(bleHci.options, { tags: [child, { ...child, name: 'twin' }] }).success).toBe(false);
});
