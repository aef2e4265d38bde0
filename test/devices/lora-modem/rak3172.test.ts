/** Lines from RAKwireless, RUI3 AT Command Manual, and the RAK3172's for firmware 1.0.4 and below. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { rak3172 } from '../../../devices/lora-modem/rak3172.ts';
import { Conversation, latin1, momentAt, openModem, wallOrigin, written } from './modem-rig.ts';

const talk = (...nodes: Record<string, unknown>[]) => new Conversation(openModem(rak3172, ...nodes));
const P2P = 'AT+P2P=922000000:10:125:0:8:13';

describe('packets', () => {
  test.each(['+EVT:RXP2P:-54:9:016700D7', '+EVT:RXP2P, RSSI -54, SNR 9\r\n+EVT:016700d7'])(
    '%j becomes a reading with its signal',
    (frame) => {
      expect(openModem(rak3172, {}).decode(latin1(frame), momentAt(5)).readings).toEqual([
        {
          device: 'node-0',
          kind: 'measurement',
          observedAt: wallOrigin + 5,
          values: { temperature1: 21.5, rssi: -54, snr: 9 },
        },
      ]);
    },
  );

  test('channels are mapped to the quantities of a kind', () => {
    const node = { prefix: '0b', kind: 'water-level', map: [{ channel: 1, quantity: 'level' }] };
    expect(talk(node).hear('+EVT:RXP2P:-98:-7:0B0182000004D2').readings).toMatchObject([
      { kind: 'water-level', values: { level: 1.234, rssi: -98, snr: -7 } },
    ]);
    expect(v.safeParse(rak3172.options, { kind: 'water-level' }).success).toBe(false);
  });

  test.each([
    ['+EVT:RXP2P:-54:9:016700D', 'malformed'],
    ['+EVT:RXP2P:-54:9:', 'malformed'],
    ['+EVT:RXP2P:-54:9', 'unknown-format'],
    ['+EVT:RXP2P, RSSI -54, SNR 9', 'truncated'],
    ['+EVT:016700D7', 'truncated'],
    ['+EVT:RX_1, RSSI -48, SNR 13, UNICAST', 'unknown-format'],
    ['+EVT:RXP2P RECEIVE ERROR', 'device-error'],
    ['OK', 'unexpected'],
    ['hello', 'unknown-format'],
  ])('%j is %s', (line, code) => {
    expect(talk({}).hear(line).rubbish).toMatchObject([{ code }]);
  });
});

describe('set-up', () => {
  test('a modem in P2P mode is told to listen, after its settings, and not restarted', () => {
    const modem = talk({}, { setUp: [P2P] });
    expect(modem.open()).toEqual(['AT+NWM=?\r\n']);
    expect(modem.hearAll('AT+NWM=0')).toEqual([]);
    expect(modem.hearAll('OK', 'OK', 'OK')).toEqual(['AT+PRECV=0\r\n', `${P2P}\r\n`, 'AT+PRECV=65534\r\n']);
    expect(modem.hearAll('OK')).toEqual([]);
    expect(modem.dueAt).toBe(Number.POSITIVE_INFINITY);
  });

  test('a modem in LoRaWAN mode restarts in P2P mode first', () => {
    const modem = talk({});
    modem.open();
    expect(modem.hearAll('AT+NWM=1', 'OK')).toEqual(['AT+NWM=0\r\n']);
    const banner = ['RAKwireless RAK3172', '-----', 'Version: RUI_4.0.4_RAK3172-E', 'Current Work Mode: LoRa P2P.'];
    expect(modem.hearAll(...banner)).toEqual(['AT+PRECV=0\r\n']);
    expect(modem.hearAll('OK')).toEqual(['AT+PRECV=65534\r\n']);
  });

  test('after a power failure the modem is set up again, and its banner is not rubbish', () => {
    const modem = talk({});
    modem.open();
    modem.hearAll('AT+NWM=0', 'OK', 'OK', 'OK');
    for (const line of ['RAKwireless RAK3172', '-----']) expect(modem.hear(line)).toEqual({});
    expect(modem.hearAll('Current Work Mode: LoRa P2P.')).toEqual(['AT+NWM=?\r\n']);
  });

  test('an OK that belongs to no command of this set-up does not hasten it', () => {
    const modem = talk({});
    modem.open();
    expect(modem.hearAll('OK')).toEqual([]);
    expect(modem.hearAll('AT+NWM=1', 'OK')).toEqual(['AT+NWM=0\r\n']);
    expect(modem.hearAll('AT+NWM=1', 'OK')).toEqual([]);
    expect(modem.hearAll('Current Work Mode: LoRa P2P.')).toEqual(['AT+PRECV=0\r\n']);
  });

  test('echoes of commands are not answers', () => {
    const modem = talk({});
    modem.open();
    expect(modem.hear('AT+NWM=?')).toEqual({});
    expect(modem.hearAll('AT+NWM=0', 'OK', 'AT+PRECV=0')).toEqual(['AT+PRECV=0\r\n']);
  });

  test('a setting that is refused is reported, and does not stop the others', () => {
    const modem = talk({ setUp: [P2P] });
    modem.open();
    modem.hearAll('AT+NWM=0', 'OK', 'OK');
    const refused = modem.hear('AT_PARAM_ERROR');
    expect(refused.rubbish).toMatchObject([
      { code: 'device-error', detail: { en: `AT_PARAM_ERROR, a parameter is not allowed (after ${P2P})` } },
    ]);
    expect(written(refused)).toEqual(['AT+PRECV=65534\r\n']);
  });

  test('a modem that is busy, or does not want to receive, is tried again later', () => {
    for (const error of ['AT_BUSY_ERROR', 'AT_ERROR']) {
      const modem = talk({});
      modem.open();
      modem.hearAll('AT+NWM=0', 'OK', 'OK');
      const refused = modem.hear(error);
      expect(refused.rubbish?.[0]?.code).toBe('device-error');
      expect(written(refused)).toEqual([]);
      expect(written(modem.wait())).toEqual(['AT+NWM=?\r\n']);
    }
  });

  test('a modem that does not answer is asked three times, rests, and is asked again', () => {
    const modem = talk({});
    modem.open();
    for (let i = 0; i < 3; i++) {
      expect(modem.wait().rubbish).toMatchObject([{ code: 'no-answer', detail: { en: 'no answer to AT+NWM=?' } }]);
    }
    expect(written(modem.wait())).toEqual(['AT+NWM=?\r\n']);
  });

  test('a reception that ends by itself is begun again', () => {
    const modem = talk({});
    const step = modem.hear('+EVT:RXP2P RECEIVE TIMEOUT');
    expect(step.rubbish?.[0]?.code).toBe('device-error');
    expect(written(step)).toEqual(['AT+NWM=?\r\n']);
  });

  test('commands that would change mode or reception are refused in the configuration', () => {
    for (const command of ['AT+NWM=1', 'AT+PRECV=1000', 'ATZ', 'AT+SLEEP']) {
      expect(v.safeParse(rak3172.options, { setUp: [command] }).success, command).toBe(false);
    }
  });
});

test('only a whole packet gives a reading, whatever follows its name', () => {
  const modem = openModem(rak3172, {});
  fc.assert(
    fc.property(fc.string(), (rest) => {
      for (const { values } of modem.decode(latin1(`+EVT:RXP2P${rest}`), momentAt(0)).readings ?? []) {
        expect(values).toHaveProperty('rssi');
      }
    }),
  );
});
