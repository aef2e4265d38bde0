import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLpp } from '../../../devices/profile/cayenne-lpp.ts';

const parse = (hex: string) => parseLpp(Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')));
const values = (hex: string) => {
  const parsed = parse(hex);
  const read = Object.fromEntries(parsed.values.map((v) => [v.quantity, v.value]));
  return parsed.fault ? [read, parsed.fault.en] : read;
};

test("the payload specification's examples are read", () => {
  expect(values('03 67 01 10 05 67 00 ff')).toEqual({ temperature3: 27.2, temperature5: 25.5 });
  expect(values('01 67 ff d7 06 71 04 d2 fb 2e 00 00')).toEqual({
    temperature1: -4.1,
    accelerationX6: 12.1014061, // 1.234 g
    accelerationY6: -12.1014061,
    accelerationZ6: 0,
  });
  expect(values('01 88 06 76 5f f2 96 0a 00 03 e8')).toEqual({ lat1: 42.3519, lon1: -87.9094, altitude1: 10 });
});

test('each type has its size, its sign and its step', () => {
  expect(values('00 00 01  00 01 00  00 02 ff 9c  00 03 00 64')).toEqual({
    digitalInput0: 1,
    digitalOutput0: 0,
    analogInput0: -1,
    analogOutput0: 1,
  });
  expect(values('01 65 01 2c  01 66 01  01 68 81  01 73 27 94')).toEqual({
    illuminance1: 300,
    presence1: 1,
    humidity1: 64.5,
    pressure1: 101_320,
  });
  expect(values('02 86 00 64 ff 9c 00 01')).toEqual({ rotationX2: 1, rotationY2: -1, rotationZ2: 0.01 });
  expect(values('01 64 ff ff ff ff  01 74 01 4a  01 75 05 dc  01 76 00 0f 42 40')).toEqual({
    generic1: 4_294_967_295,
    voltage1: 3.3,
    current1: 1.5,
    frequency1: 1_000_000,
  });
  expect(values('01 78 64  01 79 ff fe  01 7d 01 9a  01 80 04 b0')).toEqual({
    percentage1: 100,
    altitude1: -2,
    concentration1: 410,
    power1: 1200,
  });
  expect(values('01 82 00 00 04 d2  01 83 00 00 03 e8  01 84 01 0e')).toEqual({
    distance1: 1.234,
    energy1: 3_600_000,
    direction1: 270,
  });
  expect(values('01 85 65 53 f1 00  01 87 01 02 03  01 8e 01')).toEqual({
    time1: 1_700_000_000_000,
    red1: 1,
    green1: 2,
    blue1: 3,
    switch1: 1,
  });
});

test('an unknown type and a value cut short end a payload; the values before are good', () => {
  const good = { temperature1: 27.2 };
  expect(values('01 67 01 10 02 c8 00')).toEqual([good, 'type 200 of channel 2 is unknown']);
  expect(values('01 67 01 10 02 67 01')).toEqual([good, 'temperature of channel 2 is cut short']);
  expect(values('01 67 01 10 02')).toEqual([good, 'channel 2 has no type']);
  expect(values('')).toEqual([{}, 'the payload is empty']);
});

test('several values of one type on one channel are each kept', () => {
  expect(values('01 67 01 10  01 67 01 20  01 68 50  01 67 01 30')).toEqual({
    temperature1: 27.2,
    temperature1No2: 28.8,
    humidity1: 40,
    temperature1No3: 30.4,
  });
});

test('no payload throws or gives what is not a number', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 240 }), (payload) => {
      const parsed = parseLpp(payload);
      for (const { value } of parsed.values) expect(Number.isFinite(value)).toBe(true);
    }),
  );
});
