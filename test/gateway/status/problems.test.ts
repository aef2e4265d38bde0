import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noteClosed, noteFault, noteHeard, noteOpen } from '../../../gateway/intake/activity.ts';
import { policyOf } from '../../../gateway/intake/device-table.ts';
import { AWAITED } from '../../../gateway/net/keep-open.ts';
import { Credentials } from '../../../gateway/status/credentials.ts';
import { formatMetrics } from '../../../gateway/status/metrics.ts';
import { readStatus } from '../../../gateway/status/status.ts';
import { foreign } from '../../../shared/text.ts';
import { AT, level, levels, stored, takeAll } from '../buffer/buffer-rig.ts';
import { certificates } from '../net/certificates.ts';
import { sources } from './status-rig.ts';

test('what is wrong is said in a sentence each, in both languages, with what to do', () => {
  const { from, port, forwarder } = sources();
  Object.assign(forwarder.stats, {
    state: 'disconnected',
    why: foreign('ECONNREFUSED'),
    retry: { at: 800, isSteady: true },
  });
  Object.assign(port, { state: 'closed', why: foreign('No such file or directory') });
  const { healthy, problems } = readStatus({
    ...from,
    clock: { ...from.clock, moment: () => ({ wall: 0, monotonic: 0, synchronised: false }) },
  });
  expect(healthy).toBe(false);
  expect(problems.map(({ en }) => en)).toEqual([
    'Destination city is not connected (ECONNREFUSED); it is tried again within seconds; readings are kept in the buffer',
    'Port river (/dev/ttyUSB0) is closed (No such file or directory); check the device, its power and connection, and the settings of this port; it is being tried',
    'The clock has not been set; readings wait for it',
  ]);
  for (const { ja } of problems) expect(ja).toMatch(/[ぁ-ん]/);
});

test('an archive that cannot be followed is told of, and that nothing is lost by it', () => {
  const { from, port } = sources();
  port.fetches = true;
  noteClosed(port, foreign('the database closed the connection'));
  expect(readStatus(from).problems.map(({ en }) => en)).toContain(
    'Port river cannot follow the archive /dev/ttyUSB0 (the database closed the connection); it goes on where it was, and what is stored meanwhile comes then; it is being tried',
  );
  noteOpen(port);
  port.heldBack = foreign('what was stored waits');
  expect(readStatus(from).problems.map(({ en }) => en)).toContain(
    'Port river (/dev/ttyUSB0) is held back: what was stored waits',
  );
});

test('what was refused says when it is tried again', () => {
  const { from, forwarder } = sources();
  const at = from.clock.moment().wall;
  const disconnected = { state: 'disconnected', why: foreign('not authorized') };
  Object.assign(forwarder.stats, { ...disconnected, retry: { at: at + 34_000, isSteady: false } });
  expect(readStatus(from).problems[0]).toMatchObject({
    en: expect.stringContaining('(not authorized); the next attempt is in 34 s; readings'),
    ja: expect.stringContaining('次の試行は34秒後です'),
  });
  expect(readStatus(from).destinations.city?.retry).toEqual({ at: at + 34_000, isSteady: false });
  expect(formatMetrics(from)).toContain(
    `machimori_destination_next_attempt_timestamp_seconds{destination="city"} ${(at + 34_000) / 1000}`,
  );
  Object.assign(forwarder.stats, { ...disconnected, retry: { at: at - 1, isSteady: false } });
  expect(readStatus(from).problems[0]?.en).toContain('it is being tried');
});

test('a broker that does not take large batches is a problem, with what to do', () => {
  const { from, forwarder } = sources();
  Object.assign(forwarder.stats, { sizes: { tooLargeFrom: 40_000, sealWithin: 5_000 } });
  const [problem] = readStatus(from).problems;
  expect(problem?.en).toMatch(/did not take a batch of 40000 bytes.* within 5000 bytes.* Raise its limit/);
  expect(problem?.ja).toMatch(/40000バイトのバッチを受け付けませんでした/);
  expect(formatMetrics(from)).toContain('machimori_destination_max_batch_bytes{destination="city"} 5000');
  Object.assign(forwarder.stats, { sizes: { tooLargeFrom: undefined, sealWithin: 5_000 } }); // it announced so
  expect(readStatus(from).problems).toEqual([]);
});

test('a broker that does not take the birth is a problem, with what to do', () => {
  const { from, forwarder } = sources();
  Object.defineProperty(forwarder, 'birthLeftOut', { value: 300_000 });
  const [problem] = readStatus(from).problems;
  expect(problem?.en).toMatch(/description of its devices \(300000 bytes\).* Raise the limit .*fewer devices/);
  expect(problem?.ja).toMatch(/300000バイト.*減らしてください/);
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
  expect(readStatus(from).problems[0]?.en).toContain('what is sent gets no receipt (no receipt came in time)');
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

test('a port that waits for its device to dial in says whom it turned away meanwhile', () => {
  const { from, port } = sources();
  Object.assign(port, {
    ...{ state: 'closed', why: foreign('the device hung up') },
    ...{ turnedAway: 3, lastTurnedAwayAt: from.clock.moment().wall, lastTurnedAway: foreign('it said another name') },
  });
  const problems = readStatus(from).problems.map(({ code }) => code);
  expect(problems.slice(0, 2)).toEqual(['status.turned-away', 'status.port-closed']);
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

test('of an outside source it is told apart whether it cannot be fetched, has nothing new, or has changed', () => {
  const { from, port, device, rig } = sources();
  port.isAsked = true;
  const texts = () => readStatus(from).problems.map(({ en }) => en);
  const silent = { state: 'silent', quietMs: 7_200_000, expectedMs: 3_600_000, hasReported: true } as const;
  const watched = { ...from, silence: { silent: () => [['gauge-01', silent]], of: () => silent } as never };
  const silentTexts = () => readStatus(watched).problems.map(({ en }) => en);
  expect(texts()).toEqual([]);
  expect(silentTexts()).toEqual([
    'The source of device gauge-01 (/dev/ttyUSB0) answers, but has had nothing new for 2 h (expected within 60 min); look at the page, and ask whoever runs it. Planned work: machimori maintenance',
  ]);
  device.last = {
    device: 'gauge-01',
    kind: 'water-level',
    observedAt: Date.UTC(2026, 10, 26, 5),
    values: { level: 1 },
  };
  expect(silentTexts()[0]).toContain('has had nothing newer than 2026-11-26T05:00:00.000Z for 2 h');
  noteFault(device, 'changed-shape', foreign('the column is gone'));
  expect(silentTexts()).toEqual([
    'The source of device gauge-01 is not as its profile says (the column is gone); adapt its profile or row to the page. machimori decode web-table tries it on a saved page',
  ]);
  device.faultsInARow = 0;
  port.unusable = foreign('it is too large');
  expect(texts()).toEqual([
    'The source of port river (/dev/ttyUSB0) answers with what cannot be used: it is too large',
  ]);
  noteClosed(port, foreign('status 500'), { at: rig.clock.moment().wall + 60_000, isSteady: false });
  expect(silentTexts()).toEqual([
    'The source of port river (/dev/ttyUSB0) cannot be fetched (status 500); look at it in a browser, and check url and the network of this gateway; the next attempt is in 60 s',
    'Device gauge-01 has had nothing new for 2 h (expected within 60 min), because the source of port river cannot be fetched',
  ]);
});

test('a detector that is silent because it is deaf is told with what was done about it, until it hears again', () => {
  const { from, device } = sources();
  const silent = { state: 'silent', quietMs: 900_000, expectedMs: 600_000, hasReported: true } as const;
  const watched = { ...from, silence: { silent: () => [['gauge-01', silent]], of: () => silent } as never };
  noteFault(device, 'deaf', foreign('the controller was reset'));
  noteFault(device, 'deaf', foreign('its port is closed and opened'));
  expect(readStatus(from).healthy).toBe(true); // it still has time
  expect(readStatus(watched).problems.map(({ en }) => en)).toEqual([
    'Detector gauge-01 counts as deaf: it has not shown for 15 min that it hears (expected within 10 min); its port is closed and opened. Planned work: machimori maintenance',
  ]);
  noteHeard(from.activity, 'gauge-01');
  expect(readStatus(watched).problems.map(({ code }) => code)).toEqual(['status.silent']);
});

test('a detector that is told of as deaf again and again is no device of another type', async () => {
  const { rig, from, port } = sources();
  const origin = { port, at: rig.clock.moment(), ownTime: false, awaited: false };
  const rubbish = { code: 'deaf', bytes: new Uint8Array(0), device: 'gauge-01', detail: foreign('again') } as const;
  for (let step = 0; step < 30; step++) await rig.intake.take({ rubbish: [rubbish] }, origin);
  expect(readStatus(from).problems).toEqual([]);
  expect(port.rubbish).toBe(30);
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
  const enrolmentFile = join(folder, 'a.enrolment');
  const enrolment = { certificate: readFileSync(certFile, 'utf8'), key: 'a key', ca: readFileSync(caFile, 'utf8') };
  writeFileSync(enrolmentFile, JSON.stringify(enrolment));
  const settings = { certFile, caFile, enrolmentFile, keyFile: '/not/read', station: [{ tokenFile: token }] };
  const console = { listenCertFile: join(folder, 'server.pem'), listenKeyFile: '/not/read' };
  const credentials = new Credentials(() => ({ ports: [{ settings }], destinations: [], console }) as never);
  const now = Date.now();
  expect(credentials.problems(now).map(({ code }) => code)).toEqual([
    'status.credential-ends',
    'status.credential-ends',
    'status.credential-ends',
    ...(AT + 29 * 86_400_000 > now ? ['status.credential-ends'] : ['status.credential-ended']),
    'status.credential-ends',
  ]);
  expect(credentials.problems(now + 3 * 86_400_000)[0]?.en).toMatch(/client\.pem ended on \d{4}-\d\d-\d\d; renew it$/);
  expect(credentials.problems(now - 40 * 86_400_000).filter(({ en }) => en.includes('.pem'))).toEqual([]);
  const clock = { ...rig.clock, moment: () => ({ wall: 0, monotonic: 0, synchronised: false }) };
  expect(readStatus({ ...from, credentials, clock: clock as never }).problems.map(({ code }) => code)).toEqual([
    'status.clock-not-set',
  ]);
});

test('a console that is not open is a problem, with why', () => {
  const { from } = sources();
  const consoleStanding = () => ({ address: '0.0.0.0:9465', fault: foreign('EADDRINUSE') });
  const { problems, healthy, console } = readStatus({ ...from, consoleStanding });
  expect(problems.map(({ en }) => en)).toEqual(['The console at 0.0.0.0:9465 is not open: EADDRINUSE']);
  expect([healthy, console]).toEqual([false, consoleStanding()]);
  expect(readStatus(from).console).toBeUndefined();
});

test('a device whose clock is wrong is named, with how wrong it is', () => {
  const { from } = sources();
  const device = from.activity.addDevice('buoy-01', 'line', 'river');
  device.timeOffMs = 9 * 3_600_000;
  const ahead = readStatus(from).problems;
  expect(ahead[0]?.en).toMatch(/^The clock of device buoy-01 is 9 h ahead/);
  expect(ahead[0]?.ja).toContain('9時間進んで');
  device.timeOffMs = -26 * 365 * 86_400_000;
  expect(readStatus(from).problems[0]?.en).toMatch(/^The clock of device buoy-01 is 9490 days behind/);
  device.timeOffMs = undefined;
  expect(readStatus(from).healthy).toBe(true);
});

test('a box whose clock is not that of its GPS receiver says so', () => {
  const { from } = sources();
  const withClock = (aheadOfGpsMs: number) => {
    const { clock: own } = from;
    const clock = { moment: () => own.moment(), sleep: own.sleep.bind(own), aheadOfGpsMs };
    return readStatus({ ...from, clock }).problems.map(({ en }) => en);
  };
  expect(withClock(2_500)).toEqual([]);
  expect(withClock(7_200_000)).toEqual([expect.stringContaining('The clock of this box is 2 h ahead of GPS')]);
  expect(withClock(-4_000)).toEqual([expect.stringContaining('The clock of this box is 4 s behind GPS')]);
});

test('a port whose device has to dial in is waited for', () => {
  const { from, port } = sources();
  noteClosed(port, foreign('the device hung up'), AWAITED);
  expect(readStatus(from).problems.map(({ en }) => en)).toEqual([
    expect.stringMatching(/\(the device hung up\).*; the gateway waits for it to dial in$/),
  ]);
});

test("a hub says which gateway's certificate ends within 30 days or has ended, and how it is renewed", () => {
  const { from } = sources();
  const now = from.clock.moment().wall;
  const enrol = (gateway: string, days: number) => {
    const certificate = { fingerprint: gateway.padStart(64, '0'), serial: '01', endsAt: now + days * 86_400_000 };
    from.hub.enrolled.enrolCertified({ tenant: 'toyama', gateway }, certificate, now - 10 * 86_400_000);
  };
  enrol('a1', 31);
  enrol('a2', 29);
  enrol('a3', -1);
  from.hub.enrolled.enrol({ tenant: 'toyama', gateway: 'a4' }, now);
  const told = readStatus(from).problems.filter(({ en }) => en.includes('certificate'));
  expect(told.map(({ en }) => en)).toEqual([
    expect.stringMatching(/^The certificate of toyama\/a2 ends on 20\d\d-.*enrol --certificate --renew/),
    expect.stringMatching(/^The certificate of toyama\/a3 ended on 20\d\d-.*it is refused.*enrol --certificate$/),
  ]);
  for (const { ja } of told) expect(ja).toMatch(/[ぁ-ん]/);
});
