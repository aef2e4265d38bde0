/** `machimori decode` with recordings of other programs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hex, ibeacon, legacyEvent } from '../../devices/beacon-detector/rig.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { btsnoopBlocks, ethernet, ipv4, pcapBlocks, pcapngBlocks, rtac, udp } from '../recording/encoded.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const US = Date.UTC(2026, 4, 1, 12) * 1_000;
const address = 'c6:b5:45:f6:f1:8e';
const event = Buffer.from(hex(legacyEvent(address, ibeacon, -60)), 'hex');

async function decode(file: Uint8Array | string, type: string, ...options: string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'recording'), file);
  const { code, out, err } = await machimori(folder, 'decode', type, 'recording', ...options);
  return { code, err, readings: out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])) };
}

test('btsnoop: what the controller said, with the times of the recording', async () => {
  const reset = Buffer.from('01030c00', 'hex');
  const packets = [
    { us: US, bytes: reset, flags: 2 },
    { us: US + 1_500_000, bytes: event, flags: 3 },
  ];
  const reading = { kind: 'measurement', observedAt: '2026-05-01T12:00:01.500Z', values: { address, rssi: -60 } };
  const h4 = await decode(Buffer.concat(btsnoopBlocks(1002, packets)), 'ble-hci', '--option', 'all=true');
  expect(h4).toMatchObject({ code: 0, err: '', readings: [reading] });
  const withoutTypes = packets.map((packet) => ({ ...packet, bytes: packet.bytes.subarray(1) }));
  const h1 = await decode(Buffer.concat(btsnoopBlocks(1001, withoutTypes)), 'ble-hci', '--option', 'all=true');
  expect(h1.readings).toEqual(h4.readings);
});

test('a log of gpsd: the sentences between its objects', async () => {
  const gga = '$GPGGA,120000.00,3530.0000,N,13930.0000,E,1,08,0.9,10.0,M,36,M,,*49\r\n';
  const log = `{"class":"VERSION","release":"3.25"}\r\n${gga}{"class":"TPV","time":"2024-06-15T12:00:00.000Z"}\r\n`;
  const { code, readings, err } = await decode(log, 'nmea', '--date', '2024-06-15');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(readings).toMatchObject([{ observedAt: '2024-06-15T12:00:00.000Z', values: { lat: 35.5 } }]);
});

test('a recording of a line has its day: a receiver without dates needs none', async () => {
  const gga = Buffer.from('$GPGGA,120000.00,3530.0000,N,13930.0000,E,1,08,0.9,10.0,M,36,M,,*49\r\n');
  const blocks = pcapngBlocks({ isLittle: true, linkType: 250 }, [{ us: US, bytes: rtac(2, US, gga) }]);
  const { readings } = await decode(Buffer.concat(blocks), 'nmea');
  expect(readings).toMatchObject([{ observedAt: '2026-05-01T12:00:00.000Z' }]);
});

/** The frame that lora-packet publishes with its keys: "test" on port 1, counter 2. */
const phy = '40F17DBE4900020001954378762B11FF0D';
const keys = [
  '--option',
  'nwk-s-key=44024241ed4ce9a68c6a8bc055233fd3',
  '--option',
  'app-s-key=ec925802ae430ca77fd3dd73cb2cc588',
];

test('what packet forwarders send, as the lines of decode lorawan', async () => {
  const data = Buffer.from(phy, 'hex').toString('base64');
  const gwmp = (identifier: number, object: object) =>
    ipv4(
      udp(
        Buffer.concat([
          Uint8Array.of(2, 0, 1, identifier),
          Buffer.alloc(identifier === 0 ? 8 : 0),
          Buffer.from(JSON.stringify(object)),
        ]),
      ),
    );
  const fragment = ipv4(Buffer.alloc(40), { fragment: 0x2000 });
  const heard = gwmp(0, { rxpk: [{ data, rssi: -80 }, { data: 'AA==' }] });
  const packets = [gwmp(0, { stat: {} }), heard, fragment, gwmp(3, { txpk: { data } })];
  const file = pcapBlocks(
    { isLittle: false, isNano: true, linkType: 1 },
    packets.map((packet, i) => ({ us: US + i, bytes: ethernet(0x0800, packet) })),
  );
  const { code, readings, err } = await decode(Buffer.concat(file), 'lorawan', ...keys);
  expect(code).toBe(0);
  const frame = { type: 'unconfirmed-data-up', devAddr: '49be7df1', payload: '74657374', micValid: true };
  expect(readings).toEqual([
    expect.objectContaining(frame),
    { error: expect.any(String) },
    expect.objectContaining(frame),
  ]);
  expect(err).toContain('fragments of packets, which are not put together: 1');
  const sent = await decode(Buffer.concat(file), 'lorawan', ...keys, '--direction', 'to-device');
  expect(sent.readings).toHaveLength(1);
});

test('only what the device said is decoded, unless another direction is asked for', async () => {
  const said = (event: number, text: string, i: number) => ({ us: US + i, bytes: rtac(event, US, Buffer.from(text)) });
  const blocks = pcapngBlocks({ isLittle: true, linkType: 250 }, [
    said(2, 'R12', 0),
    said(1, 'R9999\r', 1),
    said(2, '34\r', 2),
  ]);
  const options = ['--option', 'mounting-height-m=6', '--option', 'median-of=1'];
  const distances = async (...more: string[]) =>
    (await decode(Buffer.concat(blocks), 'maxbotix', ...options, ...more)).readings.map(
      ({ values }) => values.distance,
    );
  expect(await distances()).toEqual([1.234]);
  expect(await distances('--direction', 'to-device')).not.toContain(1.234);
  expect(await machimori(temporaryFolder(), 'decode', 'maxbotix', '-', '--direction', 'in')).toMatchObject({ code: 2 });
});

test('a recording that is cut gives what came before, and says at which byte it ends', async () => {
  const packets = ['R1234\r', 'R1235\r'].map((text, i) => ({ us: US + i, bytes: rtac(2, US, Buffer.from(text)) }));
  const blocks = pcapngBlocks({ isLittle: true, linkType: 250 }, packets);
  const file = Buffer.concat(blocks).subarray(0, -5);
  const { code, readings, err } = await decode(
    file,
    'maxbotix',
    '--option',
    'mounting-height-m=6',
    '--option',
    'median-of=1',
  );
  expect({ code, readings }).toMatchObject({ code: 0, readings: [{ values: { distance: 1.234 } }] });
  expect(err).toContain(`recording, byte ${Buffer.concat(blocks.slice(0, -1)).length}: the recording ends`);
});

test('a recording of the other kind is refused, with what to do', async () => {
  const line = pcapngBlocks({ isLittle: true, linkType: 250 }, [
    { us: US, bytes: rtac(2, US, Buffer.from('R1234\r')) },
  ]);
  const network = pcapBlocks({ isLittle: true, isNano: false, linkType: 1 }, [
    { us: US, bytes: ethernet(0x0806, Buffer.alloc(28)) },
  ]);
  const lineless = await decode(Buffer.concat(network), 'maxbotix', '--option', 'mounting-height-m=6');
  expect(lineless).toMatchObject({ code: 1, readings: [], err: expect.stringContaining('decode lorawan') });
  const packetless = await decode(Buffer.concat(line), 'lorawan');
  expect(packetless).toMatchObject({ code: 1, readings: [], err: expect.stringContaining('tcpdump') });
});
