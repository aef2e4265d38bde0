import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { maxAtDoor } from '../../../../gateway/net/door.ts';
import { basicsStationPort } from '../../../../gateway/ports/basics-station/basics-station.ts';
import type { BasicsStationSettings } from '../../../../gateway/ports/basics-station/settings.ts';
import { maxStations, type Reply } from '../../../../gateway/ports/radio.ts';
import { VirtualClock } from '../../../../simulators/virtual-clock.ts';
import { LogBook } from '../../machine/log-book.ts';
import { certificates } from '../../net/certificates.ts';
import { freePort } from '../../net/free-port.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { RadioEar } from '../radio-ear.ts';
import { sendWindow } from '../send-window.ts';

const eui = 'b827ebfffe123456';
const plan = { region: 'AS923-1', channels: [922_000_000], subBand: 2 } as const;
/** Beyond 2^53, where a number would have lost its last digits. */
const xtime = '40532396648365813';
const updf = `{"msgtype":"updf","MHdr":64,"DevAddr":-1761607679,"FCtrl":128,"FCnt":5,"FOpts":"","FPort":2,"FRMPayload":"CAFE",
  "MIC":-559038737,"RefTime":0.000000,"DR":2,"Freq":923200000,
  "upinfo":{"rctx":9007199254740993,"xtime":${xtime},"gpstime":1400000000123456,"rssi":-93,"snr":-7.5}}`;
/** The same by hand (TS001-1.0.4 §4): DevAddr 97000001 and MIC DEADBEEF, the last byte first. */
const phyPayload = '4001000097' + '80050002cafe' + 'efbeadde';

async function running(settings: Partial<BasicsStationSettings> = {}) {
  const ear = new RadioEar();
  const clock = new VirtualClock();
  const log = new LogBook();
  const listen = `127.0.0.1:${await freePort()}`;
  const port = basicsStationPort(
    { name: 'stations', listen, stations: [], station: [], ...settings },
    { clock, log, random: () => 0, plan },
  );
  const end = await ear.listenTo(port);
  return { ear, clock, log, listen, end, url: `${settings.certFile === undefined ? 'ws' : 'wss'}://${listen}` };
}

/** A station's end of a connection. */
class Station {
  readonly received: string[] = [];
  pings = 0;
  isClosed = false;
  readonly socket: WebSocket;
  readonly #ear: RadioEar;

  private constructor(socket: WebSocket, ear: RadioEar) {
    this.socket = socket;
    this.#ear = ear;
    socket.on('message', (data) => this.received.push(String(data)));
    socket.on('ping', () => {
      this.pings++;
    });
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.on('error', () => {});
    onTestFinished(() => socket.terminate());
  }

  /** Rejects with what the server says where it does not let it in. */
  static open(url: string, ear: RadioEar, options: ClientOptions = {}): Promise<Station> {
    const socket = new WebSocket(url, options);
    const station = new Station(socket, ear);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(station));
      socket.once('error', reject);
    });
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async answer(index: number): Promise<string> {
    await this.#ear.until(() => this.received.length > index);
    return this.received[index] ?? '';
  }

  async closed(): Promise<void> {
    await this.#ear.until(() => this.isClosed);
  }
}

const lora = (spreadingFactor: 7 | 10) => ({ kind: 'lora', spreadingFactor, bandwidthHz: 125_000 }) as const;
const reply: Reply = {
  bytes: Uint8Array.of(0x60, 0x01),
  devEui: '70b3d57ed0001a2b',
  delayMs: 1_000,
  rx1: sendWindow({ frequencyHz: 923_200_000, modulation: lora(10) }),
  rx2: sendWindow({ frequencyHz: 923_200_000, modulation: lora(10) }),
};

test('connections that say nothing keep out no station, and have seconds', async () => {
  const { ear, url, listen, clock } = await running();
  const [host, port] = listen.split(':');
  const silent: Socket[] = [];
  let gone = 0;
  for (let n = 0; n < 3 * maxAtDoor; n++) {
    const socket = createConnection({ host, port: Number(port) });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => gone++);
    silent.push(socket);
    await once(socket, 'connect');
  }
  const station = await Station.open(`${url}/router-${eui}`, ear);
  await ear.until(() => gone >= 2 * maxAtDoor);
  await clock.advance(20_000);
  await ear.until(() => gone === silent.length);
  station.send({ msgtype: 'version' });
  await station.answer(0);
  expect(station.isClosed).toBe(false);
});

test('a station that asks is told to connect at the host it came by, and is configured there', async () => {
  const { ear, url } = await running();
  const asking = await Station.open(`${url}/router-info`, ear, { headers: { host: 'lns.city.example:3001' } });
  asking.send({ router: 'b827:ebff:fe12:3456' });
  expect(JSON.parse(await asking.answer(0))).toEqual({
    router: 'b827:ebff:fe12:3456',
    muxs: '::0',
    uri: `ws://lns.city.example:3001/router-${eui}`,
  });
  await asking.closed();

  const station = await Station.open(`${url}/router-${eui}`, ear);
  station.send({
    msgtype: 'version',
    station: '2.0.6',
    firmware: '',
    package: '',
    model: 'corecell',
    protocol: 2,
    features: '',
  });
  const config = JSON.parse(await station.answer(0));
  expect(config).toMatchObject({
    msgtype: 'router_config',
    region: 'AS923JP',
    hwspec: 'sx1301/1',
    freq_range: [920_600_000, 923_500_000],
  });
  expect(ear.signs.map((sign) => sign.station)).toEqual([eui]);
});

test('a station that came by a host without a port is given the port of the scheme, which it needs', async () => {
  const { ear, url } = await running();
  const asking = await Station.open(`${url}/router-info`, ear, { headers: { host: 'lns.city.example' } });
  asking.send({ router: '::1' });
  expect(JSON.parse(await asking.answer(0)).uri).toBe('ws://lns.city.example:80/router-0000000000000001');
});

test('a data frame comes out with its signal, its channel and the time of the station', async () => {
  const { ear, url, clock } = await running();
  const station = await Station.open(`${url}/router-${eui}`, ear);
  station.send(updf);
  const { bytes, reply: _, delivered: __, ...rest } = await ear.reception(0);
  expect(Buffer.from(bytes).toString('hex')).toBe(phyPayload);
  expect(rest).toEqual({
    station: eui,
    frequencyHz: 923_200_000,
    modulation: lora(10), // RP002-1.0.4, AS923: DR2
    rssi: -93,
    snr: -7.5,
    at: clock.moment(),
    heardAt: clock.moment().monotonic,
    // 1,400,000,000.123 s after 6 January 1980, less 18 leap seconds.
    receivedAt: Date.parse('2024-05-17T16:53:02.123Z'),
  });
});

test('an answer goes down with the times of the uplink to the last digit, and is sent when the station says so', async () => {
  const { ear, url } = await running();
  const station = await Station.open(`${url}/router-${eui}`, ear);
  station.send(updf);
  const sent = (await ear.reception(0)).reply(reply);
  const text = await station.answer(0);
  const message = JSON.parse(text);
  expect(message).toMatchObject({
    msgtype: 'dnmsg',
    DevEui: '70-B3-D5-7E-D0-00-1A-2B',
    dC: 0,
    pdu: '6001',
    RxDelay: 1,
    RX1DR: 2,
    RX1Freq: 923_200_000,
    RX2DR: 2,
    RX2Freq: 923_200_000,
  });
  expect(text).toContain(`"xtime":${xtime},"rctx":9007199254740993`);
  station.send({
    msgtype: 'dntxed',
    diid: message.diid,
    DevEui: message.DevEui,
    rctx: 0,
    xtime: 1,
    txtime: 1.5,
    gpstime: 0,
  });
  expect(await sent).toEqual({ outcome: 'sent' });
});

test('an answer that a station is silent about, which confirms others, counts as not sent 2 s after its last window', async () => {
  const { ear, url, clock } = await running();
  const station = await Station.open(`${url}/router-${eui}`, ear);
  station.send('{"msgtype":"dntxed","diid":0}');
  station.send(updf);
  const { rx1: _, ...onlyRx2 } = reply;
  let result: unknown;
  void (await ear.reception(0)).reply(onlyRx2).then((sent) => {
    result = sent;
  });
  expect(JSON.parse(await station.answer(0))).not.toHaveProperty('RX1Freq');
  await clock.advance(1_000 + 1_000 + 2_000); // RX2 opens after two seconds, and the frame itself takes its time
  expect(result).toBeUndefined();
  await clock.advance(1_000);
  expect(result).toMatchObject({ outcome: 'not-sent', why: { en: 'the station did not confirm that it sent it' } });
});

test('after the last window nothing is sent any more', async () => {
  const { ear, url, clock } = await running();
  const station = await Station.open(`${url}/router-${eui}`, ear);
  station.send(updf);
  const reception = await ear.reception(0);
  await clock.advance(2_000);
  expect(await reception.reply(reply)).toMatchObject({ outcome: 'not-sent', why: { en: 'it is too late' } });
  expect(station.received).toEqual([]);
});

test('whether a station sends that never confirms anything is unknown', async () => {
  const { ear, url, clock } = await running();
  const station = await Station.open(`${url}/router-${eui}`, ear);
  station.send(updf);
  const sent = (await ear.reception(0)).reply(reply);
  await station.answer(0);
  await clock.advance(10_000);
  expect(await sent).toMatchObject({ outcome: 'unknown' });
});

test.each([
  ['RX1', 1_000_123n, [1, 0]],
  ['RX2', 2_000_045n, [0, 1]],
])('the air time of the window is booked that the station has used: %s', async (_, afterUs, booked) => {
  const { ear, url } = await running();
  const station = await Station.open(`${url}/router-${eui}`, ear);
  station.send(updf);
  const rx1 = sendWindow({ frequencyHz: 923_200_000, modulation: lora(10) });
  const rx2 = sendWindow({ frequencyHz: 923_200_000, modulation: lora(10) });
  const sent = (await ear.reception(0)).reply({ ...reply, rx1, rx2 });
  const { diid } = JSON.parse(await station.answer(0));
  expect([rx1.bookings, rx2.bookings]).toEqual([1, 1]);
  station.send(`{"msgtype":"dntxed","diid":${diid},"xtime":${BigInt(xtime) + afterUs}}`);
  await sent;
  expect([rx1.bookings, rx2.bookings]).toEqual(booked);
});

test('whether a station that goes has sent what it was given is unknown at once', async () => {
  const { ear, url } = await running();
  const station = await Station.open(`${url}/router-${eui}`, ear);
  station.send(updf);
  const reception = await ear.reception(0);
  const sent = reception.reply(reply);
  await station.answer(0);
  station.socket.terminate();
  expect(await sent).toMatchObject({ outcome: 'unknown' });
  expect(await reception.reply(reply)).toMatchObject({ outcome: 'not-sent', why: { en: 'the station is gone' } });
});

test('a station that asks the time is told it while the clock is set, and not otherwise', async () => {
  const { ear, url, clock } = await running();
  const station = await Station.open(`${url}/router-${eui}`, ear);
  clock.synchronised = false;
  station.send('{"msgtype":"timesync","txtime":9007199254740993}');
  await ear.until(() => ear.signs.length === 1);
  clock.synchronised = true;
  station.send('{"msgtype":"timesync","txtime":9007199254740995}');
  const gpstime = (Date.parse('2026-01-15T03:00:00Z') - Date.UTC(1980, 0, 6) + 18_000) * 1000;
  expect(await station.answer(0)).toBe(`{"msgtype":"timesync","gpstime":${gpstime},"txtime":9007199254740995}`);
});

test('garbage is counted, what is only unknown is not, and the station stays connected', async () => {
  const { ear, url } = await running();
  const station = await Station.open(`${url}/router-${eui}`, ear);
  for (const text of [
    '',
    'hello',
    '[]',
    '{"msgtype":"updf","MHdr":64}',
    '{"msgtype":"rejoin"}',
    updf.replace('"DR":2', '"DR":9'),
  ]) {
    station.send(text);
  }
  station.socket.send(Buffer.from([1, 2, 3]));
  station.send(updf);
  await ear.reception(0);
  expect(ear.codes).toEqual([
    'unknown-format',
    'unknown-format',
    'unknown-format',
    'malformed',
    'malformed',
    'unknown-format',
  ]);
});

test('a message beyond the bound is counted, and its station has to come again', async () => {
  const { ear, url } = await running();
  const station = await Station.open(`${url}/router-${eui}`, ear);
  station.send('x'.repeat(16_385));
  await station.closed();
  expect(ear.codes).toEqual(['too-long']);
  const again = await Station.open(`${url}/router-${eui}`, ear);
  again.send(updf);
  await ear.reception(0);
});

test('a station that connects again takes the place of its old connection', async () => {
  const { ear, url } = await running();
  const first = await Station.open(`${url}/router-${eui}`, ear);
  first.send(updf);
  await ear.reception(0);
  const second = await Station.open(`${url}/router-${eui.toUpperCase()}`, ear);
  await first.closed();
  second.send(updf);
  const sent = (await ear.reception(1)).reply(reply);
  const { diid } = JSON.parse(await second.answer(0));
  second.send({ msgtype: 'dntxed', diid });
  expect(await sent).toEqual({ outcome: 'sent' });
});

test('a station that does not answer a ping is let go, one that does stays', async () => {
  const { ear, url, clock } = await running();
  const silent = await Station.open(`${url}/router-0000000000000001`, ear, { autoPong: false });
  const lively = await Station.open(`${url}/router-${eui}`, ear);
  await clock.advance(30_000);
  await ear.until(() => silent.pings === 1 && ear.signs.some(({ station }) => station === eui));
  await clock.advance(30_000);
  await silent.closed();
  await ear.until(() => lively.pings === 2);
  expect(lively.isClosed).toBe(false);
});

test('only the stations that are named are let in, and the others are counted', async () => {
  const { ear, url } = await running({ stations: [eui] });
  await expect(Station.open(`${url}/router-0000000000000001`, ear)).rejects.toThrow('403');
  await expect(Station.open(`${url}/`, ear)).rejects.toThrow('404');
  const asking = await Station.open(`${url}/router-info`, ear);
  asking.send({ router: '::1' });
  expect(JSON.parse(await asking.answer(0))).toMatchObject({ router: '0:0:0:1', error: expect.any(String) });
  await asking.closed();
  await Station.open(`${url}/router-${eui}`, ear);
  expect(ear.codes).toEqual(['unknown-address', 'unknown-address', 'unknown-address']);
});

test('invented EUIs drive out one another, never a station that delivered', async () => {
  const { ear, url } = await running();
  const honest = await Station.open(`${url}/router-${eui}`, ear);
  honest.send(updf);
  (await ear.reception(0)).delivered();
  const invented: Station[] = [];
  for (let n = 0; n <= maxStations; n++) {
    invented.push(await Station.open(`${url}/router-${n.toString(16).padStart(16, '0')}`, ear));
  }
  await invented[0]?.closed();
  await invented[1]?.closed();
  expect(ear.forgottenStations).toEqual(['0000000000000000', '0000000000000001']);
  expect(invented.filter(({ isClosed }) => isClosed)).toHaveLength(2);
  honest.send(updf);
  await ear.reception(1);
});

test('without the token nobody gets in, neither to ask nor to connect', async () => {
  const tokenFile = join(temporaryFolder(), 'token');
  writeFileSync(tokenFile, 'himitsu-no-token\n', { mode: 0o600 });
  const { ear, url } = await running({ tokenFile });
  const wrongs: Record<string, string>[] = [
    {},
    { authorization: 'Bearer himitsu' },
    { authorization: 'Bearer himitsu-no-token2' },
  ];
  for (const headers of wrongs) {
    await expect(Station.open(`${url}/router-info`, ear, { headers })).rejects.toThrow('401');
    await expect(Station.open(`${url}/router-${eui}`, ear, { headers })).rejects.toThrow('401');
  }
  expect(ear.codes).toEqual(wrongs.flatMap(() => ['unknown-address', 'unknown-address']));
  await Station.open(`${url}/router-info`, ear, { headers: { authorization: 'Bearer himitsu-no-token' } });
  await Station.open(`${url}/router-${eui}`, ear, { headers: { authorization: 'himitsu-no-token' } });
});

test('a token of its own lets in this station only, and the shared one does not', async () => {
  const folder = temporaryFolder();
  const fileWith = (token: string) => {
    writeFileSync(join(folder, token), token, { mode: 0o600 });
    return join(folder, token);
  };
  const other = 'b827ebfffe000002';
  const third = 'b827ebfffe000003';
  const station = [
    { eui, tokenFile: fileWith('first') },
    { eui: other, tokenFile: fileWith('second') },
  ];
  const come = (url: string, ear: RadioEar, at: string, authorization: string) =>
    Station.open(`${url}/${at}`, ear, { headers: { authorization } });

  const { ear, url } = await running({ station, tokenFile: fileWith('shared') });
  for (const [at, token] of [
    [eui, 'second'],
    [eui, 'shared'],
    [other, 'first'],
    [third, 'first'],
  ] as const) {
    await expect(come(url, ear, `router-${at}`, token)).rejects.toThrow('401');
  }
  await expect(come(url, ear, 'router-info', 'fourth')).rejects.toThrow('401');
  for (const token of ['first', 'second', 'shared']) await come(url, ear, 'router-info', token);
  await come(url, ear, `router-${eui}`, 'first');
  await come(url, ear, `router-${other}`, 'Bearer second');
  await come(url, ear, `router-${third}`, 'shared');

  const closed = await running({ station });
  await expect(come(closed.url, closed.ear, `router-${third}`, 'first')).rejects.toThrow('401');
  await come(closed.url, closed.ear, `router-${eui}`, 'first');
});

test('a port whose address is taken says so, and stops when it is told to', async () => {
  const { ear, listen, end } = await running();
  const other = new RadioEar();
  const clock = new VirtualClock();
  const port = basicsStationPort(
    { name: 'second', listen, stations: [], station: [] },
    { clock, log: new LogBook(), random: () => 0, plan },
  );
  const stop = new AbortController();
  const run = port.run(other, stop.signal);
  await other.until(() => other.whys.some((why) => why.includes('EADDRINUSE')));
  await end();
  await clock.advance(30_000);
  await other.until(() => other.opens === 1);
  stop.abort();
  await run;
  expect(ear.whys).toEqual([]);
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

test.skipIf(!hasOpenssl && process.env.CI !== 'true')(
  'over TLS a station needs a certificate where an authority is given',
  async () => {
    const { server, caFile, certFile, keyFile } = certificates(temporaryFolder());
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'server.pem'), server.cert);
    writeFileSync(join(folder, 'server.key'), server.key, { mode: 0o600 });
    const { ear, url, clock } = await running({
      certFile: join(folder, 'server.pem'),
      keyFile: join(folder, 'server.key'),
      caFile,
    });
    const ca = readFileSync(caFile);
    await expect(Station.open(`${url}/router-info`, ear, { ca })).rejects.toThrow();
    expect(ear.codes).toContain('unknown-address');
    const own = { ca, cert: readFileSync(certFile), key: readFileSync(keyFile) };
    const asking = await Station.open(`${url}/router-info`, ear, own);
    asking.send({ router: '::1' });
    expect(JSON.parse(await asking.answer(0)).uri).toBe(`${url}/router-0000000000000001`);
    const station = await Station.open(`${url}/router-${eui}`, ear, own);
    station.send(updf);
    await ear.reception(0);
    await clock.advance(20_000); // it was let in, so the door's time does not end it
    station.send(updf);
    await ear.reception(1);
  },
);
