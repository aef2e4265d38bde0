import { describe, expect, test } from 'vitest';
import { NetworkRig } from './network-rig.ts';

const data = (byte: number) => ({ port: 2, payload: Uint8Array.of(byte) });
const hourMs = 3_600_000;

async function joined(version: '1.0.3' | '1.1' = '1.0.3') {
  const rig = new NetworkRig();
  const device = rig.device(1, { version });
  await rig.join(device);
  return { rig, device };
}

describe("a station's time", () => {
  test.each([
    ['a second ago', -1_000, -1_000],
    ['a minute ago, as after a short outage of its line', -60_000, -60_000],
    ['in the far future', 20 * 365 * 24 * hourMs, 0],
    ['an hour ahead', hourMs, 0],
    ['in the far past', -20 * 365 * 24 * hourMs, 0],
    ['out of what a date can hold', 1e300, 0],
    ['infinite', Number.POSITIVE_INFINITY, 0],
  ])('%s counts only if our own clock does not contradict it', async (_, offsetMs, expectedMs) => {
    const { rig, device } = await joined();
    const { wall } = rig.rig.clock.moment();
    rig.hear(device.uplink(data(1)), 'b827ebfffe000001', -80, 8, { receivedAt: wall + offsetMs });
    await rig.settle();
    expect(rig.stored()).toMatchObject([{ observedAt: wall + expectedMs, values: { payload: '01' } }]);
  });

  test('is taken from a station that can be right, whatever the others report', async () => {
    const { rig, device } = await joined();
    const { wall } = rig.rig.clock.moment();
    const frame = device.uplink(data(1));
    rig.hear(frame, 'b827ebfffe000001', -80, 8, { receivedAt: 0 });
    rig.hear(frame, 'b827ebfffe000002', -90, 8, { receivedAt: wall - 40 });
    await rig.settle();
    expect(rig.stored()).toMatchObject([{ observedAt: wall - 40 }]);
  });

  test('stays as it is when our clock is set later', async () => {
    const { rig, device } = await joined();
    rig.rig.clock.setTo(0); // 1970
    rig.rig.clock.synchronised = false;
    const receivedAt = Date.UTC(2026, 11, 1);
    rig.hear(device.uplink(data(1)), 'b827ebfffe000001', -80, 8, { receivedAt });
    await rig.settle();
    rig.rig.clock.setTo(Date.UTC(2026, 11, 1, 1));
    rig.buffer.clockSet();
    await rig.rig.clock.advance(1_000);
    expect(rig.stored()).toMatchObject([{ observedAt: receivedAt }]);
  });
});

test.each([
  ['RSSI', { rssi: Number.POSITIVE_INFINITY }],
  ['RSSI', { rssi: -1e308 }],
  ['SNR', { snr: Number.NEGATIVE_INFINITY }],
  ['SNR', { snr: 1e9 }],
  ['frequency', { frequencyHz: Number.POSITIVE_INFINITY }],
  ['frequency', { frequencyHz: -1 }],
])("a frame with an impossible %s is counted, and other stations' copies are processed", async (_, more) => {
  const { rig, device } = await joined();
  const frame = device.uplink(data(1));
  rig.hear(frame, 'b827ebfffe000001', -80, 8, more);
  rig.hear(frame, 'b827ebfffe000002', -90, 7);
  await rig.settle();
  expect(rig.stored()).toMatchObject([{ values: { rssi: -90, snr: 7, receptions: 'b827ebfffe000002 -90 7' } }]);
  expect(rig.port.rubbishByCode.get('malformed')).toBe(1);
});

test('a 1.1 frame is understood even if the station that claims to hear it best reports another channel', async () => {
  const { rig, device } = await joined('1.1');
  const frame = device.uplink(data(1));
  const other = frame.radio.frequencyHz === 923_200_000 ? 923_400_000 : 923_200_000;
  rig.hear(frame, 'b827ebfffe000001', -20, 12, { frequencyHz: other });
  rig.hear(frame, 'b827ebfffe000002', -90, 7);
  await rig.settle();
  expect(rig.stored()).toHaveLength(1);
});

test('only a station that brings a new frame of a registered device is told so', async () => {
  const { rig, device } = await joined();
  expect(rig.delivered).toEqual(['b827ebfffe000001']); // by the join
  rig.delivered.length = 0;
  const frame = device.uplink(data(1));
  rig.hear(frame, 'b827ebfffe000001');
  rig.hear(frame, 'b827ebfffe000002');
  await rig.settle();
  expect(rig.delivered.toSorted()).toEqual(['b827ebfffe000001', 'b827ebfffe000002']);
  rig.hear(frame, 'aa555a0000000001'); // a recording
  const forged = Uint8Array.from(frame.phyPayload);
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  rig.hear({ ...frame, phyPayload: forged }, 'aa555a0000000002');
  await rig.settle();
  expect(rig.delivered).toHaveLength(2);
});
