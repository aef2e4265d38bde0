import { expect, test } from 'vitest';
import { readDeviceTable, readKeys, readQrCode } from '../../../gateway/lorawan/device-list.ts';

const KEY = '2B7E151628AED2A6ABF7158809CF4F3C';

test("a table is read by its heading, in any column order and with makers' names", () => {
  const text = `\uFEFFDevEUI;AppEUI;App Key;Name;Device Profile\r\n70B3D57ED0000001;01;${KEY};"橋, 北";lpp\r\n\r\n# spare\r\n02;;;;raw\r\n`;
  expect(readDeviceTable(text, 'devices.csv')).toEqual([
    { line: 2, cells: { devEui: '70B3D57ED0000001', joinEui: '01', appKey: KEY, id: '橋, 北', profile: 'lpp' } },
    { line: 5, cells: { devEui: '02', profile: 'raw' } },
  ]);
});

test('a list of The Things Stack is read: of its device_id and name the id counts, and the profile may come from elsewhere', () => {
  const text = `device_id;name;dev_eui;join_eui;lorawan_version;app_key;nwk_key\ngauge-1;The bridge;70-B3;01;MAC_V1_0_3;${KEY};\n`;
  expect(readDeviceTable(text, 'devices.csv', true)).toEqual([
    { line: 2, cells: { id: 'gauge-1', devEui: '70-B3', joinEui: '01', version: 'MAC_V1_0_3', appKey: KEY } },
  ]);
  expect(() => readDeviceTable(text, 'devices.csv')).toThrow('devices.csv:1: the heading has no column profile');
});

test('QR codes may stand in place of the EUIs', () => {
  const text = `qr_code,app_key,profile\nLW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122,${KEY},lpp`;
  expect(readDeviceTable(text, 'devices.csv')[0]?.cells).toMatchObject({ qr: expect.stringMatching(/^LW:D0:/) });
});

test('errors in a table name the line, and repeat no key', () => {
  expect(() => readDeviceTable(`name,app_key\na,${KEY}`, 'devices.csv')).toThrow(
    'devices.csv:1: the heading has no column dev_eui',
  );
  const tooMany = () => readDeviceTable(`dev_eui,profile\n01,lpp,${KEY}`, 'devices.csv');
  expect(tooMany).toThrow('devices.csv:2: it has 3 cells, the heading 2');
  expect(tooMany).not.toThrow(KEY);
});

test('a table is read as spreadsheets write it: quotes, line ends within them, and either kind of line end', () => {
  const text = 'dev_eui\tprofile\tplace\r\n01\tlpp\t"says ""river""\nand quay"\n02\traw\t Bridge "north" #2\n';
  expect(readDeviceTable(text, 'devices.csv')).toEqual([
    { line: 3, cells: { devEui: '01', profile: 'lpp', place: 'says "river"\nand quay' } },
    { line: 4, cells: { devEui: '02', profile: 'raw', place: 'Bridge "north" #2' } },
  ]);
});

test('a quote that is never closed is said with the line it begins at, without what follows it', () => {
  const open = () => readDeviceTable(`dev_eui,profile,app_key\n01,lpp,"${KEY}\n02,lpp,${KEY}\n`, 'devices.csv');
  expect(open).toThrow('devices.csv:2: a quote that opens here is never closed');
  expect(open).not.toThrow(KEY);
});

test('a line without end is refused', () => {
  const long = () => readDeviceTable(`dev_eui,profile\n01,${'x'.repeat(20_000)}\n`, 'devices.csv');
  expect(long).toThrow('devices.csv:2: it does not end within 16384 bytes');
});

test('the QR code of a device gives its EUIs and its profile (TR005)', () => {
  expect(
    readQrCode('LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN:PFOOBAR:CAF2C'),
  ).toEqual({
    joinEui: '1122334455667788',
    devEui: 'aabbccddeeff0011',
    profileId: 'aabb1122',
  });
  expect(() => readQrCode('LW:D1:1122334455667788')).toThrow('it is not the QR code of a LoRaWAN device');
});

test('a key file holds just the AppKey, or named keys', () => {
  const key = KEY.toLowerCase();
  expect(readKeys(`${KEY}\n`, 'key')).toEqual({ appKey: key });
  for (const between of [' ', ':', '-', ', 0x']) {
    const bytes = KEY.match(/../g)?.join(between) ?? '';
    expect(readKeys(bytes, 'key')).toEqual({ appKey: key });
  }
  expect(readKeys('AB:CD:15:16:28:AE:D2:A6:AB:F7:15:88:09:CF:4F:3C', 'key')).toEqual({
    appKey: 'abcd151628aed2a6abf7158809cf4f3c',
  });
  expect(readKeys(`# from the maker\nNwkSKey = ${KEY}\napp_s_key: ${KEY}\n`, 'key')).toEqual({
    nwkSKey: key,
    appSKey: key,
  });
  expect(() => readKeys(`AppKey = ${KEY}0`, 'key')).toThrow('key:1: the key does not have 32 hexadecimal digits');
  expect(() => readKeys(`AppKey = ${KEY}0`, 'key')).not.toThrow(KEY);
  expect(() => readKeys(`Password = ${KEY}`, 'key')).toThrow('key:1: it does not name a key');
});
