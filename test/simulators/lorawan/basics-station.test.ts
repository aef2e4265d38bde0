import { expect, onTestFinished, test } from 'vitest';
import { FaultBoard } from '../../../simulators/fault-board.ts';
import { type BasicsStationOptions, openBasicsStation } from '../../../simulators/lorawan/basics-station.ts';
import { STATION_FAULTS } from '../../../simulators/lorawan/lorawan-faults.ts';
import type { AirFrame, Transmission } from '../../../simulators/lorawan/radio.ts';
import { Random } from '../../../simulators/random.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { openSmallLns, ROUTER_CONFIG } from './small-lns.ts';

const EUI = 'aa555a0000000102';

function frame(hex: string, endedAtMs = 0): AirFrame {
  const radio = { frequencyHz: 923_400_000, dataRate: 5, channel: 1, spreadingFactor: 7, bandwidthKhz: 125 };
  return { phyPayload: Buffer.from(hex, 'hex'), endedAtMs, ...radio, rssi: -97.4, snr: 5.25 };
}

async function connected(options: Partial<BasicsStationOptions> = {}, config?: Record<string, unknown>) {
  const lns = await openSmallLns(config);
  const clock = new VirtualClock();
  const station = openBasicsStation({ gatewayEui: EUI, url: lns.url, clock, random: new Random(1), ...options });
  onTestFinished(() => station.close());
  const transmitted: Transmission[] = [];
  station.onTransmit((transmission) => transmitted.push(transmission));
  return { lns, clock, station, transmitted };
}

/** Waits for what goes on in sockets. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test("it asks for its server's address, with its token, and reports its version there", async () => {
  const { lns, station } = await connected({ token: 'secret' });
  expect((await lns.next()).message).toEqual({ router: 'AA-55-5A-00-00-00-01-02' });
  expect((await lns.next('version')).message).toMatchObject({ protocol: 2 });
  await until(() => station.isConnected);
  expect(lns.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ['/router-info', 'Bearer secret'],
    ['/data', 'Bearer secret'],
  ]);
});

test('frames go out as the LNS protocol lays them out', async () => {
  const { lns, station } = await connected();
  await until(() => station.isConnected);
  const radio = { DR: 5, Freq: 923_400_000 };
  station.hear(frame('00dc0000d07ed5b3701e6fedf57ceeaf0085cc587fe913', 0.5));
  const { json, message } = await lns.next('jreq');
  expect(message).toMatchObject({
    MHdr: 0,
    JoinEui: '70-B3-D5-7E-D0-00-00-DC',
    DevEui: '00-AF-EE-7C-F5-ED-6F-1E',
    DevNonce: 0xcc85,
    MIC: 0x13e97f58,
    ...radio,
    upinfo: { rctx: 0, gpstime: 0, rssi: -97, snr: 5.25 },
  });
  const xtime = BigInt(/"xtime":(\d+)/.exec(json)?.[1] ?? 0);
  expect(xtime & 0xffff_ffff_ffffn).toBe(500n);
  expect(xtime >> 48n).toBeGreaterThan(0n);
  station.hear(frame('40f17dbe4900020001954378762b11ff0d'));
  expect((await lns.next('updf')).message).toMatchObject({
    MHdr: 0x40,
    DevAddr: 0x49be7df1,
    FCtrl: 0,
    FCnt: 2,
    FOpts: '',
    FPort: 1,
    FRMPayload: '95437876',
    MIC: 0x0dff112b,
    ...radio,
  });
  station.hear(frame('40ffffffff8102000611223344'));
  expect((await lns.next('updf')).message).toMatchObject({ DevAddr: -1, FOpts: '06', FPort: -1, FRMPayload: '' });
  station.hear(frame('e0aabbcc'));
  expect((await lns.next('propdf')).message).toMatchObject({ FRMPayload: 'e0aabbcc', ...radio });
});

/** A class A downlink for the frame that the station hears at 0. */
async function withDownlink(options: Partial<BasicsStationOptions> = {}) {
  const all = await connected(options);
  await until(() => all.station.isConnected);
  all.station.hear(frame('40f17dbe4900020001954378762b11ff0d'));
  const { json } = await all.lns.next('updf');
  const xtime = /"xtime":(\d+)/.exec(json)?.[1] ?? '';
  const slots = '"RxDelay":1,"RX1DR":5,"RX1Freq":923400000,"RX2DR":2,"RX2Freq":923200000';
  const dnmsg = (time: string) =>
    `{"msgtype":"dnmsg","DevEui":"00-AF-EE-7C-F5-ED-6F-1E","dC":0,"diid":9007199254740993,"pdu":"60f17dbe4900000011223344",${slots},"priority":0,"xtime":${time},"rctx":0}`;
  return { ...all, xtime, dnmsg };
}

test('a downlink goes out in RX1 and is reported, its numbers of 64 bits whole', async () => {
  const { lns, clock, station, transmitted, xtime, dnmsg } = await withDownlink();
  lns.send(dnmsg(xtime));
  await until(() => station.stats.downlinks === 1);
  await clock.advance(1000);
  expect(transmitted).toEqual([
    {
      phyPayload: Buffer.from('60f17dbe4900000011223344', 'hex'),
      frequencyHz: 923_400_000,
      spreadingFactor: 7,
      bandwidthKhz: 125,
      startsAtMs: 1000,
    },
  ]);
  const { json, message } = await lns.next('dntxed');
  expect(json).toContain('"diid":9007199254740993,');
  expect(json).toContain(`"xtime":${BigInt(xtime) + 1_000_000n}`);
  expect(message).toMatchObject({ DevEui: '00-AF-EE-7C-F5-ED-6F-1E', txtime: 1 });
});

test('a downlink that is late for RX1 goes out in RX2, and one that is late for both is not mentioned', async () => {
  const { lns, clock, station, transmitted, xtime, dnmsg } = await withDownlink();
  await clock.advance(990);
  lns.send(dnmsg(xtime));
  await until(() => station.stats.downlinks === 1);
  await clock.advance(1010);
  expect(transmitted).toMatchObject([{ startsAtMs: 2000, frequencyHz: 923_200_000, spreadingFactor: 10 }]);
  lns.send(dnmsg(xtime));
  await until(() => station.stats.tooLate === 1);
  expect(transmitted).toHaveLength(1);
});

test('a downlink of another session of the radio is not sent', async () => {
  const { lns, station, xtime, dnmsg } = await withDownlink();
  lns.send(dnmsg(`${BigInt(xtime) + (1n << 48n)}`));
  await until(() => station.stats.unreadable === 1);
  expect(station.stats.downlinks).toBe(0);
});

test('a configuration that it cannot use ends the connection with the reason', async () => {
  const { lns, clock, station } = await connected({}, { ...ROUTER_CONFIG, DRs: [[12, 125]] });
  await until(() => lns.closings.some((closing) => closing.startsWith('4000')));
  expect(lns.closings).toContain('4000 DRs is not a table of [SF, BW, DNONLY]');
  await until(() => station.stats.lastFault !== undefined);
  expect(station.isConnected).toBe(false);
  await clock.advance(1000);
  await until(() => lns.requests.length === 4);
});

test('it comes back when it was hung up on; what it hears meanwhile is lost', async () => {
  const { lns, clock, station } = await connected();
  await until(() => station.isConnected);
  lns.hangUp();
  await until(() => !station.isConnected);
  station.hear(frame('e0aabbcc'));
  expect(station.stats.lost).toBe(1);
  await clock.advance(1000);
  await until(() => station.isConnected);
  expect(station.stats.sessions).toBe(2);
});

test('it asks for GPS time, and has it in its frames from then on', async () => {
  const { lns, clock, station } = await connected({ timeSyncMs: 60_000 });
  await until(() => station.isConnected);
  await clock.advance(60_000);
  expect((await lns.next('timesync')).message).toEqual({ msgtype: 'timesync', txtime: 60_000_000 });
  lns.send('{"msgtype":"timesync","txtime":60000000,"gpstime":1300000060000000}');
  await until(() => station.stats.timeSyncs === 1);
  station.hear(frame('e0aabbcc', 61_000));
  expect((await lns.next('propdf')).message).toMatchObject({ upinfo: { gpstime: 1_300_000_061_000_000 } });
});

test('while it is away it has no server and loses what it hears, and then it connects again', async () => {
  const faults = new FaultBoard(STATION_FAULTS);
  const { clock, station } = await connected({ faults });
  await until(() => station.isConnected);
  faults.strike('away');
  await until(() => !station.isConnected);
  await clock.advance(5_000);
  station.hear(frame('40f17dbe4900020001954378762b11ff0d'));
  expect(station.stats).toMatchObject({ sessions: 1, lost: 1 });
  faults.clear();
  await clock.advance(1_000);
  await until(() => station.isConnected);
  expect(station.stats.sessions).toBe(2);
});
