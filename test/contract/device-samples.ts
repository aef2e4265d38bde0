/** For each device type: options that it takes, and a good frame as it travels, from a datasheet or a simulator. */
import { shippedProfiles as boxProfiles } from '../../devices/beacon-box/shipped-profiles.ts';
import type { Place } from '../../devices/device-type.ts';
import { shippedProfiles as lineProfiles } from '../../devices/line/shipped-profiles.ts';
import { cayenneLpp } from '../../simulators/lorawan/cayenne-lpp.ts';
import { rmc, sentence } from '../../simulators/sensors/gps.ts';
import { extendedReport } from '../../simulators/sensors/hci.ts';
import { received } from '../../simulators/sensors/lora-modem.ts';

export interface DeviceSample {
  /** Name of the device type. */
  readonly type: string;
  /** What is special about this sample, if the type has several. */
  readonly variant?: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly transport: Place['transport'];
  /** One frame as it travels, which gives one reading. */
  readonly wire: Uint8Array;
  /** The line end of `wire`, which is not part of the frame. */
  readonly lineEnd: '' | '\r' | '\r\n' | '\0';
}

const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const hex = (digits: string) => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

const place = { lat: 36.5, lon: 139.5, altitudeM: 20, speedMps: 8, courseDeg: 90 };

/** The registers 108 to 110 of MODBUS Application Protocol V1.1b3 §6.3. */
const registers = {
  unit: 0x11,
  profile: {
    kind: 'measurement',
    registers: [107, 108, 109].map((address) => ({ quantity: `r${address}`, function: 3, address, type: 'uint16' })),
  },
};

export const DEVICE_SAMPLES: readonly DeviceSample[] = [
  {
    type: 'nmea',
    options: {},
    transport: 'serial',
    wire: ascii(sentence(`GN${rmc(new Date(Date.UTC(2024, 1, 1, 12)), place)}`)),
    lineEnd: '\r\n',
  },
  {
    type: 'maxbotix',
    options: { mountingHeightM: 4.2, medianOf: 1 },
    transport: 'serial',
    wire: ascii('R1234\r'),
    lineEnd: '\r',
  },
  {
    type: 'modbus',
    variant: 'RTU',
    options: registers,
    transport: 'file',
    wire: hex('11 03 06 ae41 5652 4340 49ad'),
    lineEnd: '',
  },
  {
    type: 'modbus',
    variant: 'TCP',
    options: { ...registers, framing: 'tcp' },
    transport: 'file',
    wire: hex('0001 0000 0009 11 03 06 ae41 5652 4340'),
    lineEnd: '',
  },
  {
    type: 'people-counter',
    options: {},
    transport: 'serial',
    wire: ascii('IN=000123,OUT=000120\r\n'),
    lineEnd: '\r\n',
  },
  ...Object.entries({
    'level-json': '{"level":1.23,"battery":3.6,"time":1700000000}',
    'level-text': 'LEVEL=1.234m TEMP=12.3C',
    'weather-text': 'T=21.5 H=60 P=1013.2',
    'weather-csv': '23.1,65,1013.2,3.4,270,0.5',
  } satisfies Record<keyof typeof lineProfiles, string>).map(
    ([profile, text]) =>
      ({
        type: 'line',
        variant: profile,
        options: { profile: lineProfiles[profile as keyof typeof lineProfiles] }, // entries() forgets the keys' names
        transport: 'serial',
        wire: ascii(`${text}\r\n`),
        lineEnd: '\r\n',
      }) as const,
  ),
  {
    type: 'ble-hci',
    options: { all: true }, // every advertisement is a reading, which a recording alone allows
    transport: 'file',
    wire: extendedReport({
      address: hex('c6b545f6f18e'),
      isRandomAddress: true,
      rssi: -60,
      payload: hex('0201061aff4c000215f7826da64fa24e988024bc5b71e0893e00010002c5'),
    }),
    lineEnd: '',
  },
  {
    type: 'beacon-box',
    options: { profile: boxProfiles.openblocks, all: true },
    transport: 'file',
    wire: ascii(
      '{"time":"2017-12-08T15:00:04.549+09:00","deviceId":"e9c8dd35ee18","rssi":-88,"data":"0201040c0946434c20426561636f6e31"}\r\n',
    ),
    lineEnd: '\r\n',
  },
  {
    type: 'rylr',
    options: {},
    transport: 'serial',
    wire: received(50, cayenneLpp([{ channel: 1, type: 'temperature', value: 21.5 }]), -80, 9),
    lineEnd: '\r\n',
  },
  {
    type: 'rak3172',
    variant: 'RUI3',
    options: {},
    transport: 'serial',
    wire: ascii('+EVT:RXP2P:-54:9:016700D7\r\n'),
    lineEnd: '\r\n',
  },
  {
    type: 'rak3172',
    variant: 'two lines',
    options: {},
    transport: 'serial',
    wire: ascii('+EVT:RXP2P, RSSI -54, SNR 9\r\n+EVT:016700D7\r\n'),
    lineEnd: '\r\n',
  },
  {
    type: 'lora-e5',
    options: {},
    transport: 'serial',
    wire: ascii('+TEST: LEN:4, RSSI:-106, SNR:10\r\n+TEST: RX "016700D7"\r\n'),
    lineEnd: '\r\n',
  },
  {
    type: 'e220',
    variant: 'silence',
    options: {},
    transport: 'serial',
    wire: hex('016700d7 b0'),
    lineEnd: '',
  },
  {
    type: 'e220',
    variant: 'fixed length',
    options: { frameBytes: 4 },
    transport: 'serial',
    wire: hex('016700d7 b0'),
    lineEnd: '',
  },
  {
    type: 'web-table',
    variant: 'JSON',
    options: {
      profile: {
        format: 'json',
        rows: '/stations',
        rowKey: '/name',
        fields: [{ from: '/level', quantity: 'level', unit: 'm' }],
        time: { from: '/time' },
      },
      row: 'Shin',
    },
    transport: 'message',
    wire: ascii('{"stations":[{"name":"Shin","time":"2026-03-31T23:50:00+09:00","level":"1.23 m"}]}\0'),
    lineEnd: '\0',
  },
  {
    type: 'web-table',
    variant: 'CSV',
    options: {
      profile: {
        format: 'csv',
        kind: 'water-level',
        fields: [{ from: 'level', quantity: 'level', unit: 'm' }],
        time: { from: 'time' },
      },
    },
    transport: 'message',
    wire: ascii('River levels\r\ntime,level\r\n03/31 23:50,1.23\r\n\0'),
    lineEnd: '\0',
  },
];

/** "modbus (RTU)" */
export function titleOf({ type, variant }: DeviceSample): string {
  return variant === undefined ? type : `${type} (${variant})`;
}
