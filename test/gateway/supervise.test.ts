/** A gateway follows its configuration file: changes on trial, taken back by itself. */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withChanges } from '../../gateway/config/change.ts';
import { readConfigFile } from '../../gateway/config/config.ts';
import { digestOf } from '../../gateway/config/followed-file.ts';
import { ConfigVersions, maxVersions } from '../../gateway/config/versions.ts';
import { Supervised } from '../../gateway/supervise.ts';
import { openCityOs } from '../../simulators/city-os/city-os.ts';
import { LogBook } from './machine/log-book.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function rig({ trialMs = 60_000 } = {}) {
  const folder = temporaryFolder();
  const file = join(folder, 'gateway.toml');
  const city = await openCityOs({ file: ':memory:' });
  onTestFinished(() => city.close());
  const toml = (url: string, more = '', id = 'box') => `# The box at the bridge
[gateway]
id = "${id}"
[clock]
synchronised = "always"
[status]
enabled = false
[[port]]
name = "line"
type = "tcp"
address = "127.0.0.1:9"
[[device]]
id = "gauge-01"
type = "line"
port = "line"
profile = { format = "json", fields = [{ from = "level", quantity = "level" }] }
[[destination]]
name = "city"
type = "city-os"
url = "${url}"
reconnect-within = "200ms"
${more}`;
  const log = new LogBook();
  const start = () => {
    const read = readConfigFile(file);
    if (!read.ok) throw new Error(read.faults.map(({ what }) => what.en).join('\n'));
    const supervised = Supervised.start(read, { log, version: 'test', trialMs });
    let isOver = false;
    const stop = async () => {
      if (!isOver) await supervised.stop();
      isOver = true;
    };
    onTestFinished(stop);
    return { supervised, stop };
  };
  const write = (text: string) => writeFileSync(file, text);
  write(toml(city.url));
  const { supervised, stop } = start();
  const state = () => supervised.gateway.sources.forwarders[0]?.stats.state;
  await expect.poll(state).toBe('connected');
  const standing = () => supervised.gateway.sources.configStanding?.();
  return { ...{ folder, file, city, toml, log, start, write, supervised, stop, state, standing } };
}

const NOBODY = 'mqtt://127.0.0.1:9';

test('a change with which the city OS is reached stays', async () => {
  const { toml, write, city, supervised, standing, folder } = await rig();
  write(toml(city.url, 'window = 7'));
  expect(await supervised.apply()).toEqual({ outcome: 'applied', ports: [], destinations: ['city'], trialMs: 60_000 });
  expect(standing()).toHaveProperty('trialUntil');
  await expect.poll(standing).toEqual({});
  expect(existsSync(join(folder, 'data/config-trial.json'))).toBe(false);
  expect(await supervised.apply()).toMatchObject({ outcome: 'same' });
});

test('one with which it is not reached is taken back, in the file too, and the status says so', async () => {
  const { toml, write, city, supervised, state, standing, file, folder } = await rig({ trialMs: 1 });
  write(toml(NOBODY));
  expect(await supervised.apply()).toMatchObject({ outcome: 'applied', destinations: ['city'] });
  await expect.poll(standing, { timeout: 10_000 }).toMatchObject({ takenBack: { why: 'not-reached', isInFile: true } });
  expect(readFileSync(file, 'utf8')).toBe(toml(city.url));
  await expect.poll(state, { timeout: 10_000 }).toBe('connected');
  const versions = new ConfigVersions(join(folder, 'data'));
  expect(versions.names.map((name) => versions.read(name))).toEqual([toml(NOBODY), toml(city.url)]);
});

test('whoever waits for the end of a trial never sees it over before it is said how', async () => {
  const { toml, write, supervised, standing } = await rig({ trialMs: 1 });
  const line = '[[port]]\nname = "sensors"\ntype = "mqtt"\ntrust-local = true\nlisten = "127.0.0.1:0"'; // its end takes a while
  write(toml(NOBODY, line));
  await supervised.apply();
  const seen: string[] = [];
  while (standing()?.takenBack === undefined) {
    seen.push(standing()?.trialUntil === undefined ? 'over' : 'on trial');
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(new Set(seen)).toEqual(new Set(['on trial']));
});

test('what somebody has written into the file meanwhile is left there, and said', async () => {
  const { toml, write, city, supervised, standing, file } = await rig({ trialMs: 1_500 });
  write(toml(NOBODY));
  await supervised.apply();
  const halfDone = `${toml(city.url)}# not finished`;
  write(halfDone);
  await expect.poll(standing, { timeout: 10_000 }).toMatchObject({ takenBack: { isInFile: false } });
  expect(readFileSync(file, 'utf8')).toBe(halfDone);
});

test('a change for which it starts anew is tried and taken back alike', async () => {
  const { toml, write, city, supervised, state, standing, file } = await rig({ trialMs: 1 });
  const first = supervised.gateway;
  write(toml(NOBODY, '[log]\nlevel = "debug"'));
  expect(await supervised.apply()).toMatchObject({ outcome: 'restarts' });
  await expect.poll(standing, { timeout: 10_000 }).toMatchObject({ takenBack: { why: 'not-reached' } });
  await expect.poll(() => supervised.gateway.config.log.level, { timeout: 10_000 }).toBe('info');
  expect(supervised.gateway).not.toBe(first);
  expect(readFileSync(file, 'utf8')).toBe(toml(city.url));
  await expect.poll(state, { timeout: 10_000 }).toBe('connected');
});

test('a trial goes on after a power cut', async () => {
  const { toml, write, city, supervised, stop, start, file } = await rig({ trialMs: 60_000 });
  write(toml(NOBODY));
  await supervised.apply();
  await stop();
  const trial = join(file, '../data/config-trial.json');
  expect(existsSync(trial)).toBe(true);
  const text = readFileSync(file, 'utf8');
  expect(text).toBe(toml(NOBODY));
  const again = start();
  expect(again.supervised.gateway.sources.configStanding?.()).toHaveProperty('trialUntil');
  write(toml(city.url, 'window = 3'));
  await again.supervised.apply();
  await expect.poll(() => existsSync(trial)).toBe(false);
});

test('cut off between any two steps of taking it back, the last version runs in the end', async () => {
  const { toml, write, city, supervised, stop, log, folder, standing } = await rig({ trialMs: 1_500 });
  const moments: string[] = [];
  const kept = ['gateway.toml', 'data', 'data/config-trial.json', 'data/config-versions'].map((each) =>
    join(folder, each),
  );
  const filter = (from: string) => from === folder || kept.includes(from) || from.startsWith(`${kept.at(-1)}/`);
  for (const level of ['info', 'error'] as const) {
    const told = log[level].bind(log);
    log[level] = (message, fields) => {
      told(message, fields);
      if (!/taken (up|back)$/.test(message)) return;
      const copy = temporaryFolder();
      cpSync(folder, copy, { recursive: true, filter });
      moments.push(copy);
    };
  }
  write(toml(NOBODY));
  await supervised.apply();
  await expect.poll(standing, { timeout: 10_000 }).toMatchObject({ takenBack: { isInFile: true } });
  await stop();
  expect(moments).toHaveLength(3); // the new one taken up, the last one taken up again, the file written
  for (const copy of moments) {
    const file = join(copy, 'gateway.toml');
    const read = readConfigFile(file);
    if (!read.ok) throw new Error('the copy is faulty');
    const again = Supervised.start(read, { log: new LogBook(), version: 'test', trialMs: 500 });
    onTestFinished(() => again.stop());
    await expect.poll(() => existsSync(join(copy, 'data/config-trial.json')), { timeout: 10_000 }).toBe(false);
    await expect.poll(() => again.gateway.sources.forwarders[0]?.stats.state, { timeout: 10_000 }).toBe('connected');
    expect(readFileSync(file, 'utf8')).toBe(toml(city.url));
  }
});

test('however many changes a trial goes through, the version that was reached is still there to come back', async () => {
  const { toml, write, city, supervised, standing, file } = await rig({ trialMs: 3_000 });
  for (let window = 1; window <= maxVersions + 1; window++) {
    write(toml(NOBODY, `window = ${window}`));
    await supervised.apply();
  }
  await expect.poll(standing, { timeout: 15_000 }).toMatchObject({ takenBack: { isInFile: true } });
  expect(readFileSync(file, 'utf8')).toBe(toml(city.url));
});

test('a faulty file, another name and other data change nothing', async () => {
  const { toml, write, city, supervised } = await rig();
  const running = supervised.gateway.config;
  write(`${toml(city.url)}\n[buffer]\nbatch-age = "soon"\n`);
  await expect(supervised.apply()).rejects.toMatchObject({ code: 'config-faulty' });
  write(toml(city.url, '', 'box-2'));
  await expect(supervised.apply()).rejects.toMatchObject({ code: 'config-identity' });
  expect(supervised.gateway.config).toBe(running);
});

test('without a city OS that was reached before there is no trial', async () => {
  const { toml, write, city, supervised, state } = await rig();
  await city.close();
  await expect.poll(state).toBe('disconnected');
  write(toml(NOBODY));
  expect(await supervised.apply()).toEqual({ outcome: 'applied', ports: [], destinations: ['city'] });
});

test('a change that is ordered from afar is on trial all the same: it came from somewhere', async () => {
  const { toml, city, supervised, state, standing, file } = await rig({ trialMs: 1 });
  const before = readFileSync(file, 'utf8');
  await city.close();
  await expect.poll(state).toBe('disconnected');
  const ordered = { signal: new AbortController().signal };
  expect(await supervised.change(() => toml(NOBODY), undefined, ordered)).toMatchObject({ trialMs: 1 });
  await expect.poll(standing, { timeout: 10_000 }).toMatchObject({ takenBack: { why: 'not-reached', isInFile: true } });
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('one that is given up before its turn has come writes nothing', async () => {
  const { toml, city, supervised, file } = await rig();
  const over = new AbortController();
  const first = supervised.change(() => toml(city.url, 'window = 7'));
  const second = supervised.change(() => toml(city.url, 'window = 8'), undefined, { signal: over.signal });
  over.abort();
  await expect(second).rejects.toThrow();
  await first;
  expect(readFileSync(file, 'utf8')).toBe(toml(city.url, 'window = 7'));
});

test('a trial may be overtaken by another change; what comes back is the last version that was reached', async () => {
  const { toml, write, city, supervised, standing, file } = await rig({ trialMs: 2_000 });
  write(toml(NOBODY));
  await supervised.apply();
  write(toml(NOBODY, 'window = 9'));
  await supervised.apply();
  await expect.poll(standing, { timeout: 15_000 }).toMatchObject({ takenBack: { why: 'not-reached' } });
  expect(readFileSync(file, 'utf8')).toBe(toml(city.url));
});

async function receipted(supervised: Supervised): Promise<void> {
  const { buffer, sources } = supervised.gateway;
  await buffer.append([
    {
      device: 'gauge-01',
      kind: 'alarm',
      observedAt: Date.now(),
      values: { alarm: 'gate', state: 'raised', quantity: 'level', value: 2, limit: 1 },
    },
  ]);
  const stats = () => sources.forwarders[0]?.stats.lastReceiptAt;
  await expect.poll(stats, { timeout: 10_000 }).toBeDefined();
}

test('a broker behind which no city OS answers is not the city OS: who gave receipts before must give one again', async () => {
  const { toml, write, supervised, standing, state, file, city } = await rig({ trialMs: 2_500 });
  await receipted(supervised);
  const mute = await openCityOs({ file: ':memory:', misbehaviour: { silent: true } });
  onTestFinished(() => mute.close());
  write(toml(mute.url));
  await supervised.apply();
  await expect.poll(state).toBe('connected');
  const waits = { device: 'gauge-01', kind: 'water-level', observedAt: Date.now(), values: { level: 1 } } as const;
  await supervised.gateway.buffer.append([waits]);
  supervised.gateway.buffer.sealOpen();
  await expect.poll(standing, { timeout: 15_000 }).toMatchObject({ takenBack: { why: 'not-reached' } });
  expect(readFileSync(file, 'utf8')).toBe(toml(city.url));
});

test('with nothing to answer for a connection is enough, once the time is over', async () => {
  const { toml, write, supervised, standing, file } = await rig({ trialMs: 1_500 });
  await receipted(supervised);
  const other = await openCityOs({ file: ':memory:' });
  onTestFinished(() => other.close());
  write(toml(other.url));
  await supervised.apply();
  await expect.poll(standing, { timeout: 15_000 }).toEqual({});
  expect(readFileSync(file, 'utf8')).toBe(toml(other.url));
});

test('a change by its parts keeps comments, says which lines differ, and runs', async () => {
  const { supervised, file } = await rig();
  const edit = (text: string) => withChanges(text, [{ set: 'device.gauge-01.place.name', value: 'bridge' }]);
  const changed = await supervised.change(edit);
  expect(changed).toMatchObject({ outcome: 'applied', notes: [] });
  expect(changed.lines).toEqual(['+ 17: place = { name = "bridge" }']);
  expect(readFileSync(file, 'utf8')).toContain('# The box at the bridge');
  expect(supervised.gateway.config.devices[0]?.place).toEqual({ name: 'bridge' });
});

test('what could not run is not written, and neither is what was made of another text', async () => {
  const { supervised, file, toml, city, write } = await rig();
  const before = readFileSync(file, 'utf8');
  const faulty = supervised.change((text) => text.replace('type = "line"', 'type = "lime"'));
  await expect(faulty).rejects.toMatchObject({ code: 'config-faulty', hint: { en: 'Did you mean line?' } });
  const renamed = supervised.change((text) => text.replace('id = "box"', 'id = "fox"'));
  await expect(renamed).rejects.toMatchObject({ code: 'config-identity' });
  expect(readFileSync(file, 'utf8')).toBe(before);
  const elsewhere = toml(city.url, 'window = 4');
  write(elsewhere);
  const late = supervised.change((text) => text, digestOf(before));
  await expect(late).rejects.toMatchObject({ code: 'config-changed' });
  expect(readFileSync(file, 'utf8')).toBe(elsewhere);
});

test('two changes at once come one after the other, and both hold', async () => {
  const { supervised } = await rig();
  const set = (setting: string, value: string | number) =>
    supervised.change((text) => withChanges(text, [{ set: setting, value }]));
  await Promise.all([set('device.gauge-01.place.name', '河原橋'), set('destination.city.window', 5)]);
  const { devices, destinations } = supervised.gateway.config;
  expect([devices[0]?.place?.name, destinations[0]?.settings]).toMatchObject(['河原橋', { window: 5 }]);
});

test('the last versions are kept, each later than the one before', () => {
  const versions = new ConfigVersions(temporaryFolder());
  for (let n = 0; n < 15; n++) versions.keep(`n = ${n}`, n === 7 ? 0 : 1_764_000_000_000);
  expect(versions.names).toHaveLength(maxVersions);
  expect(versions.names.map((name) => versions.read(name))).toEqual(
    Array.from({ length: maxVersions }, (_, n) => `n = ${14 - n}`),
  );
  expect(versions.keep('n = 14', 1_764_000_000_000)).toBe(versions.names[0]);
});
