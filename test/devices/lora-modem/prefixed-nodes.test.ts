import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { rak3172 } from '../../../devices/lora-modem/rak3172.ts';
import { latin1, momentAt, openModem } from './modem-rig.ts';

/** 21.5 °C on channel 1: Cayenne LPP type 103, steps of 0.1. */
const LPP = '016700D7';
const hear = (data: string, ...nodes: Record<string, unknown>[]) =>
  openModem(rak3172, ...nodes).decode(latin1(`+EVT:RXP2P:-54:9:${data}`), momentAt(0));

test("a node is recognised by its payload's first bytes, which are not data", () => {
  const nodes = [{ prefix: '0b' }, { prefix: '0c' }];
  expect(hear(`0B${LPP}`, ...nodes).readings).toMatchObject([{ device: 'node-0', values: { temperature1: 21.5 } }]);
  expect(hear(`0C${LPP}`, ...nodes).readings).toMatchObject([{ device: 'node-1', values: { temperature1: 21.5 } }]);
});

test('the longest prefix that fits decides, in whatever order the nodes are configured', () => {
  const prefixes = ['0b', '0b01', '0b0102'];
  fc.assert(
    fc.property(fc.shuffledSubarray(prefixes, { minLength: 3 }), (order) => {
      const step = hear(`0B0102${LPP}`, ...order.map((prefix) => ({ prefix })));
      expect(step.readings?.[0]?.device).toBe(`node-${order.indexOf('0b0102')}`);
    }),
  );
});

test('a packet of no known node is rubbish, unless a device stands for every other node', () => {
  expect(hear(`0D${LPP}`, { prefix: '0b' }).rubbish).toMatchObject([
    { code: 'unknown-address', detail: { en: "no node's prefix fits: the data begins with 0d016700" } },
  ]);
  expect(hear(LPP, { prefix: '0b' }, {}).readings?.[0]?.device).toBe('node-1');
});

test('a prefix applies to the message, even if that is written as hexadecimal text', () => {
  const onAir = Buffer.from('0b016700d7').toString('hex');
  expect(hear(onAir, { prefix: '0b', payload: 'lpp-hex' }).readings?.[0]?.values).toMatchObject({ temperature1: 21.5 });
  expect(hear(`0B${LPP}`, { prefix: '0b', payload: 'lpp-hex' }, { payload: 'lpp-hex' }).rubbish).toMatchObject([
    { code: 'malformed', device: 'node-1', detail: { en: 'the data is not hexadecimal text' } },
  ]);
});

test('what a node sends that is not whole is malformed, for its device', () => {
  expect(hear('0B016700', { prefix: '0b' }).rubbish).toMatchObject([
    { code: 'malformed', device: 'node-0', detail: { en: 'temperature of channel 1 is cut short' } },
  ]);
  expect(hear('0B', { prefix: '0b' }).rubbish).toMatchObject([{ code: 'malformed', device: 'node-0' }]);
});

test('a prefix is whole bytes, and not many', () => {
  for (const prefix of ['b', '0g', '', '00'.repeat(17)]) {
    expect(v.safeParse(rak3172.options, { prefix }).success, prefix).toBe(false);
  }
});
