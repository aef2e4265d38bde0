import * as v from 'valibot';
import { expect, test } from 'vitest';
import { encodeRequest } from '../../../devices/modbus/adu.ts';
import { modbus } from '../../../devices/modbus/modbus.ts';
import { blocksOf, profileSchema } from '../../../devices/modbus/profile.ts';
import {
  bytes,
  withCrc as crcAppended,
  decoderOf,
  deviceOf,
  hex,
  keller30,
  momentAt,
  peopleCounter2Way,
  profileOf,
  wallOrigin,
  written,
} from './rig.ts';

const withCrc = (body: string) => crcAppended(bytes(body));

test('a request is the one of the specification on both framings', () => {
  const request = { unit: 0x11, function: 3, address: 0x6b, count: 3 } as const;
  expect(hex(encodeRequest(request, 'rtu', 0))).toBe('1103006b00037687');
  expect(hex(encodeRequest(request, 'tcp', 0x1501))).toBe('1501000000061103006b0003');
});

test('adjacent registers are read together, and only those that the profile names', () => {
  const blocks = (addresses: number[], maxRegistersPerRead = 32) =>
    blocksOf(v.parse(profileSchema, { ...profileOf(addresses), maxRegistersPerRead })).map((b) => [b.address, b.count]);
  expect(blocks([3, 0, 1, 2])).toEqual([[0, 4]]);
  expect(blocks([0, 2])).toEqual([
    [0, 1],
    [2, 1],
  ]);
  expect(blocks([0, 1, 2, 3, 4], 2)).toEqual([
    [0, 2],
    [2, 2],
    [4, 1],
  ]);
});

test('a Keller probe gives level, pressure and temperature of one moment', () => {
  const decoder = decoderOf({ profile: keller30, levelOffsetM: 2 });
  expect(written(decoder.opened?.(momentAt(0)))).toEqual(['01030002000265cb']);
  expect(decoder.decode(withCrc('0103043e800000'), momentAt(40))).toEqual({}); // P1 = 0.25 bar
  expect(decoder.dueAt?.()).toBe(45);
  expect(written(decoder.due?.(momentAt(45)))).toEqual(['010300060002240a']);
  const step = decoder.decode(withCrc('01030441420000'), momentAt(90)); // 12.125 Cel
  expect(step.readings).toEqual([
    {
      device: 'unit',
      kind: 'water-level',
      observedAt: wallOrigin + 90,
      values: { pressure: 25_000, level: 4.54929, temperature: 12.125 },
    },
  ]);
  expect(decoder.dueAt?.()).toBe(10_000);
});

test('what is not a number is left out and reported', () => {
  const decoder = decoderOf({ profile: keller30 });
  decoder.opened?.(momentAt(0));
  decoder.decode(withCrc('0103047fc00000'), momentAt(10));
  decoder.due?.(momentAt(15));
  const step = decoder.decode(withCrc('01030441420000'), momentAt(20));
  expect(step.readings?.[0]).toMatchObject({
    values: { temperature: 12.125 },
    quality: 'not-a-number',
    doubtful: ['pressure', 'level'],
  });
  expect(Object.keys(step.readings?.[0]?.values ?? {})).toEqual(['temperature']);
});

test('people are counted from the remembered totals through a roll-over, and the totals remembered', () => {
  const device = deviceOf({ profile: peopleCounter2Way }, 'door', { entered: 0xffff_fffe, left: 5 });
  const decoder = modbus.decoder([device], { transport: 'serial' });
  expect(written(decoder.opened?.(momentAt(0)))).toEqual([hex(withCrc('010400000004'))]);
  const step = decoder.decode(withCrc('0104080000000100000007'), momentAt(10));
  expect(step.readings?.[0]).toMatchObject({ kind: 'people-count', values: { entered: 3, left: 2 } });
  const again = modbus.decoder([deviceOf({ profile: peopleCounter2Way }, 'door', step.remember?.get('door'))], {
    transport: 'serial',
  });
  again.opened?.(momentAt(0));
  const next = again.decode(withCrc('0104080000000300000007'), momentAt(10));
  expect(next.readings?.[0]?.values).toEqual({ entered: 2, left: 0 });
});

test('a total that falls a little counts nobody, and totals that leap are doubted until the next poll bears them out', () => {
  const device = deviceOf({ profile: peopleCounter2Way }, 'door');
  const decoder = modbus.decoder([device], { transport: 'serial' });
  decoder.opened?.(momentAt(0));
  const polled = ['000003e8', '000003e7', '000003e9', '00002711', '000003ea'].map((entered, i) => {
    const { readings } = decoder.decode(withCrc(`010408${entered}00000000`), momentAt(10_000 * i + 10));
    decoder.due?.(momentAt(10_000 * (i + 1)));
    return [readings?.[0]?.values.entered, readings?.[0]?.quality];
  });
  expect(polled).toEqual([
    [0, undefined],
    [0, 'uncertain'],
    [1, undefined],
    [0, 'uncertain'],
    [1, undefined],
  ]);
});

test('an exception is a device error with its name, and the unit is asked again at its next beat', () => {
  const decoder = decoderOf({ profile: profileOf([0]) });
  decoder.opened?.(momentAt(0));
  const step = decoder.decode(withCrc('018302'), momentAt(10));
  expect(step.rubbish).toMatchObject([
    { code: 'device-error', device: 'unit', detail: { en: 'exception 2, illegal data address' } },
  ]);
  expect(decoder.dueAt?.()).toBe(10_000);
});

test('an answer that does not come is reported once, for its device', () => {
  const decoder = decoderOf({ profile: profileOf([0]), timeoutMs: '300ms' });
  decoder.opened?.(momentAt(0));
  expect(decoder.dueAt?.()).toBe(300);
  expect(decoder.due?.(momentAt(300)).rubbish).toMatchObject([{ code: 'no-answer', device: 'unit' }]);
  expect(decoder.dueAt?.()).toBe(10_000);
});

test('the echo of a line adapter is passed over, and foreign traffic is rubbish', () => {
  const decoder = decoderOf({ profile: profileOf([0]) });
  const [request = new Uint8Array(0)] = decoder.opened?.(momentAt(0)).write ?? [];
  expect(decoder.decode(request, momentAt(1))).toEqual({});
  expect(decoder.decode(withCrc('090302002a'), momentAt(2)).rubbish?.[0]?.code).toBe('unknown-address');
  expect(decoder.decode(withCrc('01030400010002'), momentAt(3)).rubbish?.[0]?.code).toBe('unexpected');
  expect(decoder.decode(withCrc('010302002a'), momentAt(4)).readings?.[0]?.values).toEqual({ r0: 42 });
});

test('on TCP an answer belongs to the request of its transaction only', () => {
  const decoder = decoderOf({ profile: profileOf([0]), timeoutMs: '1s', intervalMs: '1s' }, 'tcp');
  expect(written(decoder.opened?.(momentAt(0)))).toEqual(['000100000006010300000001']);
  expect(written(decoder.due?.(momentAt(1_000)))).toEqual(['000200000006010300000001']);
  expect(decoder.decode(bytes('0001000000050103020001'), momentAt(1_010)).rubbish?.[0]?.code).toBe('unexpected');
  expect(decoder.decode(bytes('0002000000050103020002'), momentAt(1_020)).readings?.[0]?.values).toEqual({ r0: 2 });
});

test('units take turns on the bus, and a missed beat does not pile up', () => {
  const devices = [1, 2].map((unit) =>
    deviceOf({ unit, profile: profileOf([0]), intervalMs: '1s', timeoutMs: '5s' }, `${unit}`),
  );
  const decoder = modbus.decoder(devices, { transport: 'serial' });
  const asked = written(decoder.opened?.(momentAt(0)));
  asked.push(...written(decoder.due?.(momentAt(5_000))));
  asked.push(...written(decoder.due?.(momentAt(5_005))));
  asked.push(...written(decoder.due?.(momentAt(10_005))));
  asked.push(...written(decoder.due?.(momentAt(10_010))));
  expect(asked.map((request) => request.slice(0, 2))).toEqual(['01', '02', '01']);
});

test('a unit without an interval is read when it is polled, once however often it is asked for', () => {
  const decoder = decoderOf({ profile: profileOf([0]), intervalMs: '0s' });
  expect(decoder.opened?.(momentAt(0))).toEqual({});
  expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  expect(written(decoder.poll?.('unit', momentAt(50)))).toHaveLength(1);
  expect(decoder.poll?.('unit', momentAt(51))).toEqual({});
  expect(decoder.poll?.('unit', momentAt(52))).toEqual({});
  decoder.decode(withCrc('010302002a'), momentAt(60));
  expect(written(decoder.due?.(momentAt(65)))).toHaveLength(1);
  decoder.decode(withCrc('010302002a'), momentAt(70));
  expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
});

test('a port that is opened again forgets what was outstanding', () => {
  const decoder = decoderOf({ profile: profileOf([0]) });
  decoder.opened?.(momentAt(0));
  expect(written(decoder.opened?.(momentAt(500)))).toEqual([hex(withCrc('010300000001'))]);
});

test('a unit that owes eight answers is left alone until the oldest is forgotten', () => {
  const decoder = decoderOf({ profile: profileOf([0]), intervalMs: '1s', timeoutMs: '500ms' });
  let asked = written(decoder.opened?.(momentAt(0))).length;
  for (let now = decoder.dueAt?.() ?? 0; now < 60_000; now = decoder.dueAt?.() ?? 0) {
    asked += written(decoder.due?.(momentAt(now))).length;
  }
  expect(asked).toBe(8);
  expect(written(decoder.due?.(momentAt(61_000)))).toHaveLength(1);
});

test('in a file an answer is read if it fits one block, or by the request before it', () => {
  const bench = decoderOf({ profile: profileOf([0, 1]) }, 'file');
  expect(bench.decode(withCrc('01030400070008'), momentAt(0)).readings?.[0]?.values).toEqual({ r0: 7, r1: 8 });
  expect(bench.decode(withCrc('0103020007'), momentAt(0)).rubbish?.[0]?.code).toBe('unknown-format');
  expect(bench.decode(bytes('000100000007010304'), momentAt(0)).rubbish?.[0]?.code).toBe('malformed');
  const tcp = decoderOf({ profile: profileOf([0, 1]), framing: 'tcp' }, 'file');
  expect(tcp.decode(bytes('00010000000701030400070008'), momentAt(0)).readings?.[0]?.values).toEqual({ r0: 7, r1: 8 });
  const keller = decoderOf({ profile: keller30 }, 'file');
  expect(keller.decode(withCrc('01030441420000'), momentAt(0)).rubbish?.[0]?.code).toBe('unknown-format');
  expect(keller.decode(withCrc('010300060002'), momentAt(0))).toEqual({});
  expect(keller.decode(withCrc('01030441420000'), momentAt(0)).readings?.[0]?.values).toEqual({ temperature: 12.125 });
});

test('a profile must make sense, and its units are known', () => {
  const parse = (profile: unknown) => v.safeParse(modbus.options, { unit: 1, profile });
  expect(parse({ ...profileOf([0]), kind: 'water-level' }).success).toBe(false);
  expect(parse({ ...profileOf([0]), kind: 'people-count' }).success).toBe(false);
  expect(parse(profileOf([0, 0])).success).toBe(false);
  expect(parse(profileOf([65_536])).success).toBe(false);
  expect(parse('no-such-profile').success).toBe(false);
  expect(modbus.units?.(deviceOf({ profile: keller30 }).options)).toEqual({
    pressure: 'Pa',
    level: 'm',
    temperature: 'Cel',
  });
});

test('another master’s recording is read by its own requests, however it cuts its reads', () => {
  const recording = decoderOf({ profile: profileOf([3, 4, 9]) }, 'file');
  expect(recording.decode(withCrc('010300000006'), momentAt(0))).toEqual({});
  const read = recording.decode(withCrc('01030c000000010002002a002b0005'), momentAt(1));
  expect(read.readings?.map(({ values }) => values)).toEqual([{ r3: 42, r4: 43 }]);
  recording.decode(withCrc('010300000002'), momentAt(2));
  expect(recording.decode(withCrc('01030400000001'), momentAt(3)).rubbish?.[0]?.code).toBe('unknown-format');
});

test('the requests of Modbus TCP in a recording are read too', () => {
  const recording = decoderOf({ profile: profileOf([3]), framing: 'tcp' }, 'file');
  expect(recording.decode(bytes('000100000006010300020003'), momentAt(0))).toEqual({});
  const read = recording.decode(bytes('000100000009010306000100070003'), momentAt(1));
  expect(read.readings?.map(({ values }) => values)).toEqual([{ r3: 7 }]);
});
