import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  adStructures,
  manufacturerData,
  plausibleRssi,
  serviceData,
  serviceUuids,
} from '../../../devices/ble/ad-structures.ts';
import { isResolvable, parseAddress, writtenAddress } from '../../../devices/ble/address.ts';
import { beaconId, beaconsIn } from '../../../devices/ble/beacon.ts';
import { describeAdvertisement } from '../../../devices/ble/describe.ts';
import { parseTagId } from '../../../devices/ble/written-id.ts';
import { tagKey } from '../../../shared/enrolment/tag-id.ts';
import { altbeacon, bytes, eddystoneTlm, eddystoneUid, hex, ibeacon, uuid } from '../beacon-detector/rig.ts';

const keysIn = (payload: string) => beaconsIn(bytes(payload)).map((beacon) => tagKey(beaconId(beacon) ?? none));
const none = { format: 'raw', bytes: new Uint8Array() } as const;
const ibeaconKey = `ibeacon:${uuid.replaceAll('-', '')}00010002`;
const altbeaconKey = 'altbeacon:00112233445566778899aabbccddeeff00010002';

test('each beacon format is recognised with its identifier', () => {
  expect(beaconsIn(bytes(ibeacon))).toMatchObject([{ format: 'ibeacon', measuredPower: -59 }]);
  expect(beaconsIn(bytes(eddystoneUid))).toMatchObject([{ format: 'eddystone-uid', txPower: -18 }]);
  expect(beaconsIn(bytes(altbeacon))).toMatchObject([{ format: 'altbeacon', company: 0x0118, referenceRssi: -56 }]);
  expect(beaconsIn(bytes('0d16aafe30e70102030405060708'))).toMatchObject([{ format: 'eddystone-eid', txPower: -25 }]);
  expect([ibeacon, eddystoneUid, altbeacon, '0d16aafe30e70102030405060708'].flatMap(keysIn)).toEqual([
    ibeaconKey,
    'eddystone-uid:00112233445566778899010203040506',
    altbeaconKey,
    'eddystone-eid:0102030405060708',
  ]);
});

test('bytes behind the power do not hide a beacon, and one byte too few does', () => {
  const withBattery = `0201061bff${ibeacon.slice(10)}64`;
  expect(keysIn(withBattery)).toEqual([ibeaconKey]);
  expect(keysIn(`1cff${altbeacon.slice(4)}64`)).toEqual([altbeaconKey]);
  expect(keysIn(`1aff${altbeacon.slice(4, -2)}`)).toEqual([altbeaconKey]); // without the maker's byte
  expect(keysIn(`19ff${ibeacon.slice(10, -2)}`)).toEqual([]);
  expect(keysIn(`19ff${altbeacon.slice(4, -4)}`)).toEqual([]);
});

test('telemetry gives battery, temperature, count and uptime, and leaves out what is not supported', () => {
  expect(beaconsIn(bytes(eddystoneTlm))).toEqual([
    { format: 'eddystone-tlm', batteryMv: 3000, temperatureC: 25.5, advertisements: 16, uptimeS: 100 },
  ]);
  expect(beaconsIn(bytes('1116aafe200000008000 00000010 000003e8'))).toEqual([
    { format: 'eddystone-tlm', advertisements: 16, uptimeS: 100 },
  ]);
  expect(beaconsIn(bytes('1116aafe20000bb8ff8000000010000003e8'))).toMatchObject([{ temperatureC: -0.5 }]);
  expect(beaconsIn(bytes('1516aafe2001000102030405060708090a0b0c0d0e0f'))).toEqual([{ format: 'eddystone-etlm' }]);
});

test('an Eddystone URL is spelt out, and one with reserved bytes is none', () => {
  expect(beaconsIn(bytes('0e16aafe10ee0367676f676c652f61')).map((beacon) => 'url' in beacon && beacon.url)).toEqual([
    'https://ggogle/a',
  ]);
  expect(beaconsIn(bytes('0916aafe10ee00676f0e'))).toEqual([]);
  expect(beaconsIn(bytes('0916aafe10ee00676f07'))).toMatchObject([{ url: 'http://www.go.com' }]);
  expect(beaconsIn(bytes('0916aafe10ee04676f07'))).toEqual([]); // no such scheme
  expect(beaconsIn(bytes('0916aafe10ee00677f07'))).toEqual([]);
});

test('finder networks and exposure notifications are no beacons', () => {
  expect(beaconsIn(bytes(`1816aafe40${'5a'.repeat(20)}`))).toEqual([]);
  expect(beaconsIn(bytes(`1916aafe41${'5a'.repeat(20)}00`))).toEqual([]);
  expect(beaconsIn(bytes(`03036ffd17166ffd${'5a'.repeat(20)}`))).toEqual([]);
  expect(beaconsIn(bytes('0201060aff4c001005031c8a1b2c'))).toEqual([]);
});

test('AD structures end at a length of zero and at one that reaches beyond the payload', () => {
  const types = (payload: string) => adStructures(bytes(payload)).map(({ type, data }) => `${type}:${hex(data)}`);
  expect(types('020106 00 020a04')).toEqual(['1:06']);
  expect(types('020106 05ff4c')).toEqual(['1:06']);
  expect(types('020106 01ff')).toEqual(['1:06', '255:']);
  expect(types('020106 01')).toEqual(['1:06']);
  expect(types('')).toEqual([]);
});

test('company and service are told from their data, and a service has one name however it is written', () => {
  const first = (payload: string) => adStructures(bytes(payload))[0] ?? { type: 0, data: new Uint8Array() };
  expect(manufacturerData(first('04ff180142'))).toEqual({ company: 0x0118, data: bytes('42') });
  expect(manufacturerData(first('02ff18'))).toBeUndefined();
  const buffer = Buffer.from('0416aafe42', 'hex'); // whose slice is a view
  adStructures(buffer).map(serviceData);
  expect(hex(buffer)).toBe('0416aafe42');
  for (const same of ['0416aafe42', '0620aafe000042', `1221fb349b5f8000 0080 0010 0000 aafe0000 42`]) {
    expect(serviceData(first(same))).toEqual({ uuid: 'feaa', data: bytes('42') });
  }
  expect(serviceUuids(first('0603aafe6ffd00'))).toEqual(['feaa', 'fd6f']);
  expect(serviceUuids(first('020106'))).toBeUndefined();
});

test('no payload throws, every structure lies within it, and what is whole is found whatever follows', () => {
  const anything = fc.uint8Array({ maxLength: 1_700 });
  const structures = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 254 })), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(anything, structures, (payload, wanted) => {
      beaconsIn(payload);
      describeAdvertisement(payload);
      const used = adStructures(payload).reduce((sum, { data }) => sum + 2 + data.length, 0);
      expect(used).toBeLessThanOrEqual(payload.length);
      const whole = wanted.flatMap(([type, data]) => [data.length + 1, type, ...data]);
      const found = adStructures(Uint8Array.of(...whole, ...payload)).slice(0, wanted.length);
      expect(found).toEqual(wanted.map(([type, data]) => ({ type, data })));
    }),
  );
});

test('bytes that nearly are a beacon never throw', () => {
  const sound = [ibeacon, altbeacon, eddystoneUid, eddystoneTlm, '0e16aafe10ee0367676f676c652f61'].map(bytes);
  const change = fc.record({
    of: fc.constantFrom(...sound),
    at: fc.nat(40),
    by: fc.integer({ min: 0, max: 255 }),
    cut: fc.nat(40),
  });
  fc.assert(
    fc.property(change, ({ of, at, by, cut }) => {
      const payload = of.slice(0, cut);
      payload[at] = by;
      for (const beacon of beaconsIn(payload)) {
        const id = beaconId(beacon);
        expect(id === undefined || [8, 16, 20].includes(id.bytes.length)).toBe(true);
      }
    }),
  );
});

test('an identifier is read in any case, with or without dashes, and nothing else is', () => {
  const key = (text: string) => {
    const id = parseTagId(text);
    return id && tagKey(id);
  };
  expect(key(`ibeacon:${uuid}/1/2`)).toBe(ibeaconKey);
  expect(key(` iBeacon: ${uuid.toUpperCase().replaceAll('-', '')}/1/2 `)).toBe(ibeaconKey);
  expect(key('address:AA:BB:CC:DD:EE:0F')).toBe('address:aabbccddee0f');
  expect(key('eddystone:00112233445566778899/010203040506')).toBe('eddystone-uid:00112233445566778899010203040506');
  const wrong = [`${uuid}/1/2`, `ibeacon:${uuid}/65536/1`, 'address:aa:bb', 'altbeacon:00', 'ibeacon:', 'toString:1'];
  for (const text of [...wrong, '']) expect(key(text)).toBeUndefined();
});

test('addresses are read and written as people write them, and their kind is in their highest bits', () => {
  for (const text of ['5a:bb:cc:dd:ee:0f', '5A-BB-CC-DD-EE-0F', '5abbccddee0f']) {
    expect(parseAddress(text)).toBe(0x5abbccddee0f);
  }
  expect(parseAddress('5a:bb-cc:dd:ee:0f')).toBeUndefined();
  expect(writtenAddress(0x0000ccddee0f)).toBe('00:00:cc:dd:ee:0f');
  expect([0x5abbccddee0f, 0x1abbccddee0f, 0xdabbccddee0f].map((address) => isResolvable(address, 1))).toEqual([
    true,
    false,
    false,
  ]);
  expect(isResolvable(0x5abbccddee0f, 0)).toBe(false);
});

test('a signal strength that cannot be is unknown', () => {
  expect([-128, -127, 20, 21, 127].map(plausibleRssi)).toEqual([undefined, -127, 20, undefined, undefined]);
});

test('every structure of an advertisement is described, and what follows the last whole one is shown', () => {
  expect(describeAdvertisement(bytes(`${eddystoneUid}020a0405ff4c`))).toEqual({
    structures: [
      { type: 1, flags: 6 },
      { type: 3, services: ['feaa'] },
      {
        type: 0x16,
        service: 'feaa',
        data: '00ee001122334455667788990102030405060000',
        beacon: {
          format: 'eddystone-uid',
          namespace: '00112233445566778899',
          instance: '010203040506',
          txPower: -18,
        },
      },
      { type: 10, txPower: 4 },
    ],
    rest: '05ff4c',
  });
  expect(describeAdvertisement(bytes('0201060000'))).toEqual({ structures: [{ type: 1, flags: 6 }] });
  expect(describeAdvertisement(bytes(`1816aafe40${'5a'.repeat(20)}`)).structures).toMatchObject([{ strangers: true }]);
});
