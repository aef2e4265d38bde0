import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Place, Step } from '../../../devices/device-type.ts';
import { nmea } from '../../../devices/gps/nmea.ts';

/** A sentence with its checksum (NMEA 0183, checksum field). */
function sentence(content: string): string {
  const sum = Buffer.from(content).reduce((xor, byte) => xor ^ byte, 0);
  return `$${content}*${sum.toString(16).toUpperCase().padStart(2, '0')}`;
}

const at = (ms = 0, wall = 0, synchronised = false) => ({ wall, monotonic: ms, synchronised });

function receiver(options: Record<string, unknown> = {}, place: Place = { transport: 'serial' }) {
  const decoder = nmea.decoder([{ id: 'van', options: v.parse(nmea.options, options) }], place);
  const hear = (content: string, moment = at()): Step => decoder.decode(Buffer.from(sentence(content)), moment);
  return { decoder, hear };
}

/** The readings of a whole recording. */
function readingsOf(contents: readonly string[], options: Record<string, unknown> = {}) {
  const { decoder, hear } = receiver(options, { transport: 'file' });
  const steps = contents.map((content) => hear(content));
  return [...steps, decoder.end?.(at()) ?? {}].flatMap((step) => step.readings ?? []);
}

const rubbishOf = (step: Step) => step.rubbish?.map(({ code }) => code) ?? [];
const times = (readings: readonly { observedAt: number }[]) =>
  readings.map(({ observedAt }) => new Date(observedAt).toISOString());

const rmc = (time: string, lat = '3600.0000', speed = '10.0', date = '010224') =>
  `GPRMC,${time},A,${lat},N,13930.0000,E,${speed},90.0,${date},,,A`;
const gga = (time: string, quality = 1, lat = '3600.0000') =>
  `GPGGA,${time},${lat},N,13930.0000,E,${quality},08,0.9,25.4,M,39.0,M,,`;

test('an epoch becomes one reading, merged from its sentences, in SI units', () => {
  const gsa = 'GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1';
  expect(readingsOf([rmc('123519.25', '3530.0000'), gga('123519.25', 1, '3530.0000'), gsa])).toEqual([
    {
      device: 'van',
      kind: 'position',
      observedAt: Date.UTC(2024, 1, 1, 12, 35, 19, 250),
      // 35° 30' and 139° 30'; 10 knots of 1852 m an hour
      values: { lat: 35.5, lon: 139.5, altitude: 25.4, speed: 5.144, course: 90, fix: '3d', satellites: 8, hdop: 0.9 },
    },
  ]);
});

test('south and west are negative', () => {
  const [reading] = readingsOf(['GNRMC,000000,A,3345.0000,S,07030.0000,W,0,0,010224,,,A']);
  expect(reading?.values).toMatchObject({ lat: -33.75, lon: -70.5 });
});

test('any talker is understood, and so is lower-case hexadecimal', () => {
  const { decoder, hear } = receiver();
  const line = sentence(rmc('120000').replace('GP', 'IN'));
  decoder.decode(Buffer.from(line.slice(0, -2) + line.slice(-2).toLowerCase()), at());
  expect(hear(rmc('120001').replace('GP', 'GN')).readings).toHaveLength(1);
});

test('a sentence with a wrong or missing checksum is rubbish', () => {
  const { decoder } = receiver();
  expect(rubbishOf(decoder.decode(Buffer.from(sentence(rmc('120000')).replace('3600', '3601')), at()))).toEqual([
    'bad-checksum',
  ]);
  expect(rubbishOf(decoder.decode(Buffer.from(`$${rmc('120000')}`), at()))).toEqual(['bad-checksum']);
});

test('comments, AIS, proprietary and other sentences are passed over, and other lines are noise', () => {
  const { decoder, hear } = receiver();
  for (const line of ['# a $GPRMC comment', '!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23']) {
    expect(decoder.decode(Buffer.from(line), at())).toEqual({});
  }
  expect(hear('PGRME,15.0,M,45.0,M,25.0,M')).toEqual({});
  expect(hear('GPGSV,1,1,01,21,00,000,')).toEqual({});
  expect(rubbishOf(decoder.decode(Buffer.from('login:'), at()))).toEqual(['noise']);
});

test('anything before the sentence in its line is tolerated', () => {
  const { decoder, hear } = receiver();
  decoder.decode(Buffer.from(`\u00ff\u0000x$GPGG${sentence(rmc('120000'))}`, 'latin1'), at());
  expect(hear(rmc('120001')).readings).toHaveLength(1);
});

test('void fixes give no position', () => {
  expect(
    readingsOf([
      'GPRMC,120000,V,3600.0000,N,13930.0000,E,,,010224,,,N',
      gga('120000', 0),
      'GPGLL,3600.0000,N,13930.0000,E,120001,V,N',
      'GNGNS,120002,3600.0000,N,13930.0000,E,NN,00,99.9,,,,,V',
      'GPRMC,120003,A,3600.0000,N,13930.0000,E,,,010224,,,N',
      'GPRMC,120004,A,,,,,,,010224,,,A',
      'GPRMC,,V,,,,,,,,,,N',
    ]),
  ).toEqual([]);
});

test('the navigational status V of a good fix does not make it void', () => {
  expect(readingsOf([`${rmc('120000')},V`])).toHaveLength(1);
});

test('the status D of some receivers with a differential fix is a fix', () => {
  expect(readingsOf([rmc('120000').replace(',A,3600', ',D,3600')])).toHaveLength(1);
});

test('a position of which the receiver warns in another sentence is uncertain', () => {
  const [reading] = readingsOf(['GPRMC,120000,V,3600.0000,N,13930.0000,E,,,010224,,,E', gga('120000', 6)]);
  expect(reading).toMatchObject({ quality: 'uncertain', values: { fix: 'estimated' } });
});

test.each([
  [2, 'dgps'],
  [3, 'pps'],
  [4, 'rtk'],
  [5, 'float'],
  [6, 'estimated'],
  [7, 'manual'],
  [8, 'simulator'],
  [1, 'gps'],
])('GGA quality %i is the fix "%s"', (quality, fix) => {
  expect(readingsOf([rmc('120000'), gga('120000', quality)])[0]?.values.fix).toBe(fix);
});

test('receivers without RMC are dated by ZDA', () => {
  const zda = 'GPZDA,235958.000,31,12,2023,00,00';
  expect(times(readingsOf([zda, gga('235958.000'), gga('235959.000'), gga('000000.000')]))).toEqual([
    '2023-12-31T23:59:58.000Z',
    '2023-12-31T23:59:59.000Z',
    '2024-01-01T00:00:00.000Z',
  ]);
});

test('a GGA just after midnight is of the new day before the RMC says so', () => {
  const recording = [gga('235959'), rmc('235959', '3600.0000', '0', '311223'), gga('000000'), gga('000001')];
  expect(times(readingsOf(recording)).at(-1)).toBe('2024-01-01T00:00:01.000Z');
});

test('the years 80 to 99 of RMC are of the twentieth century', () => {
  expect(times(readingsOf([rmc('120000', '3600.0000', '0', '130180')]))).toEqual(['1980-01-13T12:00:00.000Z']);
  expect(times(readingsOf([rmc('120000', '3600.0000', '0', '060179')]))).toEqual(['2079-01-06T12:00:00.000Z']);
});

test('a leap second is the first moment of the next day, and is given once', () => {
  const recording = [rmc('235960', '3600.0000', '0', '311216'), rmc('000000', '3600.0000', '0', '010117')];
  expect(times(readingsOf(recording))).toEqual(['2017-01-01T00:00:00.000Z']);
});

test('a date from before a week roll-over is put right', () => {
  // The week count rolled over on 2019-04-07, which therefore arrives as 1999-08-22.
  const old = [rmc('120000', '3600.0000', '0', '220899')];
  expect(times(readingsOf(old, { notBefore: '2019-01-01' }))).toEqual(['2019-04-07T12:00:00.000Z']);
  expect(times(readingsOf(old))).toEqual(['1999-08-22T12:00:00.000Z']);
});

test('in a recording an epoch without a known date is rubbish once, unless the day of the recording is known', () => {
  const blind = receiver({}, { transport: 'file' });
  blind.hear(gga('120000'));
  blind.hear('GPVTG,90.0,T,,M,10.0,N,18.5,K,A');
  expect(rubbishOf(blind.hear(gga('120001')))).toEqual(['no-time']);
  const dated = receiver({}, { transport: 'file', recordedOn: Date.UTC(2024, 5, 15, 12) });
  const steps = ['235958', '235959', '000000', '000001'].map((time) => dated.hear(gga(time)));
  expect(times(steps.flatMap(({ readings = [] }) => readings))).toEqual([
    '2024-06-15T23:59:58.000Z',
    '2024-06-15T23:59:59.000Z',
    '2024-06-16T00:00:00.000Z',
    '2024-06-16T00:00:01.000Z',
  ]);
});

test('before any date is known a position has the time of its arrival, and waits for the clock like other readings', () => {
  const { decoder, hear } = receiver();
  hear(gga('120000'), at(1_000, 5_000));
  hear(gga('120000').replace('GGA', 'GNS'), at(1_300, 5_300));
  const step = decoder.due?.(at(1_800, 5_800));
  expect(step).toMatchObject({ readings: [{ observedAt: 5_000, values: { lat: 36 } }], hasGatewayTime: true });
  expect(step?.moments).toBeUndefined();
  hear(rmc('120001'), at(2_000, 6_000));
  const dated = decoder.due?.(at(2_800, 6_800));
  expect(times(dated?.readings ?? [])).toEqual(['2024-02-01T12:00:01.000Z']);
  expect(dated?.hasGatewayTime).toBeUndefined();
  expect(dated?.moments).toBeUndefined();
  hear(rmc('120002'), at(3_000, 7_000));
  hear(gga('120002'), at(3_300, 7_300));
  const sure = decoder.due?.(at(3_900, 7_900));
  expect(sure?.moments).toEqual([{ time: Date.UTC(2024, 1, 1, 12, 0, 2), heardAt: 3_000 }]);
});

test('while the receiver gives no date the synchronised clock tells the day', () => {
  const live = receiver();
  const justAfterMidnight = at(0, Date.UTC(2024, 1, 2, 0, 0, 1), true);
  live.hear(gga('235959'), justAfterMidnight);
  expect(times(live.hear(gga('000000'), justAfterMidnight).readings ?? [])).toEqual(['2024-02-01T23:59:59.000Z']);
});

test('a receiver’s date that the trusted clock bears out stays, and another is moved by the nearest number of roll-overs', () => {
  const now = Date.UTC(2024, 5, 15, 12);
  const place: Place = { transport: 'serial', notBefore: Date.UTC(2026, 0, 1) };
  const dated = (date: string, moment: ReturnType<typeof at>) => {
    const { decoder, hear } = receiver({}, place);
    hear(rmc('120000', '3600.0000', '0', date), moment);
    return times(decoder.end?.(moment).readings ?? [])[0];
  };
  expect(dated('150624', at(0, now, true))).toBe('2024-06-15T12:00:00.000Z');
  expect(dated('301004', at(0, now, true))).toBe('2024-06-15T12:00:00.000Z');
  expect(dated('150624', at(0, 0, false))).toBe('2044-01-30T12:00:00.000Z');
});

test('a date that comes a sentence late at midnight, or is damaged, moves nothing; a date that is repeated counts', () => {
  const late = [
    ['235959', '251126'],
    ['000000', '251126'],
    ['000001', '261126'],
  ].map(([time = '', date]) => rmc(time, '3600.0000', '0', date));
  expect(times(readingsOf(late))).toEqual([
    '2026-11-25T23:59:59.000Z',
    '2026-11-26T00:00:00.000Z',
    '2026-11-26T00:00:01.000Z',
  ]);
  const dates = ['261126', '150680', '261126', '151126', '151126', '151126', '151126'];
  const recording = dates.map((date, second) => rmc(`12000${second}`, '3600.0000', '0', date));
  expect(times(readingsOf(recording)).map((time) => time.slice(0, 10))).toEqual([
    ...Array(5).fill('2026-11-26'),
    '2026-11-15',
    '2026-11-15',
  ]);
});

test('while the receiver gives another day than the clock, and has not repeated it, the time is marked', () => {
  const { decoder, hear } = receiver();
  const wrongDay = Date.parse('2026-11-29T12:00:00Z');
  const readings = [0, 1, 2, 3].flatMap((second) => {
    const moment = at(1_000 * second, wrongDay + 1_000 * second, true);
    const sentence = rmc(`12000${second}`, '3600.0000', '0', '251126');
    const steps = [hear(sentence, moment), decoder.due?.(at(1_000 * second + 500, wrongDay, true)) ?? {}];
    return steps.flatMap((step) => step.readings ?? []);
  });
  expect(readings.map(({ quality }) => quality)).toEqual([
    'clock-unsynchronised',
    'clock-unsynchronised',
    undefined,
    undefined,
  ]);
  expect(times(readings).map((time) => time.slice(8, 10))).toEqual(['29', '29', '25', '25']);
});

test('a clock is not set by a date that came once, nor while the receiver contradicts itself', () => {
  const { decoder, hear } = receiver();
  const dates = ['150680', '', '', '010224', '010224', '010224', '010224', '020324', '010224'];
  const told = dates.map((date, second) => {
    const sentence = date === '' ? gga(`12000${second}`) : rmc(`12000${second}`, '3600.0000', '0', date);
    const steps = [hear(sentence, at(1_000 * second)), decoder.due?.(at(1_000 * second + 500)) ?? {}];
    return steps
      .flatMap(({ moments = [] }) => moments)
      .map(({ time }) => new Date(time).toISOString().slice(0, 10))
      .join();
  });
  expect(told).toEqual(['', '', '', '', '', '', '2024-02-01', '', '']);
});

test('an RMC that comes after its epoch has ended still gives the date', () => {
  const { decoder, hear } = receiver();
  const seen: string[] = [];
  const second = (time: string, ms: number, date: string) => {
    hear(gga(time), at(ms));
    seen.push(...times(decoder.due?.(at(ms + 500)).readings ?? []));
    hear(rmc(time, '3600.0000', '0', date), at(ms + 600));
    seen.push(...times(decoder.due?.(at(ms + 1_100)).readings ?? []));
  };
  second('235958', 1_000, '251126');
  second('235959', 2_000, '251126');
  second('000000', 3_000, '261126');
  second('000001', 4_000, '261126');
  expect(seen.slice(1)).toEqual(['2026-11-25T23:59:59.000Z', '2026-11-26T00:00:00.000Z', '2026-11-26T00:00:01.000Z']);
});

test('a receiver that counts its weeks from zero has no date', () => {
  const { decoder, hear } = receiver({}, { transport: 'serial', notBefore: Date.UTC(2026, 0, 1) });
  hear(rmc('000012', '3600.0000', '0', '060180'), at(0, 5_000));
  expect(decoder.end?.(at(500, 5_500))).toMatchObject({ readings: [{ observedAt: 5_000 }], hasGatewayTime: true });
});

test('the first fix counts even if a void epoch had its time', () => {
  const { decoder, hear } = receiver();
  const voidRmc = 'GPRMC,120000,V,8960.0000,N,00000.0000,E,0.0,0.0,010224,,,N';
  expect(hear(voidRmc, at(0))).toEqual({});
  expect(decoder.due?.(at(500))).toEqual({});
  hear(rmc('120000'), at(900));
  expect(decoder.due?.(at(1_400)).readings).toMatchObject([{ values: { lat: 36 } }]);
  const together = readingsOf([voidRmc, rmc('120000')]);
  expect(together).toMatchObject([{ values: { lat: 36 } }]);
  expect(together[0]?.quality).toBeUndefined();
});

test('a void sentence with coordinates that are none still gives its date', () => {
  const voids = [
    'GPRMC,120000,V,8960.0000,N,18060.0000,E,0.0,0.0,010224,,,N',
    'GPGGA,120000,8960.0000,N,18060.0000,E,0,00,,,M,,M,,',
    'GPGLL,8960.0000,N,18060.0000,E,120000,V,N',
    'GNGNS,120000,8960.0000,N,18060.0000,E,NN,00,,,,,',
  ];
  const { hear } = receiver({}, { transport: 'file' });
  for (const each of voids) expect(hear(each)).toEqual({});
  hear(gga('120001'));
  expect(times(hear(gga('120002')).readings ?? [])).toEqual(['2024-02-01T12:00:01.000Z']);
});

test('a GPS fix without a satellite is uncertain; one by dead reckoning needs none', () => {
  const blind = (quality: number) => gga('120000', quality).replace(',08,', ',00,');
  const qualityOf = (...sentences: string[]) =>
    readingsOf([rmc('120000').replace(',,,A', ''), ...sentences])[0]?.quality;
  expect(qualityOf(gga('120000'))).toBeUndefined();
  expect(qualityOf(blind(1))).toBe('uncertain');
  expect(qualityOf(blind(1), 'GNGNS,120000,3600.0000,N,13930.0000,E,AN,05,0.9,25.4,39.0,,')).toBeUndefined();
  expect(qualityOf(blind(6))).toBeUndefined();
});

test('sentences without a checksum are taken only if they may lack one, and one that is there is checked', () => {
  const bare = (options: Record<string, unknown>, lines: readonly string[]) => {
    const { decoder } = receiver(options, { transport: 'file' });
    const steps = [...lines.map((line) => decoder.decode(Buffer.from(line), at())), decoder.end?.(at()) ?? {}];
    return [steps.flatMap(({ readings = [] }) => readings).length, steps.flatMap(rubbishOf)];
  };
  const line = `$${rmc('120000')}`;
  expect(bare({}, [line])).toEqual([0, ['bad-checksum']]);
  expect(bare({ checksum: 'optional' }, [line])).toEqual([1, []]);
  expect(bare({ checksum: 'optional' }, [`${line}*00`])).toEqual([0, ['bad-checksum']]);
  expect(bare({ checksum: 'optional' }, [`${line.slice(0, 30)}${line}`])).toEqual([1, ['truncated']]);
});

test('an epoch ends at once with the last sentence of its cycle, when the cycle is known', () => {
  const { hear } = receiver();
  for (const second of ['120000', '120001', '120002', '120003']) {
    hear(rmc(second));
    hear(gga(second));
  }
  hear(rmc('120004'));
  expect(times(hear(gga('120004')).readings ?? [])).toEqual(['2024-02-01T12:00:04.000Z']);
});

test('a cycle that grows is learnt again, and no epoch is given twice', () => {
  const cycle = (second: number, types: readonly ((time: string) => string)[]) =>
    types.map((type) => type(`1200${String(second).padStart(2, '0')}`));
  const gll = (time: string) => `GPGLL,3600.0000,N,13930.0000,E,${time},A,A`;
  const short = [0, 1, 2, 3, 4].flatMap((second) => cycle(second, [rmc, gga]));
  const long = [5, 6, 7, 8, 9].flatMap((second) => cycle(second, [rmc, gga, gll]));
  expect(times(readingsOf([...short, ...long])).map((time) => time.slice(17, 19))).toEqual([
    '00',
    '01',
    '02',
    '03',
    '04',
    '05',
    '06',
    '07',
    '08',
    '09',
  ]);
});

test('silence ends an epoch', () => {
  const { decoder, hear } = receiver({ pendingMs: '500ms' });
  expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  hear(rmc('120000'), at(1000));
  expect(decoder.dueAt?.()).toBe(1500);
  expect(decoder.due?.(at(1499))).toEqual({});
  expect(decoder.due?.(at(1500)).readings).toHaveLength(1);
  expect(hear(gga('120000'), at(1600))).toEqual({});
  expect(decoder.end?.(at(1700))).toEqual({});
});

test('a half-read epoch is forgotten when the port opens again', () => {
  const { decoder, hear } = receiver();
  hear(rmc('120000'));
  decoder.opened?.(at());
  expect(decoder.end?.(at())).toEqual({});
});

test('speed is derived if the receiver gives none', () => {
  // WGS 84: one minute of latitude at 36° N is 1849.3 m (radius of the meridian 6 357 400 m)
  const zda = 'GPZDA,120000,01,02,2024,00,00';
  const recording = [zda, gga('120000', 1, '3600.0000'), gga('120001', 1, '3600.0100'), gga('120032', 1, '3600.0200')];
  const speeds = readingsOf(recording).map(({ values }) => values.speed);
  expect(speeds[0]).toBeUndefined();
  expect(speeds[1]).toBeCloseTo(18.493, 2);
  expect(speeds[2]).toBeUndefined();
  expect(readingsOf(recording, { deriveSpeed: false }).some(({ values }) => 'speed' in values)).toBe(false);
});

test('the speed of VTG counts, in its old form too', () => {
  const zda = 'GPZDA,120000,01,02,2024,00,00';
  expect(readingsOf([zda, gga('120000'), 'GPVTG,90.0,T,83.0,M,10.0,N,18.5,K,A'])[0]?.values).toMatchObject({
    speed: 5.144,
    course: 90,
  });
  expect(readingsOf([zda, gga('120000'), 'GPVTG,90.0,83.0,10.0,18.5'])[0]?.values.speed).toBe(5.144);
});

test('positions are given every interval or every distance, whichever comes first', () => {
  const stand = ['120000', '120010', '120020', '120030'].map((time) => rmc(time));
  const move = rmc('120031', '3600.1000'); // 185 m further
  const seconds = (options: Record<string, unknown>) =>
    times(readingsOf([...stand, move], options)).map((time) => time.slice(17, 19));
  expect(seconds({})).toEqual(['00', '10', '20', '30', '31']);
  expect(seconds({ minIntervalMs: '20s' })).toEqual(['00', '20']);
  expect(seconds({ minDistanceM: 50 })).toEqual(['00', '31']);
  expect(seconds({ minIntervalMs: '20s', minDistanceM: 50 })).toEqual(['00', '20', '31']);
});

test('a malformed field is reported by its number', () => {
  const { hear } = receiver();
  expect(hear('GPGGA,120000,3661.0000,N,13930.0000,E,1,08,0.9,25.4,M,,,,').rubbish).toMatchObject([
    { code: 'malformed', detail: { en: 'GGA: field 2 "3661.0000" is not an angle in degrees and minutes' } },
  ]);
  expect(rubbishOf(hear('GPRMC,250000,A,3600.0000,N,13930.0000,E,0,0,010224,,,A'))).toEqual(['malformed']);
});

test('no line whatever makes the decoder throw, and positions stay on the globe', () => {
  const field = fc.oneof(
    fc.constantFrom('', 'A', 'V', 'N', 'E', '120000', '3600.1', '13930.2', '1', '010224'),
    fc.string(),
  );
  const content = fc
    .tuple(
      fc.constantFrom('RMC', 'GGA', 'GNS', 'GLL', 'VTG', 'GSA', 'ZDA', 'toString'),
      fc.array(field, { maxLength: 20 }),
    )
    .map(([type, fields]) => `GP${type},${fields.join(',')}`);
  fc.assert(
    fc.property(fc.array(content, { maxLength: 20 }), (contents) => {
      for (const { values } of readingsOf(contents)) {
        expect(Math.abs(Number(values.lat))).toBeLessThanOrEqual(90);
        expect(Math.abs(Number(values.lon))).toBeLessThanOrEqual(180);
      }
    }),
  );
});
