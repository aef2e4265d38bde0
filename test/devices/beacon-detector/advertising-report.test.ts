/** Core Spec Vol 4 Part E §7.7.65.2 and §7.7.65.13, built by hand field by field. */
import { expect, test } from 'vitest';
import { parseReports } from '../../../devices/beacon-detector/advertising-report.ts';
import { bytes, detector, momentAt } from './rig.ts';

// Event type (connectable, scannable, legacy PDU), address type, address, primary and secondary PHY, advertising set,
// transmit power, RSSI, periodic interval, direct address type and address, data length, data.
const connectable = [
  '1300',
  '00',
  '665544332211',
  '01',
  '00',
  'ff',
  '7f',
  'c4',
  '0000',
  '00',
  '000000000000',
  '03',
  '020106',
];
// Connectable and directed, on the coded PHY, its data cut off (status 2), without RSSI, with every field in use.
const directed = [
  '4500',
  '01',
  'ffeeddccbbaa',
  '03',
  '03',
  '0a',
  'f6',
  '7f',
  '2003',
  '01',
  '010203040506',
  '02',
  'dead',
];
// Nothing but an anonymous advertiser: address type 255, no data, the greatest RSSI, more data to come (status 1).
const anonymous = ['2000', 'ff', '000000000000', '01', '02', '03', '7f', '14', '0000', '00', '000000000000', '00', ''];

/** An H4 packet: event 0x3E, its length, subevent, number of reports, reports. */
function packet(subevent: string, ...reports: readonly (readonly string[])[]): Uint8Array {
  const parameters = subevent + reports.length.toString(16).padStart(2, '0') + reports.flat().join('');
  return bytes(`043e${(parameters.length / 2).toString(16).padStart(2, '0')}${parameters}`);
}

test('several extended reports in one event are read field by field', () => {
  expect(parseReports(packet('0d', connectable, directed, anonymous).subarray(3))).toEqual([
    {
      eventType: 0x13,
      addressType: 0,
      address: 0x112233445566,
      rssi: -60,
      data: bytes('020106'),
      dataStatus: 'complete',
      set: 0xff,
    },
    { eventType: 0x45, addressType: 1, address: 0xaabbccddeeff, data: bytes('dead'), dataStatus: 'truncated', set: 10 },
    { eventType: 0x20, addressType: 255, address: 0, rssi: 20, data: bytes(''), dataStatus: 'more', set: 3 },
  ]);
});

test('on a recording each report gives address, RSSI and payload', () => {
  const step = detector({ all: true }, 'file').decode(packet('0d', connectable, directed, anonymous), momentAt(0));
  expect(step.rubbish).toBeUndefined();
  expect(step.readings?.map(({ values }) => [values.address, values.rssi, values.payload, values.dataStatus])).toEqual([
    ['11:22:33:44:55:66', -60, '020106', undefined],
    ['aa:bb:cc:dd:ee:ff', undefined, 'dead', 'truncated'],
    ['00:00:00:00:00:00', 20, '', 'more'],
  ]);
});

test('a legacy report has its RSSI behind its data', () => {
  const legacy = ['03', '01', '665544332211', '03', '020106', '81'];
  const empty = ['04', '00', 'ffeeddccbbaa', '00', '', '7f'];
  expect(parseReports(packet('02', legacy, empty).subarray(3))).toMatchObject([
    { eventType: 3, addressType: 1, address: 0x112233445566, rssi: -127, data: bytes('020106') },
    { eventType: 4, addressType: 0, address: 0xaabbccddeeff, data: bytes('') },
  ]);
});

test('an event that is cut short anywhere, or has bytes left over behind several reports, is refused', () => {
  const parameters = packet('0d', connectable, directed).subarray(3);
  for (let length = 1; length < parameters.length; length++) {
    expect(parseReports(parameters.subarray(0, length))).toBeUndefined();
  }
  expect(parseReports(Uint8Array.of(...parameters, 0))).toBeUndefined();
  expect(parseReports(bytes('0d00'))).toBeUndefined();
});

test.each([
  ['81', -127],
  ['14', 20],
  ['15', undefined],
  ['50', undefined],
  ['7f', undefined],
  ['80', undefined],
])('an RSSI byte of %s is %s: the specification allows -127 to 20 dBm', (byte, rssi) => {
  const legacy = bytes(`02010000665544332211${'03'}020106${byte}`);
  expect(parseReports(legacy)?.[0]?.rssi).toBe(rssi);
  const extended = connectable.with(7, byte).join('');
  expect(parseReports(bytes(`0d01${extended}`))?.[0]?.rssi).toBe(rssi);
});
