import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { show } from '../../../gateway/cli/status.ts';
import { CodecRunner } from '../../../gateway/codecs/runner.ts';
import { answer } from '../../../gateway/control/actions.ts';
import { Forwarder } from '../../../gateway/destinations/forwarder.ts';
import { type DeviceEntry, DeviceTable, policyOf } from '../../../gateway/intake/device-table.ts';
import type { IntakeOptions } from '../../../gateway/intake/intake.ts';
import { Silence } from '../../../gateway/intake/silence.ts';
import { Network } from '../../../gateway/lorawan/network.ts';
import { Register } from '../../../gateway/lorawan/register.ts';
import { Credentials } from '../../../gateway/status/credentials.ts';
import { formatMetrics } from '../../../gateway/status/metrics.ts';
import { serveStatus } from '../../../gateway/status/server.ts';
import type { StatusSources } from '../../../gateway/status/sources.ts';
import { readStatus } from '../../../gateway/status/status.ts';
import { foreign } from '../../../shared/text.ts';
import { AT, level, levels, stored, takeAll } from '../buffer/buffer-rig.ts';
import { entry, IntakeRig } from '../intake/intake-rig.ts';
import { lorawanConfig } from '../lorawan/lorawan-config.ts';
import { certificates } from '../net/certificates.ts';
import { freePort } from '../net/free-port.ts';

/** A gateway with one port, one device and one destination, all well. */
function sources(device01: Partial<DeviceEntry> = {}, options: Partial<IntakeOptions> = {}) {
  const rig = new IntakeRig(options);
  const destination = {
    name: 'city',
    windowBytes: 1e6,
    reconnectWithinMs: 0,
    window: 4,
    open: () => Promise.reject(new Error('not in this test')),
  };
  const forwarder = new Forwarder({
    destination,
    buffer: rig.buffer,
    clock: rig.clock,
    log: rig.rig.log,
    random: () => 0,
  });
  forwarder.stats.state = 'connected';
  forwarder.stats.why = undefined;
  const port = rig.activity.addPort('river', '/dev/ttyUSB0');
  port.state = 'open';
  port.why = undefined;
  const device = rig.activity.addDevice('gauge-01', 'line', 'river');
  const config = lorawanConfig(rig.rig.folder);
  const devices = new DeviceTable(config, [entry('gauge-01', device01)]);
  const silence = new Silence({ devices, intake: rig.intake, clock: rig.clock });
  const register = Register.open(config);
  const from: StatusSources = {
    gateway: 'gateway-01',
    tenant: 'kakogawa',
    version: '0.1.0',
    startedAt: AT,
    usage: () => ({ cpuSeconds: 1.25, residentBytes: 8e7, heapBytes: 1e7 }),
    clock: rig.clock,
    credentials: new Credentials(config),
    activity: rig.activity,
    intake: rig.intake,
    devices,
    silence,
    buffer: rig.buffer,
    forwarders: [forwarder],
    register,
    network: new Network({
      config,
      register,
      intake: rig.intake,
      clock: rig.clock,
      log: rig.rig.log,
      codecs: new CodecRunner({ clock: rig.clock, log: rig.rig.log }),
      random: () => 0,
    }),
  };
  return { rig, from, port, device, forwarder, silence };
}

test('a gateway on which all is well is healthy, and says what came', () => {
  const { from, port, device } = sources();
  Object.assign(port, { bytes: 1_000, frames: 20, readings: 20, lastBytesAt: AT });
  Object.assign(device, { readings: 20, last: level(1), lastAt: AT });
  expect(readStatus(from)).toMatchObject({
    healthy: true,
    problems: [],
    startedAt: '2026-01-15T03:00:00.000Z',
    ports: { river: { state: 'open', bytes: 1_000 } },
    devices: { 'gauge-01': { readings: 20, last: level(1) } },
    buffer: { open: 0, held: 0 },
    destinations: { city: { state: 'connected' } },
  });
});

test('what is wrong is said in a sentence each, in both languages, with what to do', () => {
  const { from, port, forwarder } = sources();
  Object.assign(forwarder.stats, { state: 'disconnected', why: foreign('ECONNREFUSED') });
  Object.assign(port, { state: 'closed', why: foreign('No such file or directory') });
  const { healthy, problems } = readStatus({
    ...from,
    clock: { ...from.clock, moment: () => ({ wall: 0, monotonic: 0, synchronised: false }) },
  });
  expect(healthy).toBe(false);
  expect(problems.map(({ en }) => en)).toEqual([
    'Destination city is not connected (ECONNREFUSED); readings are kept in the buffer',
    'Port river (/dev/ttyUSB0) is closed (No such file or directory); plug the device in or check the path',
    'The clock has not been set; readings wait for it',
  ]);
  for (const { ja } of problems) expect(ja).toMatch(/[ぁ-ん]/);
});

test('registered devices that the configuration does not fit any more are a problem, and the first is named', () => {
  const { from } = sources();
  const misfits = [{ id: 'soil-07', why: foreign('there is no profile "soil"') }];
  const { problems, healthy } = readStatus({
    ...from,
    register: Object.defineProperty(from.register, 'misfits', { value: misfits }),
  });
  expect(healthy).toBe(false);
  expect(problems.map(({ en }) => en)).toEqual([
    expect.stringContaining(
      '1 registered device no longer fits the configuration (soil-07: there is no profile "soil")',
    ),
  ]);
});

test('a port that hears bytes but no frame is told apart from one that hears nothing', () => {
  const { from, port } = sources();
  port.bytes = 499;
  expect(readStatus(from).healthy).toBe(true);
  port.bytes = 500;
  expect(readStatus(from).problems[0]?.en).toContain('check the baud rate');
  port.frames = 1;
  expect(readStatus(from).healthy).toBe(true);
});

test('a port on which rubbish follows rubbish says so with the last of it, until a reading comes', () => {
  const { from, port } = sources();
  Object.assign(port, { bytes: 4_000, frames: 40, rubbishInARow: 19, lastRubbish: 'malformed: battery is missing' });
  expect(readStatus(from).healthy).toBe(true);
  port.rubbishInARow = 20;
  expect(readStatus(from).problems[0]?.en).toContain('nothing but rubbish (the last: malformed: battery is missing)');
  port.rubbishInARow = 0;
  expect(readStatus(from).healthy).toBe(true);
});

test('a destination that is connected but sends no receipts is not well', () => {
  const { from, forwarder } = sources();
  Object.assign(forwarder.stats, { unanswered: 1, whyUnanswered: foreign('no receipt came in time') });
  expect(readStatus(from).problems[0]?.en).toContain('sends no receipts (no receipt came in time)');
});

test('a buffer that cannot be written or is nearly full, or whose disk is, is said first', () => {
  const { from, port } = sources();
  port.state = 'closed';
  const stats = from.buffer.stats();
  const withBuffer = (change: Partial<typeof stats>) =>
    readStatus({
      ...from,
      buffer: { oldestWaitingMs: () => undefined, stats: () => ({ ...stats, ...change }) } as never,
    }); // only its figures are read
  expect(withBuffer({ fault: 'SQLITE_FULL' }).problems[0]?.en).toContain('cannot be written (SQLITE_FULL)');
  expect(withBuffer({ isDiskShort: true }).problems[0]?.en).toContain('The disk of the buffer');
  const nearlyFull = withBuffer({ usedBytes: 45_100_000, maxBytes: 50_000_000 }).problems[0];
  expect(nearlyFull?.en).toContain('The buffer is nearly full (45 of 50 MB)');
  expect(nearlyFull?.ja).toContain('50 MB中45 MB');
});

test('the metrics are Prometheus text, line by line', async () => {
  const { rig, from, port, device } = sources();
  Object.assign(port, { bytes: 1_000, frames: 20, readings: 20, rubbish: 2, lastBytesAt: AT });
  port.rubbishByCode.set('bad-checksum', 2);
  Object.assign(device, { readings: 20, lastAt: AT });
  await rig.rig.put(rig.buffer, levels(1, 3));
  const lines = formatMetrics(from).split('\n');
  expect(lines.pop()).toBe(''); // the last line ends too
  const types = new Map<string, string>();
  for (const line of lines) {
    const [, name, type] = /^# TYPE (\S+) (gauge|counter)$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) {
      expect(types.has(name)).toBe(false);
      types.set(name, type);
    } else if (!line.startsWith('# HELP ')) {
      const sample = /^([a-z_]+)(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? -?\d+(\.\d+)?$/.exec(line);
      expect(sample, line).not.toBeNull();
      expect(types.has(sample?.[1] ?? ''), line).toBe(true);
    }
  }
  for (const [name, type] of types) {
    expect(name).toMatch(/^(machimori|process)_/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
  }
  expect(lines).toContain('machimori_build_info{version="0.1.0",gateway="gateway-01"} 1');
  expect(lines).toContain('machimori_healthy 1');
  expect(lines).toContain('machimori_buffer_disk_short 0');
  expect(lines).toContain('machimori_destination_oldest_waiting_seconds{destination="city"} 0');
  expect(lines).toContain('process_cpu_seconds_total 1.25');
  expect(lines).toContain('machimori_port_received_bytes_total{port="river"} 1000');
  expect(lines).toContain('machimori_port_rubbish_total{port="river",code="bad-checksum"} 2');
  expect(lines).toContain('machimori_device_last_reading_timestamp_seconds{device="gauge-01"} 1768446000');
  expect(lines).toContain('machimori_destination_waiting_batches{destination="city",lane="routine"} 3');
  expect(lines).toContain('machimori_buffer_appended_readings_total 3');
});

async function served() {
  const all = sources();
  const address = `127.0.0.1:${await freePort()}`;
  const stop = new AbortController();
  const serving = serveStatus(address, all.from, all.rig.rig.log, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await serving;
  });
  const get = (path: string, init?: RequestInit) => fetch(`http://${address}${path}`, init);
  await vi.waitFor(() => get('/healthz'), { timeout: 10_000, interval: 5 });
  return { ...all, get, address };
}

test('/healthz answers 200 when all is well and 503 when it is not, both with the status', async () => {
  const { get, port, rig } = await served();
  const well = await get('/healthz');
  expect(well.status).toBe(200);
  expect(await well.json()).toMatchObject({ gateway: 'gateway-01', healthy: true });
  port.state = 'closed';
  await rig.clock.advance(500); // an answer stands for so long
  const ill = await get('/healthz?verbose');
  expect(ill.status).toBe(503);
  expect(await ill.json()).toMatchObject({ healthy: false, problems: [{ en: expect.stringContaining('river') }] });
});

test('/metrics answers Prometheus text, and anything else is 404', async () => {
  const { get, from } = await served();
  const metrics = await get('/metrics');
  expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await metrics.text()).toBe(formatMetrics(from));
  expect((await get('/')).status).toBe(404);
  expect((await get('/metrics', { method: 'POST' })).status).toBe(404);
});

test.each([
  ['127.0.0.1:9464', 200],
  ['localhost', 200],
  ['[::1]:9464', 200],
  ['evil.example', 403],
  ['127.0.0.1.evil.example:9464', 403],
])('a web page whose own name (%j) leads here may not read the status: %i', async (host, expected) => {
  const { address } = await served();
  const [name, port] = address.split(':');
  const asked = request({ host: name, port, path: '/healthz', headers: { host } });
  asked.end();
  const [response] = await once(asked, 'response');
  response.resume();
  expect(response.statusCode).toBe(expected);
});

test('a status port that is taken is said, and the gateway goes on', async () => {
  const { rig, from } = sources();
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => {
    other.close();
  });
  await vi.waitFor(() => expect(other.listening).toBe(true));
  await serveStatus(`127.0.0.1:${port}`, from, rig.rig.log, new AbortController().signal);
  expect(rig.rig.log.at('warn')[0]?.fields.fault).toContain('EADDRINUSE');
});

test('a label is escaped as the exposition format asks', () => {
  const { from, rig } = sources();
  rig.activity.addPort('a"b\\c\n\u001b', '/dev/null');
  expect(formatMetrics(from)).toContain('machimori_port_open{port="a\\"b\\\\c \ufffd"} 0\n');
});

test('that a client was turned away is a problem for an hour, and so are more stations than fit', async () => {
  const { from, port } = sources();
  Object.assign(port, {
    turnedAway: 2,
    lastTurnedAwayAt: AT - 3_600_000,
    lastTurnedAway: foreign('the user a may not'),
  });
  Object.assign(port, { lastForgottenAt: AT - 3_600_000 });
  expect(readStatus(from).problems.map(({ code }) => code)).toEqual(['status.turned-away', 'status.too-many-stations']);
  expect(readStatus(from).problems[0]?.en).toContain('(2 times since the start; the last: the user a may not)');
  Object.assign(port, { lastTurnedAwayAt: AT - 3_600_001, lastForgottenAt: AT - 3_600_001 });
  expect(readStatus(from).healthy).toBe(true);
});

test('a connection brings one request, so that a pipeline is not worked off, and an answer stands for a while', async () => {
  const { address, get, rig, port } = await served();
  const before = await (await get('/metrics')).text();
  port.bytes += 1_000;
  expect(await (await get('/metrics')).text()).toBe(before);
  await rig.clock.advance(500);
  expect(await (await get('/metrics')).text()).not.toBe(before);
  const [host, number] = address.split(':');
  const socket = createConnection({ host, port: Number(number) });
  let answer = '';
  socket.on('data', (text: Buffer) => {
    answer += text;
  });
  socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(100));
  await once(socket, 'close');
  expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
});

test('devices that are silent or have never reported are named, ten at most, and counted by state', async () => {
  const { rig, from, silence } = sources({ expectEveryMs: 600_000 });
  silence.heard('gauge-01', rig.clock.moment().monotonic);
  await rig.clock.advance(660_000);
  await Promise.all([silence.sweep(), rig.clock.advance(10)]);
  expect(readStatus(from).problems.map(({ en }) => en)).toEqual([
    'Device gauge-01 has been silent for 11 min (expected within 10 min); check its power, cable, battery and range. Planned work: machimori maintenance',
  ]);
  expect(readStatus(from).devices['gauge-01']).toMatchObject({ state: 'silent', alarms: ['silent'] });
  expect(formatMetrics(from)).toContain('machimori_devices{state="silent"} 1\n');
  expect(formatMetrics(from)).toContain('machimori_alarms_standing 1\n');
  const never = [...Array(12).keys()].map(
    (n) => [`soil-${n}`, { state: 'silent', quietMs: 7_200_000, expectedMs: 3_600_000, hasReported: false }] as const,
  );
  const { problems } = readStatus({ ...from, silence: { silent: () => never, of: () => undefined } as never });
  expect(problems).toHaveLength(11);
  expect(problems[0]?.en).toMatch(/^Device soil-0 has not reported since .*, 2 h ago \(expected within 60 min\)/);
  expect(problems[10]?.en).toMatch(/^2 more like these; machimori status --json/);
});

test('a unit that does not answer is named as that after two polls, and not as rubbish', async () => {
  const { rig, from, port } = sources();
  const rubbish = [
    {
      code: 'no-answer' as const,
      bytes: new Uint8Array(0),
      device: 'gauge-01',
      detail: foreign('unit 9 gives no answer'),
    },
  ];
  const origin = { port, at: rig.clock.moment(), ownTime: false, awaited: true };
  for (let poll = 0; poll < 30; poll++) await rig.intake.take({ rubbish }, origin);
  expect(readStatus(from).problems.map(({ en }) => en)).toEqual([
    'Device gauge-01 does not answer (no-answer: unit 9 gives no answer); check its power, wiring and address',
  ]);
  await Promise.all([rig.intake.take({ readings: [level(1)] }, origin), rig.clock.advance(10)]);
  expect(readStatus(from).healthy).toBe(true);
});

test('a codec that fails at every uplink is a problem, although its payloads are kept', async () => {
  const { rig, from, port } = sources();
  const undecoded = { ...level(1), kind: 'measurement', values: { payload: '00' }, quality: 'undecoded' } as const;
  const rubbish = [
    { code: 'codec-fault' as const, bytes: new Uint8Array(1), device: 'gauge-01', detail: foreign('x is not defined') },
  ];
  const origin = { port, at: rig.clock.moment(), ownTime: false, awaited: true };
  for (let n = 0; n < 2; n++) {
    expect(readStatus(from).healthy).toBe(true);
    await Promise.all([rig.intake.take({ rubbish, readings: [undecoded] }, origin), rig.clock.advance(10)]);
  }
  expect(readStatus(from).problems[0]?.en).toContain('cannot be decoded (codec-fault: x is not defined)');
  await Promise.all([rig.intake.take({ readings: [level(1)] }, origin), rig.clock.advance(10)]);
  expect(readStatus(from).healthy).toBe(true);
});

test('what a device says of itself does not take the place of what it last observed, and values have their units', async () => {
  const { rig, from, port } = sources();
  const origin = { port, at: rig.clock.moment(), ownTime: false, awaited: true };
  const margin = { device: 'gauge-01', kind: 'status', observedAt: AT + 5, values: { margin: 12 } } as const;
  await Promise.all([rig.intake.take({ readings: [margin] }, origin), rig.clock.advance(10)]);
  expect(readStatus(from).devices['gauge-01']).toMatchObject({ last: margin, units: {} });
  await Promise.all([rig.intake.take({ readings: [level(1), margin] }, origin), rig.clock.advance(10)]);
  expect(readStatus(from).devices['gauge-01']).toMatchObject({ last: level(1), units: { level: 'm' }, readings: 3 });
});

test('maintenance is asked for through the control socket, for one device or all', async () => {
  const { rig, from } = sources();
  const ask = async (parameters: unknown) => {
    const answering = answer('maintain', parameters, { ...from, status: from });
    const [pieces] = await Promise.all([answering, rig.clock.advance(2_000)]);
    return JSON.parse(Buffer.concat([...pieces]).toString('utf8'));
  };
  const until = AT + 3_600_000;
  expect(await ask({ device: 'gauge-01', until })).toEqual({ devices: 1 });
  expect(readStatus(from).devices['gauge-01']).toMatchObject({ state: 'maintenance', maintenanceUntil: until });
  expect(await ask({ until: 0 })).toEqual({ devices: 1 });
  expect(readStatus(from).devices['gauge-01']?.state).toBe('waiting');
  await expect(ask({ device: 'gauge-1', until })).rejects.toMatchObject({ code: 'no-device', on: 'gauge-1' });
});

test('refused readings are a problem with their count and what to do, until somebody has decided', async () => {
  const { rig, from } = sources();
  await rig.rig.put(rig.buffer, levels(1, 2));
  const [first] = takeAll(rig.buffer);
  if (first === undefined) throw new Error('nothing was sealed');
  rig.buffer.settle('city', first, { ...stored(first), refused: [{ index: 0, reason: 'out of area' }] });
  expect(from.buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 1, urgent: 0 }, refused: 1 });
  await rig.clock.advance(10_000);
  expect(from.buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 1, urgent: 0 }, refused: 1 });
  expect(readStatus(from).problems.map(({ en }) => en)).toEqual([
    expect.stringMatching(
      /^Destination city refused 1 reading \(out of area\); it waits here\. .*refused retry.*refused drop$/,
    ),
  ]);
  rig.buffer.dropRefused();
  expect(readStatus(from).healthy).toBe(true);
});

test('a batch without a receipt for ten minutes is a problem while others get theirs, and its age is a metric', async () => {
  const { rig, from } = sources();
  await rig.rig.put(rig.buffer, levels(1, 1));
  const [swallowed] = takeAll(rig.buffer);
  await rig.clock.advance(601_000);
  await rig.rig.put(rig.buffer, levels(2, 2));
  for (const fresh of takeAll(rig.buffer)) rig.buffer.settle('city', fresh, stored(fresh));
  expect(formatMetrics(from)).toMatch(/oldest_waiting_seconds\{destination="city"\} 60[01]/);
  expect(readStatus(from).problems.map(({ en }) => en)).toEqual([
    expect.stringContaining('its oldest batch has waited for 10 min without a receipt (1 waits)'),
  ]);
  if (swallowed === undefined) throw new Error('nothing was sealed');
  rig.buffer.settle('city', swallowed, stored(swallowed));
  expect(readStatus(from).healthy).toBe(true); // at once, not with the next commit
  expect(formatMetrics(from)).toContain('machimori_healthy 1\n');
});

test('on a small terminal the verdict is said once more at the end, with the alarms that stand and their values', async () => {
  const { rig, from } = sources({ units: { level: 'm', humidity: '%RH' } });
  const device = from.activity.devices.get('gauge-01');
  const last = { ...level(1), values: { level: 5.2, humidity: 40 }, quality: 'uncertain' } as const;
  Object.assign(device ?? {}, { last, lastAt: AT, readings: 1 });
  const memory = { policy: { last: {}, raised: ['氾濫危険水位'] } };
  await Promise.all([
    rig.intake.tell([], new Map([['gauge-01', memory]]), rig.clock.moment()),
    rig.clock.advance(1_000),
  ]);
  const shown = (rows: number | undefined) => {
    const lines: string[] = [];
    const write = (text: string) => void lines.push(...text.split('\n'));
    const nobody = () => {};
    const terminal = {
      language: 'en',
      columns: 80,
      screenColumns: 80,
      rows,
      print: nobody,
      printError: nobody,
      write,
    } as const;
    show(readStatus(from), { ...terminal, writeJson: nobody, draw: () => {} });
    return lines;
  };
  const alarm = '* Alarm "氾濫危険水位" at gauge-01: level 5.2 m, humidity 40 % [uncertain]';
  expect(shown(undefined).slice(2, 5)).toEqual(['All is well.', alarm, '']);
  expect(shown(100)).toEqual(shown(undefined));
  expect(shown(10)).toEqual([...shown(undefined), '', 'All is well.', alarm]);
});

test('a battery below its limit is a problem and an alarm until it is good again, with some slack', async () => {
  const battery = policyOf([], [], { quantity: 'battery', limit: 3.3 });
  const { rig, from, port } = sources({ policy: battery }, { policies: { get: () => battery } });
  const origin = { port, at: rig.clock.moment(), ownTime: false, awaited: true };
  const codes: (string | undefined)[] = [];
  for (const volts of [3.4, 3.3, 3.45, 3.48]) {
    const reading = { ...level(1), kind: 'status', values: { battery: volts } } as const;
    await Promise.all([rig.intake.take({ readings: [reading] }, origin), rig.clock.advance(10)]);
    codes.push(readStatus(from).problems[0]?.code);
  }
  expect(codes).toEqual([undefined, 'status.battery-low', 'status.battery-low', undefined]);
});

test('each station that falls silent is named while others talk', () => {
  const { from, port } = sources();
  port.stations = new Map([
    ['0016c001ff10a235', { lastAt: AT - 180_000, frames: 1 }],
    ['0016c001ff10a236', { lastAt: AT, frames: 1 }],
  ]);
  expect(readStatus(from).problems.map(({ en }) => en)).toEqual([
    'LoRa gateway 0016c001ff10a235 has not talked to port river for 3 min; check its power and network',
  ]);
  port.stations.delete('0016c001ff10a236');
  expect(readStatus(from).problems.map(({ code }) => code)).toEqual(['status.no-station']);
});

test('a certificate or token that ends within 30 days is a problem, once the clock is set', () => {
  const { rig, from } = sources();
  const folder = rig.rig.folder;
  const { certFile, caFile } = certificates(folder); // both for two days
  const token = join(folder, 'token');
  const payload = Buffer.from(JSON.stringify({ exp: AT / 1000 + 29 * 86_400 })).toString('base64url');
  writeFileSync(token, `Bearer eyJhbGciOiJub25lIn0.${payload}.c2ln\n`);
  const settings = { certFile, caFile, keyFile: '/not/read', station: [{ tokenFile: token }] };
  const credentials = new Credentials({ ports: [{ settings }], destinations: [] } as never);
  const now = Date.now();
  expect(credentials.problems(now).map(({ code }) => code)).toEqual([
    'status.credential-ends',
    'status.credential-ends',
    ...(AT + 29 * 86_400_000 > now ? ['status.credential-ends'] : ['status.credential-ended']),
  ]);
  expect(credentials.problems(now + 3 * 86_400_000)[0]?.en).toMatch(/client\.pem ended on \d{4}-\d\d-\d\d; renew it$/);
  expect(credentials.problems(now - 40 * 86_400_000).filter(({ en }) => en.includes('.pem'))).toEqual([]);
  const clock = { ...rig.clock, moment: () => ({ wall: 0, monotonic: 0, synchronised: false }) };
  expect(readStatus({ ...from, credentials, clock: clock as never }).problems.map(({ code }) => code)).toEqual([
    'status.clock-not-set',
  ]);
});
