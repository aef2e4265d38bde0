import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { beaconBox } from '../../../devices/beacon-box/beacon-box.ts';
import { maxEntries } from '../../../devices/beacon-box/entries.ts';
import { shippedProfiles } from '../../../devices/beacon-box/shipped-profiles.ts';
import type { Place } from '../../../devices/device-type.ts';
import type { OperatorPattern } from '../../../shared/enrolment/pattern.ts';
import { tagKey } from '../../../shared/enrolment/tag-id.ts';
import { advertise, manufacturerData } from '../../../simulators/sensors/advertisement.ts';
import { type BoxFormat, boxMessages } from '../../../simulators/sensors/box-messages.ts';
import type { Advertisement } from '../../../simulators/sensors/hci.ts';
import { bytes, hex, momentAt, uuid, wallOrigin } from '../beacon-detector/rig.ts';

const FORMATS = Object.keys(shippedProfiles) as BoxFormat[];

function box(options: Record<string, unknown>, place: Partial<Place> = {}) {
  const parsed = v.parse(beaconBox.options, options);
  return beaconBox.decoder([{ id: 'box-3', options: parsed }], { transport: 'message', ...place });
}

const text = (json: unknown) => Uint8Array.from(Buffer.from(JSON.stringify(json)));
const heard = (address: string, payload: Uint8Array, rssi = -61): Advertisement => ({
  ...{ address: bytes(address), isRandomAddress: true, rssi, payload },
});

const child = { name: 'child-12', id: `ibeacon:${uuid}/1/2` };
const key = { name: 'key-3', id: 'eddystone:00112233445566778899/010203040506' };
const childs = heard('c60000000001', advertise({ format: 'ibeacon', uuid, major: 1, minor: 2 }, -59), -52);
const keys = heard(
  'c60000000002',
  advertise({ format: 'eddystone', namespace: '00112233445566778899', instance: '010203040506' }, -59),
);
const stranger = heard('5a0000000003', manufacturerData(0x0006, bytes('0109')), -88);

test.each(FORMATS)('%s: the tags among what the box tells become sightings', (profile) => {
  const decoder = box({ profile: shippedProfiles[profile], tags: [child, key] });
  const at = wallOrigin + 2_000;
  const steps = boxMessages(profile, { heard: [stranger, childs, keys], at }).map((message) =>
    decoder.decode(message, momentAt(2_500)),
  );
  expect(steps.flatMap(({ rubbish = [] }) => rubbish)).toEqual([]);
  expect(steps.some(({ isHeard }) => isHeard)).toBe(true);
  expect(decoder.dueAt?.()).toBe(12_500);
  const { readings = [] } = decoder.due?.(momentAt(12_500)) ?? {};
  expect(readings.map(({ values }) => [values.tag, values.rssi, values.count])).toEqual([
    ['child-12', -52, 1],
    ['key-3', -61, 1],
  ]);
  const hasClock = profile !== 'ab-gateway-v4' && profile !== 'openmqttgateway';
  expect(readings[0]?.observedAt).toBe(hasClock ? at : wallOrigin + 2_500);
});

test.each(FORMATS)('%s: operators’ tags become sightings for them, and strangers leave nothing', (profile) => {
  const patterns: OperatorPattern[] = [
    { operator: 'alfa', pattern: { format: 'ibeacon', uuid: uuid.replaceAll('-', '') } },
    { operator: 'bravo', pattern: { format: 'eddystone-uid', namespace: '00112233445566778899' } },
  ];
  const decoder = box({ profile: shippedProfiles[profile] }, { operatorPatterns: () => patterns });
  for (const message of boxMessages(profile, { heard: [stranger, childs, keys], at: wallOrigin })) {
    decoder.decode(message, momentAt(0));
  }
  const { tags, readings } = decoder.end?.(momentAt(1)) ?? {};
  expect(readings).toBeUndefined();
  expect(tags?.map(({ operator, id, device }) => [operator, tagKey(id), device])).toEqual([
    ['alfa', `ibeacon:${uuid.replaceAll('-', '')}00010002`, 'box-3'],
    ['bravo', 'eddystone-uid:00112233445566778899010203040506', 'box-3'],
  ]);
});

test('on a vehicle what the box tells late was heard where the vehicle was then', () => {
  const decoder = box(
    { profile: shippedProfiles.openblocks },
    {
      operatorPatterns: () => [{ operator: 'alfa', pattern: { format: 'ibeacon', uuid: uuid.replaceAll('-', '') } }],
      whereabouts: (device, monotonic) =>
        device === 'box-3' ? { lat: monotonic / 1_000, lon: 135, accuracy: 5 } : undefined,
    },
  );
  for (const message of boxMessages('openblocks', { heard: [childs], at: wallOrigin + 20_000 }))
    decoder.decode(message, momentAt(50_000));
  expect(decoder.end?.(momentAt(50_000)).tags).toMatchObject([
    { observedAt: wallOrigin + 20_000, place: { lat: 20, lon: 135 } },
  ]);
});

test('the documentation’s own sample of an AB gateway is read', () => {
  const sample = '02C8FD1949A530CE0201061AFF4C000215EB6D469624BE4663B15230D46B0E9CC9000D002AC0';
  const message = bytes(`81a764657669636573 91 c4${(sample.length / 2).toString(16)}${sample}`);
  const decoder = box({ profile: shippedProfiles['ab-gateway-v4'], all: true }, { transport: 'file' });
  expect(decoder.decode(message, momentAt(0)).readings?.map(({ values }) => values)).toMatchObject([
    { address: 'c8:fd:19:49:a5:30', rssi: -50, uuid: 'eb6d4696-24be-4663-b152-30d46b0e9cc9', major: 13, minor: 42 },
  ]);
});

test('the documentation’s own sample of an OpenBlocks is read', () => {
  const message = text({
    ...{ time: '2017-12-08T15:00:04.549+09:00', deviceId: 'e9c8dd35ee18', appendixInfo: 'G8H00012', rssi: -88 },
    ...{ type: 'iBeacon', data: '0201040c0946434c20426561636f6e31', localname: 'beacon', status: 'in' },
  });
  const decoder = box({ profile: shippedProfiles.openblocks, all: true }, { transport: 'file' });
  expect(decoder.decode(message, momentAt(0)).readings?.[0]?.values).toEqual({
    ...{ address: 'e9:c8:dd:35:ee:18', rssi: -88, payload: '0201040c0946434c20426561636f6e31' },
  });
});

test('a box that tells only of itself is not heard as a detector', () => {
  const [alone = new Uint8Array()] = boxMessages('minew-g1', { heard: [], at: wallOrigin });
  expect(box({ profile: shippedProfiles['minew-g1'] }).decode(alone, momentAt(0))).toEqual({});
  const [empty = new Uint8Array()] = boxMessages('ab-gateway-v4', { heard: [], at: wallOrigin });
  expect(box({ profile: shippedProfiles['ab-gateway-v4'] }).decode(empty, momentAt(0))).toEqual({});
});

test('with a reference beacon the box is heard only when it tells of it', () => {
  const decoder = box({ profile: shippedProfiles.openblocks, referenceBeacon: child.id });
  const tell = (one: Advertisement) =>
    boxMessages('openblocks', { heard: [one], at: wallOrigin }).map((message) => decoder.decode(message, momentAt(0)));
  expect(tell(stranger)).toEqual([{}]);
  expect(tell(childs)).toEqual([{ isHeard: true }]);
});

test('a box that reports and does not hear is told of as deaf, once in the time in which it has to hear', () => {
  const decoder = box({ profile: shippedProfiles.openblocks, referenceBeacon: child.id, referenceWithinMs: '30s' });
  const tellAt = (one: Advertisement, now: number) =>
    boxMessages('openblocks', { heard: [one], at: wallOrigin }).flatMap((message) =>
      (decoder.decode(message, momentAt(now)).rubbish ?? []).map(({ code, detail }) => `${code}: ${detail?.en}`),
    );
  expect([0, 20_000, 29_999].flatMap((now) => tellAt(stranger, now))).toEqual([]);
  expect([30_000, 31_000, 59_999].flatMap((now) => tellAt(stranger, now))).toEqual([
    expect.stringMatching(/^deaf: the box reports, but has not told of the reference beacon for 30 seconds/),
  ]);
  expect(tellAt(stranger, 60_000)).toEqual([expect.stringContaining('for 60 seconds')]);
  tellAt(childs, 61_000);
  expect([90_000, 90_999].flatMap((now) => tellAt(stranger, now))).toEqual([]);
  expect(tellAt(stranger, 91_000)).toHaveLength(1);
});

test.each([
  ['a day late or less', -86_400_000, true, true],
  ['more than a day late', -86_400_001, true, false],
  ['a little ahead', 300_000, true, true],
  ['far ahead', 300_001, true, false],
  ['on time, while the gateway’s own clock is not set', 0, false, false],
])('a box’s clock that is %s', (_, aheadMs, synchronised, isBelieved) => {
  const decoder = box({ profile: shippedProfiles.openblocks, tags: [child] });
  const now = { ...momentAt(7), synchronised };
  for (const message of boxMessages('openblocks', { heard: [childs], at: now.wall + aheadMs + 0 })) {
    decoder.decode(message, now);
  }
  expect(decoder.end?.(momentAt(8)).readings?.[0]?.observedAt).toBe(isBelieved ? now.wall + aheadMs : now.wall);
});

test('a message that is not as the profile says is told of without a byte of it', () => {
  const decoder = box({ profile: shippedProfiles['ruuvi-gateway'] });
  const tell = (message: Uint8Array) =>
    (decoder.decode(message, momentAt(0)).rubbish ?? []).map(({ code, detail, bytes, device }) => {
      expect([bytes.length, device]).toEqual([0, 'box-3']);
      return `${code}: ${detail?.en}`;
    });
  expect(tell(text('{'))).toEqual([expect.stringContaining('unknown-format: "/data/tags" leads to no advertisements')]);
  expect(tell(Uint8Array.from(Buffer.from('{')))).toEqual(['malformed: the message is not JSON']);
  const tags = { 'C6:00:00:00:00:01': { rssi: -60, data: '020106' }, 'c6-secret': { rssi: -60, data: '020106' } };
  expect(tell(text({ data: { tags } }))).toEqual([
    'malformed: 1 of 2 advertisements cannot be read; adapt the profile to the box',
  ]);
  const many = Object.fromEntries(
    Array.from({ length: maxEntries + 5 }, (_, number) => [number.toString(16).padStart(12, '0'), { rssi: -60 }]),
  );
  expect(tell(text({ data: { tags: many } }))).toEqual([
    'over-limit: 5 advertisements of a message were given up: it has too many',
  ]);
  const small = box({ profile: { ...shippedProfiles['ruuvi-gateway'], maxMessageBytes: 256 } });
  const long = small.decode(text({ data: { tags: many } }), momentAt(0));
  expect(long.rubbish).toMatchObject([{ code: 'too-long', bytes: { length: 0 } }]);
});

test('an advertisement that is taken apart is put together as it was sent', () => {
  const profile = { format: 'json', serviceData: '/d', serviceUuid: '/u', manufacturerData: '/m' };
  const decoder = box({ profile, all: true }, { transport: 'file' });
  const payload = (entry: Record<string, unknown>) =>
    decoder.decode(text(entry), momentAt(0)).readings?.[0]?.values.payload;
  expect(payload({ d: '0x0102', u: 'FEAA' })).toBe('0516aafe0102');
  expect(payload({ d: '01', u: '0000feaa' })).toBe('0620aafe000001');
  expect(payload({ d: '01', u: '0000feaa-0000-1000-8000-00805f9b34fb' })).toBe(
    `1221${'fb349b5f80000080'}${'00100000'}aafe000001`,
  );
  expect(payload({ m: '4c00021501' })).toBe('06ff4c00021501');
  expect(payload({ m: '4c0'.repeat(200) })).toBeUndefined();
  expect(payload({ m: 'ff'.repeat(255) })).toBeUndefined();
});

test('nothing that a box can send makes it throw', () => {
  const entry = fc.dictionary(
    fc.constantFrom('mac', 'rssi', 'rawData', 'ibeaconUuid', 'ibeaconMajor', 'ibeaconMinor', 'timestamp', 'toString'),
    fc.oneof(fc.jsonValue(), fc.constantFrom('c6:00:00:00:00:01', '0201', '-60', 'ff'.repeat(16))),
  );
  const anything = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.oneof(fc.jsonValue(), fc.array(entry)).map(text));
  const decoders = FORMATS.map((profile) => box({ profile: shippedProfiles[profile], tags: [child] }));
  fc.assert(
    fc.property(anything, (message) => {
      for (const decoder of decoders) {
        for (const { bytes } of decoder.decode(message, momentAt(0)).rubbish ?? []) expect(hex(bytes)).toBe('');
      }
    }),
  );
});

test('MessagePack is refused on a line, where nothing marks its end', () => {
  const options = v.parse(beaconBox.options, { profile: shippedProfiles['ab-gateway-v4'] });
  expect(beaconBox.doubts?.(options, 'serial')?.map(({ isFatal }) => isFatal)).toEqual([true]);
  expect(beaconBox.doubts?.(options, 'message')).toEqual([]);
});

test('of a recording in MessagePack all bytes are one message, within the bound', () => {
  const options = v.parse(beaconBox.options, {
    profile: { ...shippedProfiles['ab-gateway-v4'], maxMessageBytes: 256 },
  });
  const framer = beaconBox.framer([{ id: 'box-3', options }], { transport: 'file' });
  expect([framer.push(bytes('81a7')), framer.push(bytes('64'))].flat()).toEqual([]);
  expect(framer.end()).toEqual([{ ok: true, bytes: bytes('81a764') }]);
  expect(framer.end()).toEqual([]);
  framer.push(bytes('81'));
  const frames = [...framer.push(new Uint8Array(600)), ...framer.end()];
  expect(frames.every(({ ok }) => !ok)).toBe(true);
  expect(frames.map((frame) => frame.bytes.length)).toEqual([1, 256, 256, 88]);
});

test('every shipped profile passes its schema', () => {
  for (const profile of FORMATS) expect(v.is(beaconBox.options, { profile: shippedProfiles[profile] })).toBe(true);
  expect(v.is(beaconBox.options, { profile: { format: 'json', payload: 'data' } })).toBe(false);
});
