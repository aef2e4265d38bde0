import { expect, onTestFinished, test } from 'vitest';
import type { BufferOptions } from '../../../../gateway/buffer/buffer-options.ts';
import {
  type DeliveryOptions,
  deliverParcel,
  type Tally,
} from '../../../../gateway/destinations/city-os/deliver-parcel.ts';
import { SystemClock } from '../../../../gateway/machine/system-clock.ts';
import { openParcel, type ParcelHead, type ParcelMessage, writeParcel } from '../../../../shared/feed/parcel.ts';
import { encodeGap, type Gap, type Receipt } from '../../../../shared/feed/receipt.ts';
import { foreign } from '../../../../shared/text.ts';
import { type CityOs, openCityOs } from '../../../../simulators/city-os/city-os.ts';
import { BufferRig, levels } from '../../buffer/buffer-rig.ts';
import { freePort } from '../../net/free-port.ts';

const HEAD: ParcelHead = { gateway: 'gateway-01', tenant: 'kakogawa', at: 1_768_446_000_000 };

/** What waits in a buffer with so many batches of ten readings. */
async function batches(count: number, options: Partial<BufferOptions> = {}): Promise<ParcelMessage[]> {
  const rig = new BufferRig(options);
  const buffer = rig.open();
  for (let n = 0; n < count; n++) await rig.put(buffer, levels(n * 10 + 1, n * 10 + 10));
  return [...buffer.waiting('city')].flatMap((outgoing) =>
    outgoing.kind === 'batch' ? [{ kind: 'batch' as const, bytes: outgoing.batch.bytes }] : [],
  );
}

async function cityOsFor(options: Partial<Parameters<typeof openCityOs>[0]> = {}): Promise<CityOs> {
  const cityOs = await openCityOs({ file: ':memory:', durable: false, ...options });
  onTestFinished(() => cityOs.close());
  return cityOs;
}

async function deliver(
  file: Uint8Array,
  url: string,
  options: Partial<DeliveryOptions> = {},
): Promise<{ tally: Tally; receipts: Receipt[] }> {
  const receipts: Receipt[] = [];
  const tally = await deliverParcel(await openParcel([file], 'week.parcel'), {
    broker: { url, protocol: '3.1.1', keepaliveMs: 30_000 },
    window: 4,
    receiptTimeoutMs: 15_000,
    clock: new SystemClock('always'),
    onReceipt: async (receipt) => {
      receipts.push(receipt);
    },
    ...options,
  });
  return { tally, receipts };
}

const fileOf = (messages: readonly ParcelMessage[], head = HEAD) => Buffer.concat([...writeParcel(head, messages)]);

test('every message of a parcel arrives and is receipted', async () => {
  const cityOs = await cityOsFor();
  const messages = await batches(30);
  const gap: Gap = { gateway: 'gateway-01', epoch: 'ffffffffffffffff', number: 3, last: 5, count: 9, reason: 'quota' };
  const file = fileOf([{ kind: 'gap', bytes: encodeGap(gap) }, ...messages]);
  const { tally, receipts } = await deliver(file, cityOs.url);
  expect(tally).toMatchObject({ batches: 30, gaps: 1, stored: 300, damaged: 0, unanswered: 0, brokenOff: undefined });
  expect(receipts).toHaveLength(31);
  expect(cityOs.store.countByKind()).toEqual({ 'water-level': 300 });
  expect(cityOs.store.gaps()).toMatchObject([gap]);
  expect(cityOs.status()).toMatchObject([{ tenant: 'kakogawa' }, { tenant: 'kakogawa' }]);
});

test('a parcel that is delivered again stores nothing a second time', async () => {
  const cityOs = await cityOsFor();
  const file = fileOf(await batches(5));
  await deliver(file, cityOs.url);
  const { tally } = await deliver(file, cityOs.url);
  expect(tally).toMatchObject({ batches: 5, stored: 50 });
  expect(cityOs.store.countByKind()).toEqual({ 'water-level': 50 });
});

test('what the city OS refuses is counted by its reason', async () => {
  const refuse = ({ observedAt }: { observedAt: number }) => (observedAt % 2 === 0 ? 'even' : undefined);
  const cityOs = await cityOsFor({ misbehaviour: { refuse } });
  const { tally } = await deliver(fileOf(await batches(2)), cityOs.url);
  expect(tally).toMatchObject({
    batches: 2,
    stored: 10,
    refused: new Map([['even', { reason: foreign('even'), readings: 10 }]]),
  });
});

test('a lost connection is made anew, and what was on its way goes again', async () => {
  let crashes = 2;
  const cityOs = await cityOsFor({ misbehaviour: { crashAfterCommit: () => crashes-- > 0 } });
  const { tally } = await deliver(fileOf(await batches(10)), cityOs.url);
  expect(tally).toMatchObject({ batches: 10, stored: 100, unanswered: 0, brokenOff: undefined });
  expect(cityOs.store.countByKind()).toEqual({ 'water-level': 100 });
});

test('a city OS that does not answer ends the delivery when a window of messages got no receipt', async () => {
  const cityOs = await cityOsFor({ misbehaviour: { silent: true } });
  const { tally, receipts } = await deliver(fileOf(await batches(20)), cityOs.url, { receiptTimeoutMs: 50 });
  expect(tally).toMatchObject({ batches: 0, whyUnanswered: { en: 'no receipt came in time' } });
  expect(tally.unanswered).toBeLessThan(8); // a window, and what had taken its place meanwhile
  expect(tally.brokenOff?.en).toMatch(/messages in a row got no receipt/);
  expect(receipts).toEqual([]);
});

test('a broker that cannot be reached is a fault at once', async () => {
  const url = `mqtt://127.0.0.1:${await freePort()}`;
  await expect(deliver(fileOf([]), url)).rejects.toMatchObject({ code: 'broker-unreachable' });
});

test('a parcel that was cut short is delivered until there, and says so', async () => {
  const cityOs = await cityOsFor();
  const file = fileOf(await batches(6));
  const { tally, receipts } = await deliver(file.subarray(0, file.length - 30), cityOs.url);
  expect(tally).toMatchObject({ batches: 5, stored: 50 });
  expect(tally.brokenOff?.en).toMatch(/week\.parcel: the file ends early/);
  expect(receipts).toHaveLength(5);
});

test('a damaged message is left out, and the others arrive', async () => {
  const cityOs = await cityOsFor();
  const file = fileOf(await batches(6));
  file.writeUInt8(file.readUInt8(file.length >> 1) ^ 1, file.length >> 1);
  const { tally } = await deliver(file, cityOs.url);
  expect(tally).toMatchObject({ batches: 5, damaged: 1, brokenOff: undefined });
});

test('a message of another gateway than the parcel is left out', async () => {
  const cityOs = await cityOsFor();
  const others = await batches(1, { gateway: 'gateway-02' });
  const { tally } = await deliver(fileOf([...others, ...(await batches(1))]), cityOs.url);
  expect(tally).toMatchObject({ batches: 1, damaged: 1 });
  expect(cityOs.store.countByKind()).toEqual({ 'water-level': 10 });
});

test('bytes that are no message of the feed, and receipts, are left out', async () => {
  const cityOs = await cityOsFor();
  const junk: ParcelMessage[] = [
    { kind: 'batch', bytes: Uint8Array.of(1, 2, 3) },
    { kind: 'receipt', bytes: Uint8Array.of(0xa0) },
  ];
  expect((await deliver(fileOf(junk), cityOs.url)).tally).toMatchObject({ batches: 0, damaged: 2 });
});

test('a receipt that cannot be kept ends the delivery with that fault', async () => {
  const cityOs = await cityOsFor();
  const onReceipt = () => Promise.reject(new Error('the stick is full'));
  await expect(deliver(fileOf(await batches(3)), cityOs.url, { onReceipt })).rejects.toThrow('the stick is full');
});
