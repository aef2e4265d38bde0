import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, expect, test, vi } from 'vitest';
import { digestOf } from '../../../gateway/buffer/digest.ts';
import { type BatchHeader, encodeBatch, encodeBody } from '../../../shared/feed/batch.ts';
import { encodeBirth, encodeStatus } from '../../../shared/feed/birth.ts';
import { decodeReceipt, encodeGap, type Receipt } from '../../../shared/feed/receipt.ts';
import { formatTopic, type Message } from '../../../shared/feed/topics.ts';
import type { Reading } from '../../../shared/reading.ts';
import type { Text } from '../../../shared/text.ts';
import { type CityOs, type CityOsOptions, openCityOs } from '../../../simulators/city-os/city-os.ts';

const patience = { timeout: 10_000, interval: 5 };
const EPOCH = '00112233445566ff';
const AT = Date.UTC(2026, 0, 15, 3);
const topic = (message: Message) => formatTopic({ tenant: 'toyama', gateway: 'gw-1', message });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openedCityOs(options: Partial<CityOsOptions> = {}): Promise<CityOs> {
  const cityOs = await openCityOs({ file: ':memory:', ...options });
  closing.push(() => cityOs.close());
  return cityOs;
}

/** A gateway of a few lines: it publishes what it is given and keeps the receipts that come. */
async function gateway(cityOs: CityOs, credentials = {}) {
  const client = await connectAsync(cityOs.url, {
    clientId: 'gw-1',
    reconnectPeriod: 0,
    will: { topic: topic('status'), payload: status('offline'), qos: 1, retain: true },
    ...credentials,
  });
  closing.push(() => client.endAsync(true));
  client.on('error', () => {}); // an outage is expected here
  const receipts: Receipt[] = [];
  client.on('message', (_topic, payload) => receipts.push(decodeReceipt(payload)));
  await client.subscribeAsync(topic('receipt'), { qos: 1 });
  return { client, receipts };
}

function publish(client: MqttClient, message: Message, bytes: Uint8Array, retain = false): Promise<unknown> {
  return client.publishAsync(topic(message), Buffer.from(bytes), { qos: 1, retain });
}

function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

const level = (m: number, second = 0): Reading => ({
  device: 'gauge-1',
  kind: 'water-level',
  observedAt: AT + second * 1000,
  values: { level: m },
});
const header = (number: number, count: number): BatchHeader => ({
  gateway: 'gw-1',
  epoch: EPOCH,
  number,
  lane: 'routine',
  count,
  encoding: 'columns',
  compression: 'none',
});
const batch = (number: number, readings: readonly Reading[]) =>
  encodeBatch(header(number, readings.length), encodeBody('columns', readings).body);
const status = (state: 'online' | 'offline', sealed = 0) =>
  Buffer.from(encodeStatus({ gateway: 'gw-1', state, epoch: EPOCH, sealed }));

test('a batch that is sent three times is stored once and answered three times', async () => {
  const cityOs = await openedCityOs();
  const { client, receipts } = await gateway(cityOs);
  const bytes = batch(1, [level(1.25), level(1.26, 1)]);
  for (let i = 0; i < 3; i++) await publish(client, 'batch', bytes);
  await vi.waitFor(() => expect(receipts).toHaveLength(3), patience);
  expect(receipts[0]).toMatchObject({ gateway: 'gw-1', epoch: EPOCH, number: 1, outcome: 'stored', refused: [] });
  expect(receipts).toEqual([receipts[0], receipts[0], receipts[0]]);
  expect([...cityOs.store.readings()].map(({ reading }) => reading)).toEqual([level(1.25), level(1.26, 1)]);
  expect(cityOs.store.countByDevice().get('gauge-1')?.get('water-level')).toBe(2);
  expect(cityOs.store.countByKind()).toEqual({ 'water-level': 2 });
  expect(cityOs.store.duplicates()).toBe(0);
  expect(cityOs.status()).toMatchObject([{ storedBatches: 1, storedReadings: 2, repeatedBatches: 2, missing: [] }]);
});

test('a batch that comes whole and in parts, in either order, is stored once, also after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-city-os-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'city.sqlite');
  const all = [level(1), level(2, 1), level(3, 2)];
  const [whole, other] = [batch(1, all), batch(2, all)];
  const part = (number: number, of: number, first: number, readings: readonly Reading[]) => {
    const partOf = { epoch: EPOCH, number: of, digest: digestOf(of === 1 ? whole : other), first };
    return encodeBatch({ ...header(number, readings.length), partOf }, encodeBody('columns', readings).body);
  };
  const send = async (cityOs: CityOs, messages: readonly Uint8Array[]) => {
    const { client, receipts } = await gateway(cityOs);
    for (const message of messages) await publish(client, 'batch', message);
    await vi.waitFor(() => expect(receipts).toHaveLength(messages.length), patience);
    for (const receipt of receipts) expect(receipt).toMatchObject({ outcome: 'stored', refused: [] });
    await client.endAsync();
  };
  const before = await openedCityOs({ file });
  await send(before, [whole, part(3, 1, 0, all.slice(0, 2)), part(4, 2, 2, all.slice(2))]);
  await before.close();
  const cityOs = await openCityOs({ file });
  await send(cityOs, [part(5, 1, 2, all.slice(2)), other, part(6, 2, 0, all.slice(0, 2))]);
  const stored = [...cityOs.store.readings()].map(({ number, reading }) => [number, reading.values.level]);
  expect(stored).toEqual([
    [1, 1],
    [1, 2],
    [1, 3],
    [4, 3],
    [2, 1],
    [2, 2],
  ]);
  await cityOs.close();
});

test('another batch under a stored number is a conflict, now and after a restart, and is reported once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'city.sqlite');
  const told: string[] = [];
  const report = (what: Text) => told.push(what.en);
  for (const messages of [[level(1), level(2), level(3)], [level(4)]]) {
    const cityOs = await openedCityOs({ file, report });
    const { client, receipts } = await gateway(cityOs);
    for (const reading of messages) await publish(client, 'batch', batch(1, [reading]));
    await vi.waitFor(() => expect(receipts).toHaveLength(messages.length), patience);
    expect(receipts.at(-1)?.outcome).toBe('conflict');
    expect([...cityOs.store.readings()].map(({ reading }) => reading)).toEqual([level(1)]);
    await cityOs.close();
  }
  expect(told).toHaveLength(2);
  expect(told[0]).toContain('was set back, or copied');
});

test('an epoch that is announced again after a later one is a second box', async () => {
  const told: string[] = [];
  const cityOs = await openedCityOs({ report: (what) => told.push(what.en) });
  const { client } = await gateway(cityOs);
  const born = (epoch: string) =>
    encodeBirth({ gateway: 'gw-1', tenant: 'kakogawa', software: 'test', epoch, at: 1, devices: [] });
  const later = 'ffeeddccbbaa9988';
  for (const epoch of [EPOCH, EPOCH, later, later]) await publish(client, 'birth', Buffer.from(born(epoch)), true);
  await vi.waitFor(() => expect(cityOs.status()).toHaveLength(2), patience);
  expect(told).toEqual([]);
  await publish(client, 'birth', Buffer.from(born(EPOCH)), true);
  await vi.waitFor(() => expect(told).toHaveLength(1), patience);
  expect(told[0]).toContain(`epoch ${EPOCH} again after a later one`);
});

test('the latest reading is the one observed last, whatever came last', async () => {
  const cityOs = await openedCityOs();
  const { client, receipts } = await gateway(cityOs);
  await publish(client, 'batch', batch(2, [level(3, 60)]));
  await publish(client, 'batch', batch(1, [level(1)]));
  await vi.waitFor(() => expect(receipts).toHaveLength(2), patience);
  expect(cityOs.store.latest('gauge-1')).toEqual(level(3, 60));
  expect(cityOs.store.latest('gauge-2')).toBeUndefined();
});

test('the same reading in two batches is found by its content', async () => {
  const cityOs = await openedCityOs();
  const { client, receipts } = await gateway(cityOs);
  await publish(client, 'batch', batch(1, [level(1)]));
  await publish(client, 'batch', batch(2, [level(1), level(1, 1)]));
  await vi.waitFor(() => expect(receipts).toHaveLength(2), patience);
  expect(cityOs.store.sameReadings()).toBe(1);
  expect(cityOs.store.duplicates()).toBe(0);
});

test('numbers that have not come are missing, up to what the gateway has sealed, until a gap explains them', async () => {
  const cityOs = await openedCityOs();
  const { client, receipts } = await gateway(cityOs);
  await publish(client, 'batch', batch(3, [level(1)]));
  await publish(client, 'status', status('online', 6), true);
  await vi.waitFor(() => expect(cityOs.status()[0]?.state).toBe('online'), patience);
  expect(cityOs.status()[0]?.missing).toEqual([
    [1, 2],
    [4, 6],
  ]);
  const gap = { gateway: 'gw-1', epoch: EPOCH, number: 1, last: 2, count: 9, reason: 'quota' } as const;
  await publish(client, 'gap', encodeGap(gap));
  await vi.waitFor(() => expect(receipts.map(({ number }) => number)).toEqual([3, 1]), patience);
  expect(cityOs.status()[0]).toMatchObject({ missing: [[4, 6]], gaps: [gap] });
});

test('a refused reading is named in the receipt and not stored', async () => {
  const cityOs = await openedCityOs();
  cityOs.misbehaviour = { refuse: ({ values }) => (values.level === 99 ? 'no such level' : undefined) };
  const { client, receipts } = await gateway(cityOs);
  await publish(client, 'batch', batch(1, [level(1), level(99, 1), level(2, 2)]));
  await vi.waitFor(() => expect(receipts).toHaveLength(1), patience);
  expect(receipts[0]).toMatchObject({ outcome: 'stored', refused: [{ index: 1, reason: 'no such level' }] });
  expect([...cityOs.store.readings({ device: 'gauge-1' })].map(({ reading }) => reading.values.level)).toEqual([1, 2]);
});

test('a batch whose body cannot be read is answered "unreadable"', async () => {
  const cityOs = await openedCityOs();
  const { client, receipts } = await gateway(cityOs);
  await publish(client, 'batch', encodeBatch({ ...header(1, 1), compression: 'deflate' }, Uint8Array.of(255, 255)));
  await vi.waitFor(() => expect(receipts).toHaveLength(1), patience);
  expect(receipts[0]).toMatchObject({ number: 1, outcome: 'unreadable', refused: [] });
});

test("a message that is not a batch, or is another gateway's, gets no receipt and is counted", async () => {
  const cityOs = await openedCityOs();
  const { client, receipts } = await gateway(cityOs);
  await publish(client, 'batch', Uint8Array.of(1, 2, 3));
  const foreign = encodeBatch({ ...header(1, 1), gateway: 'gw-2' }, encodeBody('columns', [level(1)]).body);
  await publish(client, 'batch', foreign);
  await publish(client, 'batch', batch(1, [level(1)]));
  await vi.waitFor(() => expect(receipts).toHaveLength(1), patience);
  expect(cityOs.unanswered()).toMatchObject({ badMessages: 2, notStored: 0 });
  expect(cityOs.store.countByKind()).toEqual({ 'water-level': 1 });
});

test('a crash between commit and receipt, and the repeat, leave one copy', async () => {
  const cityOs = await openedCityOs();
  let crashes = 1;
  cityOs.misbehaviour = { crashAfterCommit: () => crashes-- > 0 };
  const first = await gateway(cityOs);
  const cut = closed(first.client);
  await publish(first.client, 'batch', batch(1, [level(1)])).catch(() => {}); // cut before or after the PUBACK
  await cut;
  expect(first.receipts).toEqual([]);
  const second = await gateway(cityOs);
  await publish(second.client, 'batch', batch(1, [level(1)]));
  await vi.waitFor(() => expect(second.receipts).toMatchObject([{ number: 1, outcome: 'stored' }]), patience);
  expect(cityOs.store.countByKind()).toEqual({ 'water-level': 1 });
  expect(cityOs.status()[0]).toMatchObject({ repeatedBatches: 1 });
});

test('what SQLite cannot store gets no receipt, and the repeat is stored whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'city-os-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'city.sqlite');
  const cityOs = await openedCityOs({ file });
  const { client, receipts } = await gateway(cityOs);
  const fault = new Database(file);
  fault.exec(
    `CREATE TRIGGER full BEFORE INSERT ON reading WHEN NEW.position = 1 BEGIN SELECT RAISE(ABORT, 'full'); END`,
  );
  await publish(client, 'batch', batch(1, [level(1), level(2, 1)]));
  await vi.waitFor(() => expect(cityOs.unanswered()).toMatchObject({ notStored: 1 }), patience);
  expect(cityOs.store.countByKind()).toEqual({});
  fault.exec('DROP TRIGGER full');
  fault.close();
  await publish(client, 'batch', batch(1, [level(1), level(2, 1)]));
  await vi.waitFor(() => expect(receipts).toHaveLength(1), patience);
  expect(cityOs.store.countByKind()).toEqual({ 'water-level': 2 });
});

test('a silent city OS stores and says nothing', async () => {
  const cityOs = await openedCityOs({ misbehaviour: { silent: true } });
  const { client, receipts } = await gateway(cityOs);
  await publish(client, 'batch', batch(1, [level(1)]));
  await vi.waitFor(() => expect(cityOs.store.countByKind()).toEqual({ 'water-level': 1 }), patience);
  cityOs.misbehaviour = {};
  await publish(client, 'batch', batch(2, [level(2)]));
  await vi.waitFor(() => expect(receipts.map(({ number }) => number)).toEqual([2]), patience);
});

test('a slow city OS waits before it stores', async () => {
  const waited: number[] = [];
  const clock = {
    moment: () => ({ wall: AT, monotonic: 0, synchronised: true }),
    sleep: async (ms: number) => void waited.push(ms),
  };
  const cityOs = await openedCityOs({ clock, misbehaviour: { slowMs: 750 } });
  const { client, receipts } = await gateway(cityOs);
  await publish(client, 'batch', batch(1, [level(1)]));
  await vi.waitFor(() => expect(receipts).toHaveLength(1), patience);
  expect(waited).toEqual([750]);
  expect([...cityOs.store.readings()][0]).toMatchObject({ gateway: 'gw-1', tenant: 'toyama', receivedAt: AT });
});

test('an outage cuts every gateway off, shows it offline by its last will, and ends on the same port', async () => {
  const cityOs = await openedCityOs();
  const { client } = await gateway(cityOs);
  await publish(client, 'status', status('online', 0), true);
  await vi.waitFor(() => expect(cityOs.status()[0]?.state).toBe('online'), patience);
  const port = cityOs.port;
  const cut = closed(client);
  await cityOs.cutOff();
  await cut;
  await vi.waitFor(() => expect(cityOs.status()[0]?.state).toBe('offline'), patience);
  await expect(connectAsync(cityOs.url, { reconnectPeriod: 0 })).rejects.toThrow();
  await cityOs.comeBack();
  expect(cityOs.port).toBe(port);
  const again = await gateway(cityOs);
  await publish(again.client, 'batch', batch(1, [level(1)]));
  await vi.waitFor(() => expect(again.receipts).toHaveLength(1), patience);
});

test('a gateway that announces a new epoch has ended the old one', async () => {
  const cityOs = await openedCityOs();
  const { client, receipts } = await gateway(cityOs);
  await publish(client, 'batch', batch(2, [level(1)]));
  await vi.waitFor(() => expect(receipts).toHaveLength(1), patience);
  const birth = { gateway: 'gw-1', tenant: 'toyama', software: 'test', epoch: 'ffffffffffffffff', at: AT, devices: [] };
  await publish(client, 'birth', encodeBirth(birth), true);
  await vi.waitFor(() => expect(cityOs.status()).toHaveLength(2), patience);
  expect(cityOs.status()).toMatchObject([
    { epoch: 'ffffffffffffffff', state: 'unknown', birth: { software: 'test' } },
    { epoch: EPOCH, state: 'ended', missing: [[1, 1]] },
  ]);
});

test('a city OS that is started again knows what it has stored', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'city-os-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'city.sqlite');
  const before = await openedCityOs({ file });
  const first = await gateway(before);
  await publish(first.client, 'batch', batch(2, [level(1)]));
  await vi.waitFor(() => expect(first.receipts).toHaveLength(1), patience);
  await before.close();
  const after = await openedCityOs({ file });
  expect(after.status()).toMatchObject([{ tenant: 'toyama', storedReadings: 1, missing: [[1, 1]] }]);
  expect(after.store.latest('gauge-1')).toEqual(level(1));
  const second = await gateway(after);
  await publish(second.client, 'batch', batch(2, [level(1)]));
  await vi.waitFor(() => expect(second.receipts).toHaveLength(1), patience);
  expect(after.store.countByKind()).toEqual({ 'water-level': 1 });
});

test('with credentials, only clients that present them may connect', async () => {
  const credentials = { username: 'gw', password: 'secret' };
  const cityOs = await openedCityOs({ credentials });
  await expect(connectAsync(cityOs.url, { reconnectPeriod: 0, username: 'gw', password: 'guess' })).rejects.toThrow(
    /not authorized/i,
  );
  const { client, receipts } = await gateway(cityOs, credentials);
  await publish(client, 'batch', batch(1, [level(1)]));
  await vi.waitFor(() => expect(receipts).toHaveLength(1), patience);
});

test('a client that publishes anything but the feed is cut off', async () => {
  const cityOs = await openedCityOs();
  for (const { message, retain } of [
    { message: 'receipt', retain: false },
    { message: 'batch', retain: true },
  ] as const) {
    const { client } = await gateway(cityOs);
    const cut = closed(client);
    publish(client, message, batch(1, [level(1)]), retain).catch(() => {}); // the connection ends first
    await cut;
  }
  expect(cityOs.store.countByKind()).toEqual({});
});
