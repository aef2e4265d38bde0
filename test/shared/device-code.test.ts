import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checksum, readDeviceCode } from '../../shared/device-code.ts';
import { isPrintable } from '../../shared/text.ts';

/** The example of TR005. */
const EXAMPLE = 'LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN:PFOOBAR:CAF2C';
const digits = (count: number) => fc.stringMatching(new RegExp(`^[0-9A-F]{${count}}$`));
const word = fc.stringMatching(/^[A-Z0-9]{0,12}$/);

test('the example of TR005 is read, checksum and all', () => {
  expect(readDeviceCode(EXAMPLE)).toEqual({
    ok: true,
    code: {
      form: 'tr005',
      devEui: 'aabbccddeeff0011',
      joinEui: '1122334455667788',
      vendor: 'AABB',
      model: '1122',
      ownerToken: 'AABBCCDDEEFF',
      serial: 'YYWWNNNNNN',
      proprietary: 'FOOBAR',
      others: [],
      hasKey: false,
    },
  });
});

test.each([
  [
    'LW:D0:0000000000000000:34c5d0fa68ceffa5:FFFF0BEB:S241218QR10005',
    { devEui: '34c5d0fa68ceffa5', serial: '241218QR10005' },
  ],
  ['70B3D57ED0051234', { form: 'plain', devEui: '70b3d57ed0051234', others: [] }],
  ['70-B3-D5-7E-D0-05-12-34', { form: 'plain', devEui: '70b3d57ed0051234', others: [] }],
  ['DevEUI:70B3D57ED0051234;SN:12345', { devEui: '70b3d57ed0051234', others: ['DevEUI:', 'SN:12345'], hasKey: false }],
  [
    '70B3D57ED0051234,00112233445566778899AABBCCDDEEFF,v1',
    { devEui: '70b3d57ed0051234', others: ['v1'], hasKey: true },
  ],
])('%s is read', (text, code) => {
  expect(readDeviceCode(text)).toMatchObject({ ok: true, code });
});

test.each([
  ['https://example.jp/manual', 'no-device'],
  ['', 'no-device'],
  ['00112233445566778899AABBCCDDEEFF', 'no-device'],
  ['70B3D57ED0051234 70B3D57ED0051235', 'several'],
  ['LW:D1:1122334455667788:AABBCCDDEEFF0011:AABB1122', 'other-schema'],
  ['LW:D0:1122334455667788:AABBCCDDEEFF001:AABB1122', 'malformed'],
  ['LW:D0:1122334455667788:AABBCCDDEEFF0011', 'malformed'],
  ['LW:', 'malformed'],
  [EXAMPLE.replace('FOOBAR', 'FOOBAZ'), 'bad-checksum'],
  ['LW:D0:1122334455667788:0000000000000000:AABB1122', 'no-eui'],
  ['FFFFFFFFFFFFFFFF', 'no-eui'],
])('%j is said to be at fault: %s', (text, fault) => {
  expect(readDeviceCode(text)).toMatchObject({ ok: false, fault });
});

test('every code that TR005 describes is read back, and one wrong letter breaks its checksum', () => {
  fc.assert(
    fc.property(
      digits(16),
      digits(16),
      digits(8),
      word,
      word,
      word,
      fc.nat(),
      (joinEui, devEui, profile, owner, serial, maker, at) => {
        fc.pre(!/^(0{16}|F{16})$/.test(devEui));
        const body = `LW:D0:${joinEui}:${devEui}:${profile}:O${owner}:S${serial}:P${maker}`;
        const code = {
          devEui: devEui.toLowerCase(),
          joinEui: joinEui.toLowerCase(),
          ownerToken: owner,
          serial,
          proprietary: maker,
        };
        expect(readDeviceCode(body)).toMatchObject({ ok: true, code });
        expect(readDeviceCode(`${body}:C${checksum(body)}`.toLowerCase())).toMatchObject({ ok: true, code });
        const place = 6 + (at % 16);
        const other = body[place] === '0' ? '1' : '0';
        const wrong = `${body.slice(0, place)}${other}${body.slice(place + 1)}:C${checksum(body)}`;
        expect(readDeviceCode(wrong)).toMatchObject({ ok: false, fault: 'bad-checksum' });
      },
    ),
  );
});

test('whatever a code says, it is an answer that can be shown, and gives out no key', () => {
  const key = '00112233445566778899aabbccddeeff';
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 }), (before, after) => {
      const read = readDeviceCode(`${before}${key}${after}`);
      expect(JSON.stringify(read).toLowerCase()).not.toContain(key);
      expect(isPrintable(JSON.stringify(read))).toBe(true);
    }),
  );
});
