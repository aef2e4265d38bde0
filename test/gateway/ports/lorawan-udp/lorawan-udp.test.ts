import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type LorawanUdpSettings, lorawanUdpPort } from '../../../../gateway/ports/lorawan-udp/lorawan-udp.ts';
import { maxStations, type Reply } from '../../../../gateway/ports/radio.ts';
import { VirtualClock } from '../../../../simulators/virtual-clock.ts';
import { LogBook } from '../../machine/log-book.ts';
import { RadioEar } from '../radio-ear.ts';
import { sendWindow } from '../send-window.ts';

const eui = 'aa555a0000000101';
const other = 'aa555a0000000102';
const [PUSH_DATA, PUSH_ACK, PULL_DATA, PULL_RESP, PULL_ACK, TX_ACK] = [0, 1, 2, 3, 4, 5] as const;

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

async function running(settings: Partial<LorawanUdpSettings> = {}) {
  const ear = new RadioEar();
  const clock = new VirtualClock();
  const listen = `127.0.0.1:${await freeUdpPort()}`;
  const around = { clock, log: new LogBook(), random: () => 0 };
  const port = lorawanUdpPort({ name: 'udp', listen, stations: [], antennaGainDbi: 0, ...settings }, around);
  const end = await ear.listenTo(port);
  return { ear, clock, listen, end, forwarder: await Forwarder.open(Number(listen.split(':')[1]), ear) };
}

interface PullResp {
  readonly token: readonly [number, number];
  readonly txpk: Readonly<Record<string, unknown>>;
}

/** A packet forwarder's end: three ports in one. */
class Forwarder {
  readonly received: Buffer[] = [];
  readonly #socket: Socket;
  readonly #port: number;
  readonly #ear: RadioEar;

  private constructor(socket: Socket, port: number, ear: RadioEar) {
    this.#socket = socket;
    this.#port = port;
    this.#ear = ear;
    socket.on('message', (datagram) => this.received.push(datagram));
    onTestFinished(() => {
      socket.close();
    });
  }

  static async open(port: number, ear: RadioEar): Promise<Forwarder> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Forwarder(socket, port, ear);
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(bytes, this.#port, '127.0.0.1');
  }

  say(kind: number, body: object | '' = '', { station = eui, token = [0x12, 0x34], version = 2 } = {}): void {
    const header = Buffer.from([version, ...token, kind]);
    const text = body === '' ? '' : JSON.stringify(body);
    this.send(Buffer.concat([header, Buffer.from(station, 'hex'), Buffer.from(text)]));
  }

  /** Sends a frame, as heard when the forwarder's clock stood at `tmst`. */
  hear(tmst: number, station = eui): void {
    const packet = { tmst, freq: 923.2, stat: 1, datr: 'SF10BW125', rssi: -80, lsnr: 3, data: 'QAECAw==' };
    this.say(PUSH_DATA, { rxpk: [packet] }, { station });
  }

  /** The PULL_RESP with this number, counted from 0, when it has come. */
  async downlink(index: number): Promise<PullResp> {
    const all = () => this.received.filter((datagram) => datagram[3] === PULL_RESP);
    await this.#ear.until(() => all().length > index);
    const datagram = all()[index] ?? Buffer.alloc(4);
    const { txpk } = JSON.parse(datagram.subarray(4).toString());
    return { token: [datagram[1] ?? 0, datagram[2] ?? 0], txpk };
  }

  async got(...bytes: number[]): Promise<void> {
    await this.#ear.until(() => this.received.some((datagram) => datagram.equals(Buffer.from(bytes))));
  }

  /** Asks for downlinks, and waits until that is acknowledged. */
  async pull(version = 2): Promise<void> {
    this.say(PULL_DATA, '', { version, token: [9, 9] });
    await this.got(version, 9, 9, PULL_ACK);
  }
}

const lora10 = { kind: 'lora', spreadingFactor: 10, bandwidthHz: 125_000 } as const;
const reply: Reply = {
  bytes: Uint8Array.of(0x60, 1),
  devEui: '70b3d57ed0001a2b',
  delayMs: 1_000,
  rx1: sendWindow({ frequencyHz: 923_400_000, modulation: lora10 }),
  rx2: sendWindow({ frequencyHz: 923_200_000, modulation: lora10 }),
};

test('frames are acknowledged and handed over, and a request for downlinks is acknowledged', async () => {
  const { ear, clock, forwarder } = await running();
  forwarder.hear(1_000_000);
  const { reply: _, delivered: __, ...reception } = await ear.reception(0);
  expect(reception).toEqual({
    station: eui,
    bytes: Uint8Array.of(0x40, 1, 2, 3),
    frequencyHz: 923_200_000,
    modulation: lora10,
    rssi: -80,
    snr: 3,
    at: clock.moment(),
    heardAt: clock.moment().monotonic,
  });
  await forwarder.got(2, 0x12, 0x34, PUSH_ACK);
  await forwarder.pull();
  expect(ear.signs.map(({ station }) => station)).toEqual([eui, eui]);
});

test('a station’s status says where it stands', async () => {
  const { ear, forwarder } = await running();
  forwarder.say(PUSH_DATA, { stat: { lati: 36.7, long: 137.2 } });
  await vi.waitFor(() => expect(ear.places).toEqual([{ station: eui, place: { lat: 36.7, lon: 137.2 } }]));
});

test('an answer goes into RX1, by the clock of the station', async () => {
  const { ear, forwarder } = await running({ antennaGainDbi: 3 });
  await forwarder.pull();
  forwarder.hear(1_000_000);
  const sent = (await ear.reception(0)).reply(reply);
  const { token, txpk } = await forwarder.downlink(0);
  expect(txpk).toMatchObject({ tmst: 2_000_000, freq: 923.4, powe: 13, data: 'YAE=' });
  forwarder.say(TX_ACK, { txpk_ack: { error: 'NONE' } }, { token: [...token] });
  expect(await sent).toEqual({ outcome: 'sent' });
});

test("the station's clock wraps at 2^32 between the uplink and its answer", async () => {
  const { ear, forwarder } = await running();
  await forwarder.pull();
  forwarder.hear(2 ** 32 - 400_000);
  void (await ear.reception(0)).reply(reply);
  expect((await forwarder.downlink(0)).txpk).toMatchObject({ tmst: 600_000 });
});

test('where RX1 is too late for the station the answer goes into RX2, a second later, with its own power and air time', async () => {
  const { ear, forwarder } = await running();
  await forwarder.pull();
  forwarder.hear(1_000_000);
  const rx1 = sendWindow({ frequencyHz: 868_100_000, modulation: lora10, powerDbm: 16 });
  const rx2 = sendWindow({ frequencyHz: 869_525_000, modulation: lora10, powerDbm: 29 });
  const sent = (await ear.reception(0)).reply({ ...reply, rx1, rx2 });
  const first = await forwarder.downlink(0);
  expect(first.txpk).toMatchObject({ powe: 16 });
  expect([rx1.bookings, rx2.bookings]).toEqual([1, 0]);
  forwarder.say(TX_ACK, { txpk_ack: { error: 'TOO_LATE' } }, { token: [...first.token] });
  const second = await forwarder.downlink(1);
  expect(second.txpk).toMatchObject({ tmst: 3_000_000, freq: 869.525, powe: 29 });
  forwarder.say(TX_ACK, '', { token: [...second.token] });
  expect(await sent).toEqual({ outcome: 'sent' });
  expect([rx1.bookings, rx2.bookings]).toEqual([0, 1]);
});

test('what the station refuses in both windows comes back with its word for why', async () => {
  const { ear, forwarder } = await running();
  await forwarder.pull();
  forwarder.hear(1_000_000);
  const sent = (await ear.reception(0)).reply(reply);
  for (const [index, error] of ['TOO_LATE', 'COLLISION_PACKET'].entries()) {
    const { token } = await forwarder.downlink(index);
    forwarder.say(TX_ACK, { txpk_ack: { error } }, { token: [...token] });
  }
  expect(await sent).toMatchObject({ outcome: 'not-sent', why: { en: 'COLLISION_PACKET' } });
});

test.each([1_000, 5_000])(
  'whether a station sends that does not say so is unknown when RX2 has opened, %i ms and a second later',
  async (delayMs) => {
    const { ear, clock, forwarder } = await running();
    await forwarder.pull();
    forwarder.hear(1_000_000);
    const rx1 = sendWindow({ frequencyHz: 923_400_000, modulation: lora10 });
    const rx2 = sendWindow({ frequencyHz: 923_200_000, modulation: lora10 });
    let result: unknown;
    void (await ear.reception(0)).reply({ ...reply, delayMs, rx1, rx2 }).then((sent) => {
      result = sent;
    });
    await forwarder.downlink(0);
    await clock.advance(delayMs + 999);
    expect(result).toBeUndefined();
    await clock.advance(1);
    expect(result).toMatchObject({ outcome: 'unknown', why: { en: 'the station did not answer' } });
    expect([rx1.bookings, rx2.bookings]).toEqual([1, 0]);
    expect(forwarder.received.filter((datagram) => datagram[3] === PULL_RESP)).toHaveLength(1);
  },
);

test('a TX_ACK that takes its time over a slow line counts, and RX2 is still reached', async () => {
  const { ear, clock, forwarder } = await running();
  await forwarder.pull();
  forwarder.hear(1_000_000);
  const sent = (await ear.reception(0)).reply({ ...reply, delayMs: 5_000 });
  const first = await forwarder.downlink(0);
  await clock.advance(4_000);
  forwarder.say(TX_ACK, { txpk_ack: { error: 'COLLISION_PACKET' } }, { token: [...first.token] });
  const second = await forwarder.downlink(1);
  expect(second.txpk).toMatchObject({ tmst: 7_000_000 });
  await clock.advance(1_500);
  forwarder.say(TX_ACK, '', { token: [...second.token] });
  expect(await sent).toEqual({ outcome: 'sent' });
});

test('a frame that came late is dated by the clock of its station', async () => {
  const { ear, clock, forwarder } = await running();
  await forwarder.pull();
  forwarder.hear(1_000_000);
  const first = await ear.reception(0);
  await clock.advance(4_500);
  forwarder.hear(2_000_000); // 3.5 s late
  forwarder.hear(4_000_000); // 1.5 s late
  const [late, less] = [await ear.reception(1), await ear.reception(2)];
  expect([late.heardAt - first.heardAt, less.heardAt - first.heardAt]).toEqual([1_000, 3_000]);
});

test('a window in which the station may not send is not asked for', async () => {
  const { ear, forwarder } = await running();
  await forwarder.pull();
  forwarder.hear(1_000_000);
  const busy = sendWindow({ frequencyHz: 923_400_000, modulation: lora10 }, false);
  void (await ear.reception(0)).reply({ ...reply, rx1: busy });
  expect((await forwarder.downlink(0)).txpk).toMatchObject({ tmst: 3_000_000 });
  expect(await (await ear.reception(0)).reply({ ...reply, rx1: busy, rx2: busy })).toMatchObject({
    outcome: 'not-sent',
  });
});

test('what another station acknowledges is not taken for the answer of the one that was asked', async () => {
  const { ear, clock, forwarder } = await running();
  await forwarder.pull();
  forwarder.hear(1_000_000);
  const sent = (await ear.reception(0)).reply(reply);
  const { token } = await forwarder.downlink(0);
  forwarder.say(TX_ACK, '', { token: [...token], station: other });
  await ear.until(() => ear.signs.some(({ station }) => station === other));
  await clock.advance(2_000);
  expect(await sent).toMatchObject({ outcome: 'unknown' });
});

test('a station of version 1, which has no TX_ACK, is believed to send', async () => {
  const { ear, forwarder } = await running();
  await forwarder.pull(1);
  forwarder.hear(1_000_000);
  expect(await (await ear.reception(0)).reply(reply)).toEqual({ outcome: 'sent' });
  expect((await forwarder.downlink(0)).txpk).toMatchObject({ tmst: 2_000_000 });
});

test('a station that never asked for downlinks gets none', async () => {
  const { ear, forwarder } = await running();
  forwarder.hear(1_000_000);
  expect(await (await ear.reception(0)).reply(reply)).toMatchObject({
    outcome: 'not-sent',
    why: expect.objectContaining({ en: expect.stringContaining('PULL_DATA') }),
  });
});

test('a station that is not named is not listened to, and counted', async () => {
  const { ear, forwarder } = await running({ stations: [eui] });
  forwarder.hear(1_000_000, other);
  await ear.until(() => ear.refused.length === 1);
  expect(ear.refused[0]).toMatchObject({ code: 'unknown-address', detail: { en: expect.stringContaining(other) } });
  forwarder.hear(1_000_000);
  await ear.reception(0);
  // The acknowledgement travels by itself, and may come after the reception.
  await expect.poll(() => forwarder.received.filter((datagram) => datagram[3] === PUSH_ACK)).toHaveLength(1);
});

test('garbage is counted, and frames go on coming', async () => {
  const { ear, forwarder } = await running();
  const all = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 60 }), { numRuns: 50, seed: 1 });
  for (const bytes of all) forwarder.send(bytes);
  await ear.until(() => ear.refused.length + ear.signs.length === all.length);
  forwarder.say(PUSH_DATA, { rxpk: [{ tmst: 1, freq: 923.2, stat: -1, datr: 'SF7BW125', rssi: -80, data: 'QA==' }] });
  await ear.until(() => ear.codes.includes('bad-checksum'));
  forwarder.hear(1);
  await ear.reception(0);
});

test('a port that is told to stop before it listens stops', async () => {
  const clock = new VirtualClock();
  const listen = `127.0.0.1:${await freeUdpPort()}`;
  const around = { clock, log: new LogBook(), random: () => 0 };
  const stop = new AbortController();
  const run = lorawanUdpPort({ name: 'udp', listen, stations: [], antennaGainDbi: 0 }, around).run(
    new RadioEar(),
    stop.signal,
  );
  stop.abort();
  await run;
});

test('invented EUIs take no answer from a station that delivered', async () => {
  const { ear, clock, forwarder } = await running();
  const wantsDownlinks = async () => {
    forwarder.say(PULL_DATA);
    await ear.until(() => ear.signs.at(-1)?.station === eui);
  };
  await wantsDownlinks();
  forwarder.hear(1_000_000);
  const first = await ear.reception(0);
  first.delivered();
  for (let n = 0; n < 2 * maxStations; n++) {
    const station = n.toString(16).padStart(16, '0');
    forwarder.say(PULL_DATA, '', { station });
    await ear.until(() => ear.signs.at(-1)?.station === station);
  }
  expect(ear.forgottenStations).toHaveLength(maxStations + 1);
  expect(ear.forgottenStations).not.toContain(eui);
  void first.reply(reply);
  await clock.advance(0);
  await forwarder.downlink(0);
});
