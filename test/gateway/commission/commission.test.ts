/** Commissioning through the console's server: lines, a hunt, a test reading with its receipt, the record. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gauge, hunted, openBox, plugIn, pressureProbe } from './box.ts';

const gaugeOn = (path: string) => `
[[port]]
name = "river"
type = "serial"
path = "${path}"
[[device]]
id = "gauge-01"
type = "maxbotix"
port = "river"
mounting-height-m = 6.5
`;
const slow = { timeout: 90_000 };

test('lines are listed with the port that has them, and only a technician may see them', async () => {
  const [held, free] = [await plugIn(gauge()), await plugIn()];
  const lines = [{ path: held.path }, { path: free.path, maker: 'FTDI', serialNumber: 'A10K' }];
  const { signIn } = await openBox({ more: gaugeOn(held.path), lines });
  const act = await signIn();
  expect((await act('list-lines')).lines).toEqual([
    { path: held.path, heldBy: 'river', devices: ['gauge-01'] },
    { path: free.path, maker: 'FTDI', serialNumber: 'A10K' },
  ]);
  const look = await signIn('sato');
  for (const action of ['list-lines', 'begin-probe', 'end-probe', 'send-test', 'keep-record', 'change-config'])
    expect(await look(action), action).toMatchObject({ status: 403, lines: [{ code: 'not-allowed' }] });
});

test(
  'a gauge is recognised, with what to write and what came, and the audit is not filled by asking how it goes',
  slow,
  async () => {
    const wire = await plugIn(gauge());
    const { signIn, folder } = await openBox();
    const act = await signIn();
    const { found } = await hunted(act, wire.path);
    expect(found).toMatchObject({
      isRecognised: true,
      setting: '9600 8N1',
      candidates: [
        { type: 'maxbotix', confidence: 'likely', kinds: ['water-level'], summary: { code: expect.any(String) } },
      ],
      heard: [
        {
          setting: '9600 8N1',
          rows: expect.arrayContaining([expect.stringMatching(/52 31 32 33 34 0D/)]),
        },
      ],
      tables: [
        { table: 'port', settings: { type: 'serial', path: wire.path, baud: 9600 } },
        { table: 'device', settings: { type: 'maxbotix' } },
      ],
    });
    const { readFileSync } = await import('node:fs');
    const audit = readFileSync(join(folder, 'console-audit', `${new Date().toISOString().slice(0, 7)}.jsonl`), 'utf8');
    expect(audit).toContain('begin-probe');
    expect(audit).not.toContain('probe-progress');
  },
);

test('a line that a port has is given up for the hunt and taken again after it', slow, async () => {
  const wire = await plugIn(gauge());
  const { signIn, supervised } = await openBox({ more: gaugeOn(wire.path) });
  const act = await signIn();
  const port = () => supervised.gateway.sources.activity.ports.get('river');
  await expect.poll(() => port()?.readings, { timeout: 20_000 }).toBeGreaterThan(0);
  const begun = (await act('begin-probe', { line: wire.path })).lines[0];
  expect(begun).toMatchObject({ does: 'opens', heldBy: 'river' });
  await expect.poll(() => port()?.why?.code, { timeout: 10_000 }).toBe('commission.is-probed');
  await expect
    .poll(async () => (await act('probe-progress', { id: begun?.id })).lines[0], { timeout: 40_000 })
    .toMatchObject({ does: 'over', found: { candidates: [{ type: 'maxbotix' }] } });
  await expect.poll(() => [port()?.state, (port()?.readings ?? 0) > 0], { timeout: 20_000 }).toEqual(['open', true]);
});

test('units of a silent Modbus bus are found', slow, async () => {
  const wire = await plugIn(pressureProbe(2));
  const { signIn } = await openBox();
  const { found } = await hunted(await signIn(), wire.path);
  expect(found).toMatchObject({
    candidates: [{ type: 'modbus', confidence: 'certain', isAnswer: true }],
    bus: [{ unit: 2, profiles: ['keller-30'] }],
  });
});

test(
  'a cable that is pulled in the middle ends the hunt with what to do, and the line can be tried again',
  slow,
  async () => {
    const wire = await plugIn();
    const { signIn } = await openBox();
    const act = await signIn();
    const { id } = (await act('begin-probe', { line: wire.path })).lines[0] ?? {};
    await expect
      .poll(async () => (await act('probe-progress', { id })).lines[0]?.does, { timeout: 10_000 })
      .toBe('listens');
    await wire.unplug();
    await expect
      .poll(async () => (await act('probe-progress', { id })).lines[0], { timeout: 40_000 })
      .toMatchObject({ does: 'over', fault: { code: expect.stringMatching(/^line-(lost|closed)$/) } });
    await wire.replug();
    expect(await act('begin-probe', { line: wire.path })).toMatchObject({ status: 200 });
  },
);

test(
  'a second technician is told that a hunt goes on and how long; whoever has not begun it sees nothing of it',
  slow,
  async () => {
    const [one, other] = [await plugIn(), await plugIn()];
    const { signIn } = await openBox();
    const [act, second] = [await signIn(), await signIn()];
    const { id } = (await act('begin-probe', { line: one.path })).lines[0] ?? {};
    expect(await second('begin-probe', { line: other.path })).toMatchObject({
      status: 400,
      lines: [{ code: 'probe-runs', hint: { en: expect.stringMatching(/30 s/) } }],
    });
    expect(await second('probe-progress', { id: 'guessed' })).toMatchObject({ lines: [{ code: 'no-probe' }] });
    expect((await act('end-probe', { id })).lines[0]).toMatchObject({ does: 'over' });
    expect(await second('begin-probe', { line: other.path })).toMatchObject({ status: 200 });
  },
);

test('a hunt that nobody asks after any more ends by itself, and its port is open again', slow, async () => {
  const wire = await plugIn();
  const { signIn, supervised } = await openBox({ more: gaugeOn(wire.path) });
  const act = await signIn();
  const { id } = (await act('begin-probe', { line: wire.path, budgetMs: 120_000 })).lines[0] ?? {};
  const port = () => supervised.gateway.sources.activity.ports.get('river');
  await expect.poll(() => port()?.state, { timeout: 10_000 }).toBe('closed');
  await expect.poll(() => port()?.state, { timeout: 40_000 }).toBe('open');
  expect((await act('probe-progress', { id })).lines[0]).toMatchObject({
    does: 'over',
    found: { isRecognised: false },
  });
});

test(
  'a change of the configuration waits for the end of a hunt, and the port that was given up has its new form',
  slow,
  async () => {
    const wire = await plugIn();
    const { signIn, supervised } = await openBox({ more: gaugeOn(wire.path) });
    const act = await signIn();
    const { id } = (await act('begin-probe', { line: wire.path })).lines[0] ?? {};
    const port = () => supervised.gateway.sources.activity.ports.get('river');
    await expect.poll(() => port()?.why?.code, { timeout: 10_000 }).toBe('commission.is-probed');
    let isDone = false;
    const changing = act('change-config', { changes: [{ set: 'device.gauge-01.mounting-height-m', value: 7 }] }).then(
      (answer) => {
        isDone = true;
        return answer;
      },
    );
    await act('probe-progress', { id });
    expect(isDone).toBe(false);
    await act('end-probe', { id });
    expect((await changing).lines[0]).toMatchObject({ outcome: 'applied', ports: ['river'] });
    await expect.poll(() => port()?.state, { timeout: 10_000 }).toBe('open');
    expect(supervised.gateway.config.devices[0]?.options).toMatchObject({ mountingHeightM: 7 });
  },
);

test(
  'a gateway that is stopped in the middle of a hunt and of a test ends at once, with the line free',
  slow,
  async () => {
    const [wire, other] = [await plugIn(), await plugIn(gauge())];
    const { signIn, supervised, city } = await openBox({ more: gaugeOn(other.path) });
    city.misbehaviour = { silent: true };
    const act = await signIn();
    const testing = act('send-test', { device: 'gauge-01' }).catch(() => undefined);
    await act('begin-probe', { line: wire.path });
    await expect
      .poll(() => [...city.store.readings()].some(({ reading }) => reading.values.test === true), { timeout: 20_000 })
      .toBe(true);
    const began = Date.now();
    await supervised.stop();
    expect(Date.now() - began).toBeLessThan(10_000);
    await testing;
  },
);

test.each([
  ['/etc/shadow', 'no-line'],
  ['/etc/no-such-file', 'no-line'],
  ['/dev/mem', 'no-line'],
  ['/dev/null', 'no-line'],
  ['/dev/tty', 'no-line'],
  ['/dev/ptmx', 'no-line'],
  ['/dev/../etc/passwd', 'no-line'],
  ['/proc/self/fd/0', 'no-line'],
  ['../../dev/ttyS0', 'bad-line'],
  ['ttyS0/', 'bad-line'],
  ['/dev/tty\u0000S0', 'bad-line'],
  ['tcp://169.254.169.254:0', 'bad-line'],
  ['tcp://10.0.0.5:99999', 'bad-line'],
  ['tcp://user@10.0.0.5:80', 'bad-line'],
  ['http://10.0.0.5:80/', 'bad-line'],
  ['file:///etc/shadow', 'bad-line'],
  ['', 'bad-line'],
])('%j is no line, and nothing is opened', async (line, code) => {
  const { signIn } = await openBox();
  expect(await (await signIn())('begin-probe', { line })).toMatchObject({ status: 400, lines: [{ code }] });
});

test('a link to a file that is no serial port is not followed into it', async () => {
  const { signIn, folder } = await openBox();
  const { symlinkSync } = await import('node:fs');
  writeFileSync(join(folder, 'secret'), 'R1234\r'.repeat(20));
  symlinkSync(join(folder, 'secret'), join(folder, 'line'));
  expect((await (await signIn())('begin-probe', { line: join(folder, 'line') })).lines).toMatchObject([
    { code: 'no-line' },
  ]);
});

test('a test reading gets its receipt from the city OS, which is kept with the device', slow, async () => {
  const wire = await plugIn(gauge());
  const { signIn, city, supervised } = await openBox({ more: gaugeOn(wire.path) });
  const act = await signIn();
  await expect.poll(() => supervised.gateway.sources.forwarders[0]?.stats.state, { timeout: 20_000 }).toBe('connected');
  const { lines } = await act('send-test', { device: 'gauge-01' });
  expect(lines).toMatchObject([
    { event: 'begun', device: 'gauge-01', destinations: ['city'], others: [] },
    { event: 'kept' },
    { event: 'sent', destination: 'city', number: expect.any(Number) },
    { event: 'receipt', destination: 'city', outcome: 'stored', isBrokersWord: false, afterMs: expect.any(Number) },
  ]);
  const stored = [...city.store.readings()].filter(({ reading }) => reading.values.test === true);
  expect(stored).toMatchObject([{ reading: { device: 'gauge-01', kind: 'status', observedAt: lines[0]?.at } }]);
  const records = await (await signIn('sato'))('list-records', { device: 'gauge-01' });
  expect(records.lines).toMatchObject([
    { device: 'gauge-01', tests: [{ receipts: [{ outcome: 'stored' }], unanswered: [] }] },
  ]);
});

test(
  'a receiver that refuses the test is told with its reason; one without the device, or without the kind, is named as such',
  slow,
  async () => {
    const wire = await plugIn(gauge());
    const destination = `kinds = ["water-level"]
[[destination]]
name = "other"
type = "city-os"
url = "mqtt://127.0.0.1:9"
tenant = "others"`;
    const { signIn, supervised, city } = await openBox({ more: gaugeOn(wire.path), destination });
    const act = await signIn();
    expect((await act('send-test', { device: 'gauge-02' })).lines).toMatchObject([{ code: 'no-device' }]);
    const first = (await act('send-test', { device: 'gauge-01' })).lines;
    expect(first[0]).toMatchObject({ event: 'begun', others: expect.arrayContaining(['city']) });
    await act('change-config', { changes: [{ remove: 'destination.other' }, { remove: 'destination.city.kinds' }] });
    city.misbehaviour = { refuse: ({ kind }) => (kind === 'status' ? 'no tests here' : undefined) };
    await expect
      .poll(() => supervised.gateway.sources.forwarders[0]?.stats.state, { timeout: 20_000 })
      .toBe('connected');
    expect((await act('send-test', { device: 'gauge-01' })).lines.at(-1)).toMatchObject({
      event: 'receipt',
      outcome: 'refused',
      reason: 'no tests here',
    });
  },
);

test('a broker that only acknowledges is not taken for the city OS', slow, async () => {
  const wire = await plugIn(gauge());
  const { signIn, supervised } = await openBox({ more: gaugeOn(wire.path), destination: 'acknowledge = "puback"' });
  const act = await signIn();
  await expect.poll(() => supervised.gateway.sources.forwarders[0]?.stats.state, { timeout: 20_000 }).toBe('connected');
  expect((await act('send-test', { device: 'gauge-01' })).lines.at(-1)).toMatchObject({
    outcome: 'stored',
    isBrokersWord: true,
  });
});

test('several changes are checked and written at once or not at all', slow, async () => {
  const wire = await plugIn(gauge());
  const { signIn, config } = await openBox();
  const act = await signIn();
  const port = { add: 'port', settings: { name: 'river', type: 'serial', path: wire.path } };
  const device = { id: 'gauge-01', type: 'maxbotix', port: 'river' };
  const before = config();
  const faulty = { changes: [port, { add: 'device', settings: device }] };
  const [checked] = (await act('check-config', faulty)).lines;
  expect(checked).toMatchObject({ faults: [{ what: { en: expect.stringMatching(/mounting-height-m/) } }] });
  expect(await act('change-config', faulty)).toMatchObject({ status: 400, lines: [{ code: 'config-faulty' }] });
  expect(config()).toBe(before);
  const good = {
    ...device,
    'mounting-height-m': 6.5,
    'place.name': '河原橋',
    'place.lat': 35.3391,
    'place.lon': 139.4897,
  };
  const threshold = [{ alarm: '氾濫注意水位', quantity: 'level', raise: 2.8, clear: 2.7 }];
  const changes = { changes: [port, { add: 'device', settings: { ...good, threshold } }] };
  expect((await act('check-config', changes)).lines[0]).toMatchObject({ faults: [] });
  expect(await act('change-config', changes)).toMatchObject({
    status: 200,
    lines: [{ outcome: 'applied', ports: ['river'] }],
  });
  await expect
    .poll(async () => (await act('status')).lines[0]?.devices, { timeout: 20_000 })
    .toMatchObject({
      'gauge-01': { readings: expect.any(Number), thresholds: [{ raise: 2.8 }], place: { lat: 35.3391 } },
    });
});
