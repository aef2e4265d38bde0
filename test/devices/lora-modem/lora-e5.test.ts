/** Lines from Seeed, LoRa-E5 AT Command Specification V1.0. */
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { loraE5 } from '../../../devices/lora-modem/lora-e5.ts';
import { Conversation, openModem, wallOrigin, written } from './modem-rig.ts';

const talk = (...nodes: Record<string, unknown>[]) => new Conversation(openModem(loraE5, ...nodes));
const RFCFG = 'AT+TEST=RFCFG,922,SF10,125,8,8,13,ON,OFF,OFF';
const RFCFG_ANSWER = '+TEST: RFCFG F:922000000, SF10, BW125K, TXPR:8, RXPR:8, POW:13dBm, CRC:ON, IQ:OFF, NET:OFF';
const packet = (length: number, data: string) => `+TEST: LEN:${length}, RSSI:-106, SNR:10\r\n+TEST: RX "${data}"`;

/** A module that has been set up. */
function listening() {
  const module = talk({ setUp: [RFCFG] });
  module.open();
  module.hearAll('+MODE: TEST', RFCFG_ANSWER, '+TEST: RXLRPKT');
  return module;
}

describe('packets', () => {
  test('two lines become a reading with its signal', () => {
    expect(talk({}).hear(packet(4, '016700D7')).readings).toEqual([
      {
        device: 'node-0',
        kind: 'measurement',
        observedAt: wallOrigin,
        values: { temperature1: 21.5, rssi: -106, snr: 10 },
      },
    ]);
    expect(talk({}).hear(packet(4, '01 67 00 D7')).readings).toHaveLength(1);
  });

  test.each([
    [packet(5, '016700D7'), 'malformed'],
    [packet(0, ''), 'malformed'],
    [packet(4, '016700D'), 'truncated'],
    ['+TEST: LEN:4, RSSI:-106, SNR:10', 'truncated'],
    ['+TEST: RX "016700D7"', 'truncated'],
    ['+TEST: TX DONE', 'unexpected'],
    ['+AT: ERROR(-10)', 'device-error'],
    ['hello', 'unknown-format'],
  ])('%j is %s', (line, code) => {
    expect(talk({}).hear(line).rubbish).toMatchObject([{ code }]);
  });
});

describe('set-up', () => {
  test('the module is put into test mode, set, and told to listen', () => {
    const module = talk({ setUp: [RFCFG] });
    expect(module.open()).toEqual(['AT+MODE=TEST\r\n']);
    expect(module.hearAll('+MODE: TEST')).toEqual([`${RFCFG}\r\n`]);
    expect(module.hearAll(RFCFG_ANSWER)).toEqual(['AT+TEST=RXLRPKT\r\n']);
    expect(module.hearAll('+TEST: RXLRPKT')).toEqual([]);
  });

  test('a setting that is refused is reported, and does not stop the others', () => {
    const module = talk({ setUp: [RFCFG] });
    module.open();
    module.hearAll('+MODE: TEST');
    const refused = module.hear('+TEST: ERROR(-1)');
    expect(refused.rubbish).toMatchObject([
      { code: 'device-error', detail: { en: `error -1, a parameter is not allowed (after ${RFCFG})` } },
    ]);
    expect(written(refused)).toEqual(['AT+TEST=RXLRPKT\r\n']);
  });

  test('a module that refuses test mode is tried again later', () => {
    const module = talk({});
    module.open();
    expect(written(module.hear('+MODE: ERROR(-1)'))).toEqual([]);
    expect(written(module.wait())).toEqual(['AT+MODE=TEST\r\n']);
  });

  test('commands that would change mode or reception are refused in the configuration', () => {
    for (const command of ['AT+MODE=LWOTAA', 'AT+TEST=STOP', 'AT+RESET', 'AT+LOWPOWER']) {
      expect(v.safeParse(loraE5.options, { setUp: [command] }).success, command).toBe(false);
    }
  });
});

describe('a power failure, that the module does not report', () => {
  test('is noticed by its mode when nothing was heard for 30 s, and the module is set up again', () => {
    const module = listening();
    expect(module.dueAt).toBe(module.now + 30_000);
    expect(written(module.wait())).toEqual(['AT+MODE\r\n']);
    expect(module.hearAll('+MODE: LWOTAA')).toEqual(['AT+MODE=TEST\r\n']);
    expect(module.hearAll('+MODE: TEST', RFCFG_ANSWER)).toEqual([`${RFCFG}\r\n`, 'AT+TEST=RXLRPKT\r\n']);
  });

  test('is not looked for while packets come', () => {
    const module = listening();
    module.now += 29_000;
    module.hear(packet(4, '016700D7'));
    expect(module.dueAt).toBe(module.now + 30_000);
  });

  test('has not happened if the module is still in test mode', () => {
    const module = listening();
    module.wait();
    expect(module.hearAll('+MODE: TEST')).toEqual([]);
    expect(module.dueAt).toBe(module.now + 30_000);
  });

  test('that lasts is reported at a bounded rate, until the module is there again', () => {
    const module = listening();
    module.wait();
    for (let i = 0; i < 3; i++) {
      expect(module.wait().rubbish).toMatchObject([{ code: 'no-answer', detail: { en: 'no answer to AT+MODE' } }]);
    }
    const before = module.now;
    expect(written(module.wait())).toEqual(['AT+MODE\r\n']);
    expect(module.now - before).toBe(30_000);
    expect(module.hearAll('+MODE: LWOTAA')).toEqual(['AT+MODE=TEST\r\n']);
  });

  test('is noticed at once if the module reports its start', () => {
    expect(listening().hearAll('+RESET: OK')).toEqual(['AT+MODE=TEST\r\n']);
  });
});
