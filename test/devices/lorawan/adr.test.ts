import { expect, test } from 'vitest';
import { adapt, adrAnswered, heardAt, historySize, linkMarginDb, mayAsk } from '../../../devices/lorawan/adr.ts';
import { regionOf } from '../../../devices/lorawan/regions/regions.ts';
import { type AdrState, FIRST_COUNTERS } from '../../../devices/lorawan/session.ts';

const eu868 = regionOf('EU868');
const asked = { marginDb: 10, adrAckReq: false, minDataRate: 0 };

function heard(dataRate: number, snr: number, times = historySize): AdrState {
  let adr = FIRST_COUNTERS.adr;
  for (let i = 0; i < times; i++) adr = heardAt(adr, dataRate, snr - (i % 3));
  return adr;
}

test('the margin is what the SNR exceeds the demodulation floor by (SX1276 datasheet, table 13)', () => {
  const lora = (spreadingFactor: 7 | 12) => ({ kind: 'lora', spreadingFactor, bandwidthHz: 125_000 }) as const;
  expect(linkMarginDb(-5, lora(12))).toBe(15);
  expect(linkMarginDb(2.5, lora(7))).toBe(10);
  expect(linkMarginDb(undefined, lora(7))).toBe(0);
});

test('a strong device is made faster, and then quieter', () => {
  // SF12 needs -20 dB; 0 dB less 10 in reserve gives away 10 dB: three steps
  expect(adapt(heard(0, 0), eu868, asked)).toEqual({ dataRate: 3, txPower: 0 });
  // 10 dB gives away 20: six steps, five of them to DR5 and one of power
  expect(adapt(heard(0, 10), eu868, asked)).toEqual({ dataRate: 5, txPower: 1 });
  expect(adapt(heard(5, 10), eu868, asked)).toEqual({ dataRate: 5, txPower: 2 });
  expect(adapt(heard(5, 60), eu868, asked)).toEqual({ dataRate: 5, txPower: 7 });
});

test('a weak device is made louder, never slower, since it slows down by itself', () => {
  // SF7 needs -7.5 dB: -2 less 10 in reserve lacks 4.5 dB, one step
  expect(adapt({ ...heard(5, -2), txPower: 3 }, eu868, asked)).toEqual({ dataRate: 5, txPower: 2 });
  expect(adapt(heard(5, -2), eu868, asked)).toBeUndefined();
});

test('a few uplinks are not enough to judge by, and a new data rate starts over', () => {
  expect(adapt(heard(0, 10, historySize - 1), eu868, asked)).toBeUndefined();
  const changed = heardAt(heard(0, 10), 1, 10);
  expect(changed).toMatchObject({ dataRate: 1, snrs: [10] });
  expect(adapt(changed, eu868, { ...asked, adrAckReq: true })).toBeUndefined();
});

test('what the device acknowledges is so; one that refuses three times is left alone', () => {
  const wanted = adapt(heard(5, 10), eu868, asked);
  const asking = { ...heard(5, 10), ...(wanted && { asked: wanted }) };
  expect(adrAnswered(asking, true)).toMatchObject({ snrs: [], dataRate: 5, txPower: 2, refusals: 0, isMasked: true });
  let adr = heard(5, 10);
  for (let i = 0; i < 3; i++) {
    adr = { ...heard(5, 10), refusals: adr.refusals };
    expect(mayAsk(adr, 0)).toBe(true);
    adr = adrAnswered({ ...adr, asked: { dataRate: 5, txPower: 2 } }, false);
  }
  expect(mayAsk({ ...heard(5, 10), refusals: adr.refusals }, 0)).toBe(false);
});

test('one that does not answer three times rests for an hour, then ever longer, up to a day, whatever the clock is set to', () => {
  const askedAt = Date.UTC(2026, 10, 24);
  let adr: AdrState = FIRST_COUNTERS.adr;
  const ask = (): AdrState => ({ ...adr, asked: { dataRate: 5, txPower: 0 }, askedAt });
  for (let i = 0; i < 3; i++) {
    expect(mayAsk(adr, askedAt)).toBe(true);
    adr = adrAnswered(ask(), undefined, 0);
  }
  const hour = 3_600_000;
  expect([0, hour - 1, hour, -hour].map((later) => mayAsk(adr, askedAt + later))).toEqual([false, false, true, true]);
  const rests: number[] = [];
  for (let i = 0; i < 7; i++) {
    rests.push(
      Array.from({ length: 40 }, (_, hours) => hours).findIndex((hours) => mayAsk(adr, askedAt + hours * hour)),
    );
    adr = adrAnswered(ask(), undefined, 0);
  }
  expect(rests).toEqual([1, 2, 4, 8, 16, 24, 24]);
  expect(mayAsk(adrAnswered(ask(), true), askedAt)).toBe(true);
});

test('what was asked for the channels alone is counted apart', () => {
  let adr: AdrState = FIRST_COUNTERS.adr;
  for (let i = 0; i < 3; i++) {
    adr = adrAnswered({ ...adr, asked: { dataRate: 0, txPower: 0, isForMask: true }, askedAt: 0 }, undefined, 0);
  }
  expect([mayAsk(adr, 0, { isForMask: true }), mayAsk(adr, 0)]).toEqual([false, true]);
});

test('a device that does as it was asked has answered, even if its answer was lost', () => {
  const asking = { ...heard(0, 10), asked: { dataRate: 5, txPower: 1 } };
  expect(adrAnswered(asking, undefined, 5)).toMatchObject({ txPower: 1, unanswered: 0 });
  expect(adrAnswered(asking, undefined, 0)).toMatchObject({ txPower: 0, unanswered: 1 });
});
