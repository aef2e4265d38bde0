import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epochToGpsMs, gpsToEpochMs } from '../../../../devices/lorawan/gps-time.ts';
import { acknowledge, parseGwmp, pullResp } from '../../../../gateway/ports/lorawan-udp/gwmp.ts';

const eui = 'aa555a0000000101';
/** Version, token, kind and EUI (PROTOCOL.TXT §3). */
const datagram = (kind: number, body: object | string = '', version = 2) =>
  Buffer.concat([
    Buffer.from([version, 0x12, 0x34, kind]),
    Buffer.from(eui, 'hex'),
    Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  ]);
const packet = {
  time: '2026-11-24T01:02:03.000000Z',
  tmst: 3_512_348_611,
  chan: 0,
  rfch: 0,
  freq: 923.2,
  stat: 1,
  modu: 'LORA',
  datr: 'SF7BW125',
  codr: '4/5',
  rssi: -35,
  lsnr: 5.1,
  size: 4,
  data: 'QAECAw==',
};

function pushed(...packets: unknown[]) {
  const message = parseGwmp(datagram(0, { rxpk: packets }));
  if ('code' in message || message.kind !== 'push-data') throw new Error(JSON.stringify(message));
  return message;
}

test('PUSH_DATA gives its frames with their signal', () => {
  expect(pushed(packet)).toEqual({
    version: 2,
    token: 0x1234,
    station: eui,
    kind: 'push-data',
    packets: [
      {
        bytes: Uint8Array.of(0x40, 1, 2, 3),
        tmst: 3_512_348_611,
        frequencyHz: 923_200_000,
        modulation: { kind: 'lora', spreadingFactor: 7, bandwidthHz: 125_000 },
        rssi: -35,
        snr: 5.1,
      },
    ],
    dropped: [],
  });
});

test.each([
  [
    { lati: 36.7, long: 137.2, alti: 12 },
    { lat: 36.7, lon: 137.2 },
  ],
  [{ lati: 0, long: 0 }, undefined], // nobody has set it
  [{ lati: 91, long: 0 }, undefined],
  [{ lati: '36.7', long: 137.2 }, undefined],
  [{ time: '2026-11-24 01:02:03 GMT' }, undefined],
  ['none', undefined],
])('a station whose status is %j stands at %j', (stat, place) => {
  expect(parseGwmp(datagram(0, { stat }))).toMatchObject({ kind: 'push-data', packets: [], place });
});

test('base64 without its padding is read, what is no base64 is dropped', () => {
  const { packets, dropped } = pushed(
    { ...packet, data: 'QAECAw' },
    { ...packet, data: 'QA EC' },
    { ...packet, data: '' },
  );
  expect(packets.map(({ bytes }) => [...bytes])).toEqual([[0x40, 1, 2, 3]]);
  expect(dropped.map(({ code }) => code)).toEqual(['malformed', 'malformed']);
});

test('a frame whose CRC was wrong or missing is dropped, one without a status is taken', () => {
  const { stat: _, ...unsaid } = packet;
  const { packets, dropped } = pushed({ ...packet, stat: -1 }, { ...packet, stat: 0 }, unsaid);
  expect(packets).toHaveLength(1);
  expect(dropped.map(({ code }) => code)).toEqual(['bad-checksum', 'bad-checksum']);
});

test('FSK has bits a second for a data rate, and no SNR', () => {
  const { lsnr: _, ...fsk } = { ...packet, modu: 'FSK', datr: 50_000 };
  expect(pushed(fsk).packets[0]).toMatchObject({ modulation: { kind: 'fsk', bitRate: 50_000 } });
  expect(pushed(fsk).packets[0]).not.toHaveProperty('snr');
});

test('a GPS time is taken, a time that is none does no harm', () => {
  const { packets } = pushed({ ...packet, tmms: 1_400_000_000_123 }, { ...packet, tmms: 'soon', time: 5, lsnr: null });
  // 1,400,000,000.123 s after 6 January 1980, less 18 leap seconds
  expect(packets.map(({ receivedAt }) => receivedAt)).toEqual([Date.parse('2024-05-17T16:53:02.123Z'), undefined]);
});

test('of several antennas the one that hears best counts', () => {
  const { rssi: _, lsnr: __, ...bare } = packet;
  const rsig = [
    { ant: 0, rssic: -101, lsnr: -3 },
    { ant: 1, rssic: -94, lsnr: 1.5 },
  ];
  expect(pushed({ ...bare, rsig }).packets[0]).toMatchObject({ rssi: -94, snr: 1.5 });
});

test('a status without frames is a PUSH_DATA too', () => {
  const message = parseGwmp(datagram(0, { stat: { time: '2026-11-24 01:02:03 GMT', rxnb: 2, ackr: 100 } }));
  expect(message).toMatchObject({ kind: 'push-data', packets: [], dropped: [] });
});

test('a TX_ACK says what went wrong, or by its empty body that nothing did', () => {
  const error = (body: string) => parseGwmp(datagram(5, body));
  expect(error('')).toMatchObject({ kind: 'tx-ack', error: 'NONE' });
  expect(error('{"txpk_ack":{"error":"NONE"}}')).toMatchObject({ error: 'NONE' });
  expect(error('{"txpk_ack":{"error":"TOO_LATE"}}')).toMatchObject({ error: 'TOO_LATE' });
  expect(error('{"txpk_ack":{"warn":"TX_POWER","value":14}}')).toMatchObject({ error: 'NONE' });
  expect(error('\0')).toMatchObject({ error: 'NONE' });
});

test('PUSH_ACK and PULL_ACK carry the version and token of what they answer', () => {
  const acknowledged = (kind: number, body = '') => {
    const message = parseGwmp(datagram(kind, body, 1));
    return 'code' in message ? message : acknowledge(message);
  };
  expect(acknowledged(0, '{}')).toEqual(Uint8Array.of(1, 0x12, 0x34, 1));
  expect(acknowledged(2)).toEqual(Uint8Array.of(1, 0x12, 0x34, 4));
  expect(acknowledged(5)).toBeUndefined();
});

test('a downlink is a PULL_RESP with inverted polarity and without a CRC', () => {
  const bytes = pullResp(
    { version: 2, token: 0xabcd },
    {
      bytes: Uint8Array.of(0x60, 1),
      tmst: 5,
      frequencyHz: 923_200_000,
      modulation: { kind: 'lora', spreadingFactor: 10, bandwidthHz: 125_000 },
      powerDbm: 13.6,
    },
  );
  expect([...bytes.subarray(0, 4)]).toEqual([2, 0xab, 0xcd, 3]);
  expect(JSON.parse(Buffer.from(bytes.subarray(4)).toString())).toEqual({
    txpk: {
      imme: false,
      tmst: 5,
      freq: 923.2,
      rfch: 0,
      powe: 14,
      modu: 'LORA',
      datr: 'SF10BW125',
      codr: '4/5',
      ipol: true,
      ncrc: true,
      size: 2,
      data: 'YAE=',
    },
  });
});

test('GPS time and ours are 18 s apart, and there is a way back', () => {
  expect(gpsToEpochMs(0)).toBe(Date.UTC(1980, 0, 6) - 18_000);
  expect(epochToGpsMs(gpsToEpochMs(1_400_000_000_000))).toBe(1_400_000_000_000);
});

test('no datagram makes the parser throw', () => {
  const field = fc.constantFrom('tmst', 'freq', 'stat', 'modu', 'datr', 'rssi', 'lsnr', 'rsig', 'data', 'tmms');
  const garbledPackets = fc.array(fc.dictionary(field, fc.jsonValue()).map((more) => ({ ...packet, ...more })));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        garbledPackets.map((rxpk) => datagram(0, { rxpk })),
        fc.json().map((body) => datagram(0, body)),
        fc.string().map((body) => datagram(5, body)),
      ),
      (bytes) => {
        const message = parseGwmp(bytes);
        if ('code' in message || message.kind !== 'push-data') return;
        for (const each of message.packets) expect(each.bytes.length).toBeGreaterThan(0);
      },
    ),
  );
});

test('what is too short, of another version or no message of a station is said to be so', () => {
  for (const wrong of [
    Buffer.alloc(0),
    datagram(0, '{}', 3),
    datagram(0).subarray(0, 11),
    datagram(3, '{}'),
    datagram(0, '[1'),
    datagram(0, 'null'),
  ]) {
    expect(parseGwmp(wrong)).toMatchObject({ code: expect.stringMatching(/^lorawan-udp\./) });
  }
});
