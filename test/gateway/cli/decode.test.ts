import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hex, ibeacon, legacyEvent, uuid } from '../../devices/beacon-detector/rig.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const address = 'c6:b5:45:f6:f1:8e';

async function decodeAdvertisement(...options: string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'recording.hex'), `${hex(legacyEvent(address, ibeacon, -60))}\n`);
  return machimori(folder, 'decode', 'ble-hci', 'recording.hex', '--hex', ...options);
}

test('decode shows every advertisement of a recording if asked to', async () => {
  const { code, out } = await decodeAdvertisement('--option', 'all=true');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ kind: 'measurement', values: { address, rssi: -60 } });
});

test('decode shows only enrolled tags unless asked', async () => {
  const { code, out, err } = await decodeAdvertisement();
  expect([code, out, err]).toEqual([1, '', expect.stringMatching(/not one reading.*options: .*tags.*all/s)]);
});

test('decode gives the positions of a receiver without dates if it is told the day', async () => {
  const folder = temporaryFolder();
  const gga = '$GPGGA,120000.00,3530.0000,N,13930.0000,E,1,08,0.9,10.0,M,36,M,,*49\r\n';
  writeFileSync(join(folder, 'drive.nmea'), gga);
  const undated = await machimori(folder, 'decode', 'nmea', 'drive.nmea');
  expect(undated).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/--date/) });
  const { out } = await machimori(folder, 'decode', 'nmea', 'drive.nmea', '--date', '2024-06-15');
  expect(JSON.parse(out)).toMatchObject({ observedAt: '2024-06-15T12:00:00.000Z', values: { lat: 35.5 } });
  const { code, err } = await machimori(folder, 'decode', 'nmea', 'drive.nmea', '--date', '2024-02-30');
  expect(code).not.toBe(0);
  expect(err).toContain('--date');
});

test('decode says what each advertisement holds, structure by structure, and goes on after a wrong line', async () => {
  const folder = temporaryFolder();
  const tlm = '0201060303aafe1116aafe20000bb8198000000010000003e8';
  writeFileSync(
    join(folder, 'heard.hex'),
    `# a comment\n${ibeacon}\r\n\n02 01 06 05ff\nnone\n${'00'.repeat(5_000)}\n${tlm}`,
  );
  const { code, out } = await machimori(folder, 'decode', 'ble-advertisement', 'heard.hex');
  expect(code).toBe(0);
  const answers = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answers.slice(0, 3)).toEqual([
    {
      structures: [
        { type: 1, flags: 6 },
        {
          ...{ type: 255, company: '004c', data: ibeacon.slice(14) },
          beacon: { format: 'ibeacon', uuid, major: 1, minor: 2, measuredPower: -59 },
        },
      ],
    },
    { structures: [{ type: 1, flags: 6 }], rest: '05ff' },
    { error: 'a line is not hexadecimal' },
  ]);
  expect(answers[3]).toEqual({ error: expect.stringContaining('8192') });
  expect(answers.at(-1).structures.at(-1)).toMatchObject({
    service: 'feaa',
    beacon: { battery: 3, temperature: 25.5 },
  });
});

test('decode refuses options that an advertisement does not have', async () => {
  const wrong = await machimori(temporaryFolder(), 'decode', 'ble-advertisement', '--device', 'post-7');
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('--device') });
});

test('where nothing can be decoded every type says so with what to do, and fails; an empty recording is none', async () => {
  const folder = temporaryFolder();
  const decode = async (text: string, ...words: string[]) => {
    writeFileSync(join(folder, 'recording'), text);
    const { code, err } = await machimori(folder, 'decode', ...words, 'recording');
    return [code, err.replace(/\s+/g, ' ')];
  };
  const box = JSON.stringify({ devices: [{ mac: 'AA:BB:CC:DD:EE:FF', rssi: -60, raw: '0201060303aafe' }] });
  const nothing = (of: string) => [
    1,
    expect.stringMatching(new RegExp(`not one reading came of \\d+ bytes.*of a ${of},.*--hex`)),
  ];
  expect(await decode(`${box}\n`, 'beacon-box', '--option', 'profile=openblocks', '--option', 'all=true')).toEqual(
    nothing('beacon-box'),
  );
  expect(await decode('rubbish\n'.repeat(3), 'people-counter')).toEqual(nothing('people-counter'));
  expect(await decode('zz\n0\n', 'ble-hci', '--hex')).toEqual(nothing('ble-hci'));
  const noLine = [1, expect.stringMatching(/not one of 2 lines could be decoded.*--help/)];
  expect(await decode('rubbish\nmore\n', 'ble-advertisement')).toEqual(noLine);
  expect(await decode('rubbish\n{}\n', 'lorawan')).toEqual(noLine);
  expect(await decode('rubbish\n020106\n', 'ble-advertisement')).toEqual([0, '']);
  expect(await decode('', 'people-counter')).toEqual([0, '']);
  expect(await decode('\n# nothing\n', 'ble-advertisement')).toEqual([0, '']);
});
