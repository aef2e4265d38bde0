/** Commands and registers of EBYTE, E220-900T22S(JP) data sheet. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Decoder, Step } from '../../../devices/device-type.ts';
import { e220 } from '../../../devices/lora-modem/e220.ts';
import { hex, momentAt, openModem, wallOrigin } from './modem-rig.ts';

/** 21.5 °C on channel 1, and the signal: B0H - 256 = -80 dBm. */
const PACKET = '016700d7 b0';
const open = (...nodes: Record<string, unknown>[]) => openModem(e220, ...nodes);
const codes = (step: Step | undefined) => step?.rubbish?.map(({ code }) => code) ?? [];
const sent = (step: Step | undefined) => step?.write?.map((bytes) => Buffer.from(bytes).toString('hex')) ?? [];

/** Lets the line be silent until something is due. */
function silence(decoder: Decoder): Step {
  return decoder.due?.(momentAt(decoder.dueAt?.() ?? 0)) ?? {};
}

describe('packets that silence ends', () => {
  test('become readings with RSSI, dated by their last byte', () => {
    const decoder = open({});
    expect(decoder.decode(hex('016700'), momentAt(0))).toEqual({});
    expect(decoder.decode(hex('d7b0'), momentAt(40))).toEqual({});
    expect(decoder.dueAt?.()).toBe(140);
    expect(silence(decoder).readings).toEqual([
      { device: 'node-0', kind: 'measurement', observedAt: wallOrigin + 40, values: { temperature1: 21.5, rssi: -80 } },
    ]);
    expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  });

  test('are separated even if nothing was polled in between', () => {
    const decoder = open({});
    decoder.decode(hex(PACKET), momentAt(0));
    expect(decoder.decode(hex(PACKET), momentAt(100)).readings).toHaveLength(1);
    expect(decoder.end?.(momentAt(150)).readings).toHaveLength(1);
  });

  test('are spoiled if they come too close together, and the next one is read', () => {
    const decoder = open({ gapMs: '200ms' });
    decoder.decode(hex(PACKET), momentAt(0));
    decoder.decode(hex(PACKET), momentAt(199));
    expect(codes(silence(decoder))).toEqual(['malformed']);
    decoder.decode(hex(PACKET), momentAt(1_000));
    expect(silence(decoder).readings).toHaveLength(1);
  });

  test('have no more than 200 bytes and the one for the signal', () => {
    const decoder = open({});
    expect(codes(decoder.decode(new Uint8Array(402), momentAt(0)))).toEqual(['too-long']);
    expect(decoder.decode(new Uint8Array(0), momentAt(1))).toEqual({});
  });

  test('have no signal if the module does not add it', () => {
    const decoder = open({ rssiByte: false });
    decoder.decode(hex('016700d7'), momentAt(0));
    expect(silence(decoder).readings?.[0]?.values).toEqual({ temperature1: 21.5 });
  });

  test('belong to the node whose prefix they have', () => {
    const decoder = open({ prefix: '0b' }, { prefix: '0c' });
    decoder.decode(hex(`0c ${PACKET}`), momentAt(0));
    expect(silence(decoder).readings?.[0]?.device).toBe('node-1');
  });
});

describe('packets of a known length', () => {
  test('end with their last byte, however they come', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (size) => {
        const decoder = open({ frameBytes: 4 });
        const stream = hex(PACKET.repeat(4));
        const readings = [];
        for (let at = 0; at < stream.length; at += size) {
          readings.push(...(decoder.decode(stream.subarray(at, at + size), momentAt(at)).readings ?? []));
        }
        expect(readings).toHaveLength(4);
        expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });

  test('that lost bytes are truncated, and the next one is read', () => {
    const decoder = open({ frameBytes: 4 });
    decoder.decode(hex('016700'), momentAt(0));
    const step = decoder.decode(hex(PACKET), momentAt(500));
    expect(step.rubbish).toMatchObject([{ code: 'truncated', detail: { en: '3 bytes of a packet of 5' } }]);
    expect(step.readings).toHaveLength(1);
  });
});

describe('registers', () => {
  const registers = '000068010080';
  const configuring = () => {
    const decoder = open({ registers });
    expect(sent(decoder.opened?.(momentAt(0)))).toEqual(['c10006']);
    return decoder;
  };

  test('are never asked for unless they are configured: in normal mode that would go on the air', () => {
    expect(open({}).opened?.(momentAt(0))).toEqual({});
    expect(open({}).dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  });

  test('that differ are written, and the answer is compared', () => {
    const decoder = configuring();
    decoder.decode(hex('c10006 000062000000'), momentAt(20));
    expect(sent(silence(decoder))).toEqual([`c00006${registers}`]);
    decoder.decode(hex(`c10006 ${registers}`), momentAt(300));
    expect(silence(decoder).rubbish).toMatchObject([
      {
        code: 'device-error',
        detail: { en: 'the registers are as wanted; the module receives nothing until M0 and M1 are low' },
      },
    ]);
  });

  test('that are right already are not written again', () => {
    const decoder = configuring();
    decoder.decode(hex(`c10006 ${registers}`), momentAt(20));
    expect(sent(silence(decoder))).toEqual([]);
  });

  test('that the module did not take are reported', () => {
    const decoder = configuring();
    decoder.decode(hex('c10006 000062000000'), momentAt(20));
    silence(decoder);
    decoder.decode(hex('c10006 000068010000'), momentAt(300));
    expect(silence(decoder).rubbish).toMatchObject([{ detail: { en: 'the module took the registers 000068010000' } }]);
  });

  test('that it does not understand are reported', () => {
    const decoder = configuring();
    decoder.decode(hex('ffffff'), momentAt(20));
    expect(codes(silence(decoder))).toEqual(['device-error']);
  });

  test('are left alone if the module does not answer: it is asked once, and receives', () => {
    const decoder = configuring();
    decoder.decode(hex(PACKET), momentAt(200));
    expect(silence(decoder).readings).toHaveLength(1);
    const late = silence(decoder);
    expect(late.rubbish).toMatchObject([{ code: 'no-answer' }]);
    expect(sent(late)).toEqual([]);
    expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  });

  test('that are asked for while packets come lose no byte and hold no more than a packet', () => {
    const piece = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 500 }), fc.integer({ min: 0, max: 1_500 }));
    fc.assert(
      fc.property(fc.array(piece), fc.constantFrom({}, { frameBytes: 4 }), (pieces, options) => {
        const decoder = open({ registers, payload: 'lpp-hex', ...options });
        decoder.opened?.(momentAt(0));
        let now = 0;
        let held = 0;
        const account = (step: Step | undefined) => {
          for (const { code, bytes } of step?.rubbish ?? []) if (code !== 'no-answer') held -= bytes.length;
          expect(step?.readings ?? []).toEqual([]); // random bytes are hardly hexadecimal text
          expect(held).toBeGreaterThanOrEqual(0);
          expect(held).toBeLessThanOrEqual(201);
        };
        for (const [bytes, pauseMs] of pieces) {
          now += pauseMs;
          if (now >= (decoder.dueAt?.() ?? now)) account(decoder.due?.(momentAt(now)));
          held += bytes.length;
          account(decoder.decode(bytes, momentAt(now)));
        }
        account(decoder.end?.(momentAt(now)));
        expect(held).toBe(0);
      }),
    );
  });

  test('are six, and agree with what is expected after a packet', () => {
    expect(v.safeParse(e220.options, { registers: '0000' }).success).toBe(false);
    expect(v.safeParse(e220.options, { registers: '000068010000' }).success).toBe(false);
    expect(v.safeParse(e220.options, { registers: '000068010000', rssiByte: false }).success).toBe(true);
  });
});
