import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { machimori } from '../../end-to-end/machimori.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** The frame that lora-packet publishes with its keys: "test" on port 1, counter 2. */
const phy = '40F17DBE4900020001954378762B11FF0D';
const nwkSKey = '44024241ed4ce9a68c6a8bc055233fd3';
const appSKey = 'ec925802ae430ca77fd3dd73cb2cc588';

async function decode(input: string, ...options: string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'frames.jsonl'), input);
  const { code, out, err } = await machimori(folder, 'decode', 'lorawan', 'frames.jsonl', ...options);
  const lines = out.split('\n').filter((text) => text !== '');
  return { code, err, out, answers: lines.map((text): Record<string, unknown> => JSON.parse(text)) };
}

describe('decode lorawan', () => {
  test('answers each line with a line, and goes on after a wrong one', async () => {
    const lines = [
      JSON.stringify({ phy, keys: { nwkSKey, AppSKey: appSKey.toUpperCase() }, fCnt: 2, rssi: -80 }),
      '',
      `{"phy":"${phy}","keys":{"appSKey":"${appSKey}"`,
      JSON.stringify({ phy: Buffer.from(phy, 'hex').toString('base64'), keys: { APPSKEY: appSKey } }),
      JSON.stringify({ phy: phy.slice(0, 20) }),
      JSON.stringify({ phy: '?' }),
      JSON.stringify({}),
      JSON.stringify([phy]),
      JSON.stringify({ phy, keys: { appSKey: appSKey.slice(2) } }),
      JSON.stringify({ phy, keys: { applicationKey: appSKey } }),
      JSON.stringify({ phy, fCnt: -1 }),
    ];
    const { code, err, out, answers } = await decode(lines.join('\r\n'));
    expect(answers).toEqual([
      {
        type: 'unconfirmed-data-up',
        major: 0,
        devAddr: '49be7df1',
        confirmed: false,
        fCnt: 2,
        fPort: 1,
        adr: false,
        adrAckReq: false,
        ack: false,
        classB: false,
        payload: Buffer.from('test').toString('hex'),
        macCommands: [],
        mic: '2b11ff0d',
        micValid: true,
      },
      { error: 'the line is not JSON' },
      expect.objectContaining({ payload: '74657374', macCommands: [], micValid: null }),
      { error: 'a data frame has at least 12 bytes, not 10' },
      { error: 'phy must be the bytes of the frame, as hexadecimal digits or base64' },
      { error: 'phy is missing' },
      { error: 'phy is missing' },
      { error: 'keys.appSKey must be 32 hexadecimal digits' },
      { error: expect.stringContaining('keys may only have appKey, nwkKey') },
      { error: 'fCnt must be a whole number from 0 to 4294967295' },
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).not.toContain(appSKey.slice(2));
  });

  test('takes keys and counters from options where a line has none', async () => {
    const lines = [{ phy }, { phy, fCnt: 0 }].map((line) => JSON.stringify(line)).join('\n');
    const options = [
      '--option',
      `nwk-s-key=${nwkSKey}`,
      '--option',
      'f-cnt=65535',
      '--option',
      `keys={"appSKey":"${appSKey}"}`,
    ];
    const { answers } = await decode(lines, ...options);
    expect(answers).toMatchObject([
      { fCnt: 65_538, micValid: false },
      { fCnt: 2, payload: '74657374', macCommands: [], micValid: true },
    ]);
  });

  test.each([
    ['is not known', '--option', 'app-key-2=00'],
    ['has no value', '--option', 'fCnt'],
    ['is no key', '--option', 'app-key=00'],
    ['is for raw bytes', '--hex'],
  ])('refuses an option that %s', async (_, ...options) => {
    const { code, answers } = await decode('', ...options);
    expect({ code, answers }).toEqual({ code: 2, answers: [] });
  });

  test('fails only where the input cannot be read', async () => {
    const { code, err } = await machimori(temporaryFolder(), 'decode', 'lorawan', 'missing.jsonl');
    expect(code).toBe(1);
    expect(err).toContain('missing.jsonl: the input cannot be read');
  });
});
