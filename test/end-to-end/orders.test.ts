/** Orders in full: given at a hub's command line, done by a gateway that was enrolled there, and what became of them told there. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { supportAct } from '../../gateway/ordered-support.ts';
import { registersUnit } from '../../simulators/sensors/modbus-registers.ts';
import { simulateModbus } from '../../simulators/sensors/modbus-slave.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { enrolledToml, hubSite } from './hub-rig.ts';
import { machimori } from './machimori.ts';
import { start, supervised, until } from './started.ts';

/** A hub with one enrolled gateway, neither of which runs yet. */
async function site(...enrolling: string[]) {
  const { folder, hubFolder, config, tomlOf } = await hubSite();
  const toml = tomlOf(`listen = "127.0.0.1:${await freePort()}"`);
  const boxFolder = join(folder, 'box');
  mkdirSync(boxFolder);
  const file = join(boxFolder, 'hub.enrolment');
  const enrolled = await machimori(
    hubFolder,
    'gateway',
    'enrol',
    config,
    'toyama/gateway-01',
    '--out',
    file,
    ...enrolling,
  );
  expect(enrolled).toMatchObject({ code: 0 });
  const boxConfig = join(boxFolder, 'gateway.toml');
  const boxToml = enrolledToml({ tenant: 'toyama', id: 'gateway-01', file });
  writeFileSync(boxConfig, boxToml);
  const send = async (...words: string[]) => {
    const sent = await machimori(hubFolder, 'command', 'send', config, 'toyama/gateway-01', ...words, '--json');
    return { ...sent, order: sent.out === '' ? undefined : JSON.parse(sent.out) };
  };
  const command = (...words: string[]) => machimori(hubFolder, 'command', ...words);
  return { hubFolder, config, toml, boxFolder, boxConfig, boxToml, send, command };
}

test('an order that was given while nobody ran is done once both do, and a repeat changes nothing', async () => {
  const { hubFolder, config, toml, boxFolder, boxConfig, send, command } = await site();
  await start(hubFolder, toml).stop(); // its book is there
  const rollOut = (of: string, ...words: string[]) => machimori(hubFolder, 'release', 'roll-out', of, ...words);
  expect(await rollOut(config)).toMatchObject({ code: 1, err: expect.stringMatching(/no gateway is running/) });
  const hasty = await rollOut(config, '0.2.0', '--url', 'http://127.0.0.1', '--patience', '1s');
  expect(hasty).toMatchObject({ code: 2, err: expect.stringMatching(/1m to 7d/) });
  expect(await rollOut(boxConfig)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/not the configuration of a hub/),
  });
  const { order } = await send('log-level', '--argument', 'level=debug', '--argument', 'for=10m', '--by', 'tanaka');
  expect(order).toMatchObject({ action: 'log-level', by: 'tanaka', state: 'waiting' });
  const hub = start(hubFolder, toml);
  const levels: string[] = [];
  const { KeptLog } = await import('../../gateway/rig/kept-log.ts');
  const log = Object.assign(new KeptLog(), { setLevel: (level: string) => void levels.push(level) });
  const box = supervised(boxFolder, { log });
  const state = () => hub.sources.hub.orders?.book.get(order.id)?.result;
  await until(() => expect(state()).toMatchObject({ outcome: 'done', details: { level: 'debug', forMs: 600_000 } }));
  expect(levels).toEqual(['debug']);
  expect(box.gateway.sources.orders?.counts).toMatchObject({ done: 1, refused: 0 });
  const shown = await command('show', config, order.id);
  expect(shown.out).toMatch(/log-level at toyama\/gateway-01, ordered by tanaka[\s\S]*done[\s\S]*level: debug/);
  const inJapanese = await command('show', config, order.id, '--lang', 'ja');
  expect(inJapanese.out).toMatch(/実行済み/);
  expect((await command('list', config)).out).toContain(order.id);
  const audit = (folder: string) =>
    readFileSync(join(folder, 'data/order-audit', `${new Date().toISOString().slice(0, 7)}.jsonl`), 'utf8');
  expect(audit(hubFolder)).toMatch(/"outcome":"ordered"[\s\S]*"outcome":"done"/);
  expect(audit(boxFolder)).toMatch(/"by":"tanaka"[\s\S]*"outcome":"begun"[\s\S]*"outcome":"done"/);
}, 60_000);

test('a gateway is started anew, and says so when it has come back', async () => {
  const { hubFolder, toml, boxFolder, send } = await site();
  start(hubFolder, toml);
  const box = supervised(boxFolder);
  const before = box.gateway;
  const { code, order } = await send('restart', '--wait');
  expect({ code, state: order.state }).toEqual({ code: 0, state: 'done' });
  expect(box.gateway).not.toBe(before);
}, 90_000);

test('a support bundle comes to the hub as a file, without what is secret, and the command line says where it is', async () => {
  const { hubFolder, config, toml, boxFolder, send, command } = await site();
  start(hubFolder, toml);
  const enrolment = JSON.parse(readFileSync(join(boxFolder, 'hub.enrolment'), 'utf8'));
  const support = supportAct({
    config: () => box.gateway.config,
    sources: () => box.gateway.sources,
    logLines: () => ['a usual line', `the password is ${enrolment.password}`],
    version: 'test',
    runtime: { node: '20', platform: 'linux', arch: 'x64' },
  });
  const box = supervised(boxFolder, { acts: { support } });
  const { code, order } = await send('support', '--wait');
  expect({ code, state: order.state }).toEqual({ code: 0, state: 'done' });
  expect(order.result.details).toMatchObject({ logLines: 2, isCut: false });
  const text = gunzipSync(readFileSync(order.file)).toString('utf8');
  for (const part of ['toyama/gateway-01', '== doctor ==', '== status ==', 'gauge-01', 'a usual line']) {
    expect(text).toContain(part);
  }
  expect(enrolment.password).toHaveLength(43);
  for (const secret of [enrolment.password, 'PRIVATE KEY']) expect(text).not.toContain(secret);
  const shown = await command('show', config, order.id);
  expect(shown.out).toContain(order.file);
}, 60_000);

test('a configuration is taken up, or refused with its line and the reason, and nothing changes', async () => {
  const { hubFolder, toml, boxFolder, boxConfig, boxToml, send } = await site();
  start(hubFolder, toml);
  const box = supervised(boxFolder);
  await until(() => expect(box.gateway.sources.forwarders[0]?.stats.state).toBe('connected'));
  const wanted = join(boxFolder, 'wanted.toml');
  writeFileSync(wanted, boxToml.replace('receipt-timeout = "2s"', 'receipt-timeout = "3s"'));
  const taken = await send('configure', '--argument', `text=@${wanted}`, '--wait');
  expect(taken).toMatchObject({ code: 0, order: { state: 'done' } });
  expect(readFileSync(boxConfig, 'utf8')).toBe(readFileSync(wanted, 'utf8'));
  writeFileSync(wanted, `${boxToml}\n[buffer]\nbatch-age = "never"`);
  const refused = await send('configure', '--argument', `text=@${wanted}`, '--wait');
  expect(refused).toMatchObject({ code: 1, order: { state: 'refused', result: { reason: 'config-faulty' } } });
  expect(refused.order.result.text.en).toMatch(/line \d+/);
  writeFileSync(wanted, `${boxToml}\n[orders]\nenrolled = false`);
  const last = await send('configure', '--argument', `text=@${wanted}`, '--wait');
  expect(last).toMatchObject({ code: 1, order: { state: 'refused', result: { reason: 'config-no-orders' } } });
  expect(readFileSync(boxConfig, 'utf8')).toContain('3s');
}, 90_000);

test('a configuration with which the city OS is not reached is taken back, and the order has failed', async () => {
  const { hubFolder, toml, boxFolder, boxConfig, boxToml, send } = await site();
  start(hubFolder, toml);
  const box = supervised(boxFolder, { trialMs: 1_000 });
  await until(() => expect(box.gateway.sources.forwarders[0]?.stats.state).toBe('connected'));
  const wanted = join(boxFolder, 'wanted.toml');
  const [lost] = [boxToml.replace(/enrolment-file = .*/, 'url = "mqtt://127.0.0.1:9"')];
  writeFileSync(wanted, lost.replace('[clock]', `[orders]\nkeys = [${await keyOf(hubFolder)}]\n[clock]`));
  const failed = await send('configure', '--argument', `text=@${wanted}`, '--wait');
  expect(failed).toMatchObject({ code: 1, order: { state: 'failed', result: { reason: 'not-reached' } } });
  expect(readFileSync(boxConfig, 'utf8')).toBe(boxToml);
}, 90_000);

test('what the enrolment does not allow is refused, and so is a key that was not given', async () => {
  const { hubFolder, config, toml, boxFolder, send, command } = await site('--orders', 'log-level');
  start(hubFolder, toml);
  supervised(boxFolder);
  expect(await send('restart', '--wait')).toMatchObject({
    code: 1,
    order: { state: 'refused', result: { reason: 'not-allowed' } },
  });
  const { generateKeyPairSync } = await import('node:crypto');
  const key = join(hubFolder, 'stranger.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const stranger = await send('restart', '--key', key, '--wait');
  expect(stranger).toMatchObject({ code: 1, order: { state: 'refused', result: { reason: 'unknown-key' } } });
  expect((await command('list', config)).out.match(/refused/g)).toHaveLength(2);
  const faulty = await command('send', config, 'toyama/gateway-01', 'log-level', '--argument', 'level=loud');
  expect(faulty).toMatchObject({ code: 1, err: expect.stringMatching(/must be one of/) });
  const order = (...words: string[]) => command('send', config, 'toyama/gateway-01', 'restart', ...words);
  const keyless = await order('--key', 'none.pem');
  expect(keyless).toMatchObject({ code: 1, err: expect.stringMatching(/has to be a private key/) });
  expect(keyless.err).not.toContain('enrolled again');
  expect(await order('--expires', '30d', '--lang', 'ja')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/1s〜7d/),
  });
  expect(await order('--by', '')).toMatchObject({ code: 2, err: expect.stringMatching(/1 to 120 characters/) });
  const nobody = await command('send', config, 'toyama/gateway-02', 'restart');
  expect(nobody).toMatchObject({ code: 1, err: expect.stringMatching(/no gateway of this name/) });
}, 90_000);

async function keyOf(hubFolder: string): Promise<string> {
  const { out } = await machimori(hubFolder, 'command', 'key', 'gateway.toml');
  return `{ name = "city", public-key = "${out.trim()}", actions = ["*"] }`;
}

test('a register is written through the port that reads it, as the slave has it afterwards, and no other', async () => {
  const { hubFolder, toml, boxFolder, boxConfig, boxToml, send } = await site();
  const writable = new Map([[10, 215]]);
  const wire = await openTcp();
  const stop = new AbortController();
  const unit = registersUnit({ unit: 1, kind: 'measurement', registers: [], writable });
  const slave = simulateModbus({ clock: new SystemClock('always'), units: [unit], framing: 'tcp' }).run(
    wire,
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await slave;
    wire.close();
  });
  const line = `
    [[port]]
    name = "bus"
    type = "tcp"
    address = "${wire.path.replace('tcp://', '')}"
    [[device]]
    id = "heater"
    type = "modbus"
    port = "bus"
    unit = 1
    framing = "tcp"
    profile = { kind = "measurement", registers = [{ quantity = "setpoint", function = 3, address = 10, type = "uint16", scale = 0.1 }], writes = [{ name = "setpoint", function = 6, address = 10, scale = 0.1, max = 40 }] }`;
  writeFileSync(boxConfig, `${boxToml}\n${line}`);
  start(hubFolder, toml);
  supervised(boxFolder);
  const write = (...words: string[]) => send('write', '--device', 'heater', ...words, '--wait');
  const done = await write('--argument', 'name=setpoint', '--argument', 'value=23.5');
  expect(done).toMatchObject({ code: 0, order: { state: 'done', device: 'heater' } });
  expect(writable.get(10)).toBe(235);
  const refused = await write('--argument', 'name=setpoint', '--argument', 'value=99');
  expect(refused).toMatchObject({ code: 1, order: { state: 'refused', result: { reason: 'bad-arguments' } } });
  expect(writable.get(10)).toBe(235);
}, 90_000);

test('a text is shown on a board, a device is asked less often, and what is no LoRaWAN device takes no downlink', async () => {
  const { hubFolder, toml, boxFolder, boxConfig, boxToml, send } = await site();
  const board = await openTcp();
  let seen = '';
  onTestFinished(() => board.close());
  board.onBytes((bytes) => {
    seen += new TextDecoder().decode(bytes);
  });
  const address = board.path.replace('tcp://', '');
  writeFileSync(
    boxConfig,
    `${boxToml}
    [[port]]
    name = "board-line"
    type = "tcp"
    address = "${address}"
    [[output]]
    name = "board"
    type = "text"
    port = "board-line"
    text = "{alarm}"
    end-text = "-"
    [[port]]
    name = "bus"
    type = "tcp"
    address = "127.0.0.1:10"
    [[device]]
    id = "heater"
    type = "modbus"
    port = "bus"
    unit = 1
    framing = "tcp"
    profile = { kind = "measurement", registers = [{ quantity = "setpoint", function = 3, address = 10, type = "uint16" }] }`,
  );
  start(hubFolder, toml);
  const box = supervised(boxFolder);
  await until(() => expect(box.gateway.sources.outputs.states.get('board')).not.toHaveProperty('fault'));
  await until(() => expect(box.gateway.sources.forwarders[0]?.stats.state).toBe('connected'));
  const shown = await send('display', '--device', 'board', '--argument', 'text=Road closed', '--wait');
  expect(shown).toMatchObject({ code: 0, order: { state: 'done' } });
  await until(() => expect(seen).toContain('Road closed'));
  const slower = await send('interval', '--device', 'heater', '--argument', 'everyMs=60000', '--wait');
  expect(slower).toMatchObject({ code: 0, order: { state: 'done' } });
  expect(readFileSync(boxConfig, 'utf8')).toContain('interval = "60000ms"');
  const nobody = await send(
    'downlink',
    '--device',
    'heater',
    '--argument',
    'payload=01',
    '--argument',
    'port=2',
    '--wait',
  );
  expect(nobody).toMatchObject({ code: 1, order: { state: 'refused', result: { reason: 'not-supported' } } });
}, 90_000);
