import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { FaultBoard } from '../../../simulators/fault-board.ts';
import { FORWARDER_FAULTS } from '../../../simulators/lorawan/lorawan-faults.ts';
import { openPacketForwarder, type PacketForwarderOptions } from '../../../simulators/lorawan/packet-forwarder.ts';
import type { AirFrame, Transmission } from '../../../simulators/lorawan/radio.ts';
import { Random } from '../../../simulators/random.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { boardWith } from '../boards.ts';

const EUI = 'aa555a0000000101';
const FRAME: Omit<AirFrame, 'endedAtMs'> = {
  phyPayload: Buffer.from('40f17dbe4900020001954378762b11ff0d', 'hex'),
  frequencyHz: 923_400_000,
  dataRate: 5,
  channel: 1,
  spreadingFactor: 7,
  bandwidthKhz: 125,
  rssi: -97.4,
  snr: 5.25,
};
const TXPK = {
  imme: false,
  tmst: 1_000_000,
  freq: 923.4,
  rfch: 0,
  powe: 14,
  modu: 'LORA',
  datr: 'SF7BW125',
  codr: '4/5',
  ipol: true,
  size: 4,
  data: 'YAECAw==',
};

interface Datagram {
  readonly version: number;
  readonly token: number;
  readonly kind: number;
  readonly eui: string;
  readonly json: string;
  readonly from: RemoteInfo;
}

/** A network server of a few lines. */
async function server() {
  const socket = createSocket('udp4');
  const waiting: Datagram[] = [];
  let wake: () => void = () => undefined;
  socket.on('message', (bytes, from) => {
    const head = { version: bytes.readUInt8(0), token: bytes.readUInt16BE(1), kind: bytes.readUInt8(3) };
    waiting.push({ ...head, eui: bytes.toString('hex', 4, 12), json: bytes.toString('utf8', 12), from });
    wake();
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return {
    port: socket.address().port,
    /** The next datagram, or the next of this kind: those before it are thrown away. */
    async next(kind?: number): Promise<Datagram> {
      for (;;) {
        const found = waiting.shift();
        if (found !== undefined && (found.kind === kind || kind === undefined)) return found;
        if (found === undefined) await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    answer(to: Datagram, kind: number, { token = to.token, json = '' } = {}): void {
      const head = Buffer.from([to.version, token >> 8, token & 0xff, kind]);
      socket.send([head, Buffer.from(json)], to.from.port, to.from.address);
    },
  };
}

async function forwarder(options: Partial<PacketForwarderOptions> = {}) {
  const lns = await server();
  const clock = new VirtualClock();
  const opened = await openPacketForwarder({
    gatewayEui: EUI,
    server: { host: '127.0.0.1', port: lns.port },
    clock,
    random: new Random(1),
    counterUs: 0,
    ...options,
  });
  onTestFinished(() => opened.close());
  const pull = await lns.next(2);
  /** The error of the TX_ACK for a txpk, or '' for none. */
  const send = async (txpk: object) => {
    lns.answer(pull, 3, { token: 0x1234, json: JSON.stringify({ txpk }) });
    const ack = await lns.next(5);
    expect(ack).toMatchObject({ version: 2, token: 0x1234, eui: EUI });
    return ack.json === '' ? '' : JSON.parse(ack.json).txpk_ack.error;
  };
  return { lns, clock, forwarder: opened, pull, send };
}

test('a frame goes out as PUSH_DATA in the form of the protocol', async () => {
  const { lns, forwarder: opened, clock } = await forwarder();
  opened.hear({ ...FRAME, endedAtMs: clock.moment().monotonic + 0.25 });
  const push = await lns.next(0);
  expect(push).toMatchObject({ version: 2, eui: EUI });
  expect(JSON.parse(push.json)).toEqual({
    rxpk: [
      {
        tmst: 250,
        chan: 1,
        rfch: 0,
        freq: 923.399963,
        stat: 1,
        modu: 'LORA',
        datr: 'SF7BW125',
        codr: '4/5',
        lsnr: 5.3,
        rssi: -97,
        size: 17,
        data: 'QPF9vkkAAgABlUN4disR/w0=',
      },
    ],
  });
});

test('it asks for downlinks again and again, and tells its state', async () => {
  const { lns, clock } = await forwarder({ keepAliveMs: 10_000, statMs: 30_000 });
  await clock.advance(10_000);
  expect((await lns.next(2)).eui).toBe(EUI);
  await clock.advance(20_000);
  const { stat } = JSON.parse((await lns.next(0)).json);
  expect(stat).toMatchObject({ rxnb: 0, rxok: 0, rxfw: 0, ackr: 0, dwnb: 0, txnb: 0 });
  expect(stat.time).toBe('2026-01-15 03:00:30 GMT');
});

test('a downlink goes out at its count and is acknowledged at once', async () => {
  const { clock, forwarder: opened, send } = await forwarder();
  const transmitted: Transmission[] = [];
  opened.onTransmit((transmission) => transmitted.push(transmission));
  expect(await send(TXPK)).toBe('');
  await clock.advance(999);
  expect(transmitted).toEqual([]);
  await clock.advance(1);
  expect(transmitted).toEqual([
    {
      phyPayload: Buffer.from('60010203', 'hex'),
      frequencyHz: 923_400_000,
      spreadingFactor: 7,
      bandwidthKhz: 125,
      startsAtMs: 1000,
    },
  ]);
});

test('the counter wraps at 32 bits, and a downlink beyond the wrap has its moment', async () => {
  const { lns, clock, forwarder: opened, send } = await forwarder({ counterUs: 2 ** 32 - 500_000 });
  const transmitted: Transmission[] = [];
  opened.onTransmit((transmission) => transmitted.push(transmission));
  expect(await send({ ...TXPK, tmst: 500_000 })).toBe('');
  await clock.advance(1000);
  expect(transmitted).toMatchObject([{ startsAtMs: 1000 }]);
  opened.hear({ ...FRAME, endedAtMs: 600 });
  expect(JSON.parse((await lns.next(0)).json).rxpk[0].tmst).toBe(100_000);
});

test.each([
  ['TOO_LATE', { tmst: 42_000 }],
  ['TOO_LATE', { tmst: 2 ** 32 - 1 }],
  ['TOO_EARLY', { tmst: 400_000_000 }],
  ['TX_FREQ', { freq: 433.1 }],
])('it answers %s to %o', async (error, txpk) => {
  const { send, forwarder: opened } = await forwarder();
  expect(await send({ ...TXPK, ...txpk })).toBe(error);
  expect(opened.stats.refused).toEqual({ [error]: 1 });
});

test('of two downlinks that overlap the second is a collision', async () => {
  const { send } = await forwarder();
  expect(await send(TXPK)).toBe('');
  expect(await send({ ...TXPK, tmst: 1_010_000 })).toBe('COLLISION_PACKET');
  expect(await send({ ...TXPK, tmst: 1_100_000 })).toBe('');
});

test('its queue holds 32 downlinks', async () => {
  const { send } = await forwarder();
  for (let at = 1; at <= 32; at++) expect(await send({ ...TXPK, tmst: at * 1_000_000 })).toBe('');
  expect(await send({ ...TXPK, tmst: 33_000_000 })).toBe('COLLISION_PACKET');
});

test('with a negative lead a late downlink still goes out at its moment', async () => {
  const { clock, send, forwarder: opened } = await forwarder({ minLeadMs: -500 });
  const transmitted: Transmission[] = [];
  opened.onTransmit((transmission) => transmitted.push(transmission));
  await clock.advance(1400);
  expect(await send(TXPK)).toBe('');
  await clock.advance(0);
  expect(transmitted).toMatchObject([{ startsAtMs: 1000 }]);
});

test('what cannot be read, and acknowledgements, get no answer', async () => {
  const { lns, pull, send, forwarder: opened } = await forwarder();
  lns.answer(pull, 4);
  lns.answer(pull, 3, { json: '{"txpk":' });
  lns.answer(pull, 3, { json: JSON.stringify({ txpk: { ...TXPK, size: 9 } }) });
  lns.answer(pull, 3, { json: JSON.stringify({ txpk: { ...TXPK, ipol: false } }) });
  expect(await send(TXPK)).toBe('');
  expect(opened.stats).toMatchObject({ pullAcknowledged: 1, unreadable: 3, downlinks: 1, queued: 1 });
});

test('no padding, noise with wrong CRCs, version 1 without TX_ACK', async () => {
  const faults = boardWith(FORWARDER_FAULTS, { unpadded: {}, noise: { share: 1 } });
  const { lns, clock, forwarder: opened, pull } = await forwarder({ faults, version: 1 });
  const transmitted: Transmission[] = [];
  opened.onTransmit((transmission) => transmitted.push(transmission));
  opened.hear({ ...FRAME, endedAtMs: 0 });
  const push = await lns.next(0);
  expect(push.version).toBe(1);
  const [noise, frame] = JSON.parse(push.json).rxpk;
  expect([-1, 0]).toContain(noise.stat);
  expect(frame).toMatchObject({ stat: 1, data: 'QPF9vkkAAgABlUN4disR/w0' });
  lns.answer(pull, 3, { json: JSON.stringify({ txpk: TXPK }) });
  while (opened.stats.queued === 0) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(1000);
  expect(transmitted).toHaveLength(1);
  opened.hear({ ...FRAME, endedAtMs: 0 });
  expect((await lns.next()).kind).toBe(0); // and not 5
});

test('UDP loses and duplicates datagrams while it is told to', async () => {
  const faults = boardWith(FORWARDER_FAULTS, { duplicate: { share: 1 } });
  const { lns, forwarder: opened } = await forwarder({ faults });
  opened.hear({ ...FRAME, endedAtMs: 0 });
  expect((await lns.next(0)).token).toBe((await lns.next(0)).token);
  faults.clear();
  faults.strike('loss', { share: 1 });
  opened.hear({ ...FRAME, endedAtMs: 0, rssi: -1 });
  faults.clear();
  opened.hear({ ...FRAME, endedAtMs: 0, rssi: -2 });
  expect(JSON.parse((await lns.next(0)).json).rxpk[0].rssi).toBe(-2);
});

test('after a new start its counter begins at 0', async () => {
  const faults = new FaultBoard(FORWARDER_FAULTS);
  const { lns, clock, forwarder: opened } = await forwarder({ faults });
  await clock.advance(5_000);
  faults.strike('counter-reset');
  await clock.advance(250);
  opened.hear({ ...FRAME, endedAtMs: clock.moment().monotonic });
  expect(JSON.parse((await lns.next(0)).json).rxpk[0].tmst).toBe(250_000);
});

test('a downlink that is not acknowledged is sent all the same', async () => {
  const faults = boardWith(FORWARDER_FAULTS, { 'no-tx-ack': {} });
  const { lns, clock, forwarder: opened, pull } = await forwarder({ faults });
  lns.answer(pull, 3, { json: JSON.stringify({ txpk: TXPK }) });
  while (opened.stats.queued === 0) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(1_000);
  opened.hear({ ...FRAME, endedAtMs: 0 });
  expect((await lns.next()).kind).toBe(0); // and not 5
});
