import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adStructures, beaconKey, beaconsIn, parseBeaconId } from '../../../devices/ble/beacon.ts';
import { altbeacon, bytes, eddystoneTlm, eddystoneUid, hex, ibeacon, uuid } from '../beacon-detector/rig.ts';

test('each beacon format is recognised with its id', () => {
  const [apple] = beaconsIn(bytes(ibeacon));
  expect(apple).toMatchObject({ format: 'ibeacon', measuredPower: -59 });
  const [uid] = beaconsIn(bytes(eddystoneUid));
  expect(uid).toMatchObject({ format: 'eddystone-uid', txPower: -18 });
  const [alt] = beaconsIn(bytes(altbeacon));
  expect(alt).toMatchObject({ format: 'altbeacon', company: 0x0118, referenceRssi: -56 });
  expect([apple, uid, alt].map((b) => b && beaconKey(b))).toEqual([
    `ibeacon:${uuid.replaceAll('-', '')}00010002`,
    'eddystone:00112233445566778899010203040506',
    'altbeacon:00112233445566778899aabbccddeeff00010002',
  ]);
});

test('telemetry gives battery, temperature, count and uptime, and leaves out what is not supported', () => {
  expect(beaconsIn(bytes(eddystoneTlm))).toEqual([
    { format: 'eddystone-tlm', batteryMv: 3000, temperatureC: 25.5, advertisements: 16, uptimeS: 100 },
  ]);
  expect(beaconsIn(bytes('1116aafe200000008000 00000010 000003e8'))).toEqual([
    { format: 'eddystone-tlm', advertisements: 16, uptimeS: 100 },
  ]);
  expect(beaconsIn(bytes('1116aafe20000bb8ff8000000010000003e8'))).toMatchObject([{ temperatureC: -0.5 }]);
});

test('encrypted telemetry and other frames are not beacons', () => {
  expect(beaconsIn(bytes('1516aafe2001000102030405060708090a0b0c0d0e0f'))).toEqual([]);
  expect(beaconsIn(bytes('0201060aff4c001005031c8a1b2c'))).toEqual([]);
});

test('AD structures end at a length of zero and at one that reaches beyond the payload', () => {
  const types = (payload: string) => adStructures(bytes(payload)).map((s) => `${s.type}:${hex(s.data)}`);
  expect(types('020106 0000')).toEqual(['1:06']);
  expect(types('020106 05ff4c')).toEqual(['1:06']);
  expect(types('')).toEqual([]);
});

test('no payload throws, and every structure lies within it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_700 }), (payload) => {
      beaconsIn(payload);
      const used = adStructures(payload).reduce((sum, s) => sum + 2 + s.data.length, 0);
      expect(used).toBeLessThanOrEqual(payload.length);
    }),
  );
});

test('an id is read in any case, with or without dashes, and nothing else is', () => {
  const key = `ibeacon:${uuid.replaceAll('-', '')}00010002`;
  expect(parseBeaconId(`ibeacon:${uuid}/1/2`)).toBe(key);
  expect(parseBeaconId(`iBeacon: ${uuid.toUpperCase().replaceAll('-', '')}/1/2`)).toBe(key);
  expect(parseBeaconId('address:AA:BB:CC:DD:EE:0F')).toBe('address:aabbccddee0f');
  expect(parseBeaconId('eddystone:00112233445566778899/010203040506')).toBe(
    'eddystone:00112233445566778899010203040506',
  );
  for (const wrong of [`${uuid}/1/2`, `ibeacon:${uuid}/65536/1`, 'address:aa:bb', 'altbeacon:00', 'ibeacon:', '']) {
    expect(parseBeaconId(wrong)).toBeUndefined();
  }
});
