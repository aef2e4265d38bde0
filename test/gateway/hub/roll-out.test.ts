/** A hub rolls a release out by orders, goes on after a start, and stops. */
import { beforeEach, expect, test } from 'vitest';
import { Births } from '../../../gateway/hub/births.ts';
import { HubOrders } from '../../../gateway/hub/hub-orders.ts';
import { OrderBook } from '../../../gateway/hub/order-book.ts';
import { orderKey } from '../../../gateway/hub/order-key.ts';
import { RollOut } from '../../../gateway/hub/roll-out.ts';
import { encodeResult, type OrderOutcome } from '../../../shared/orders/result.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const GATEWAYS = Array.from({ length: 40 }, (_, i) => ({ tenant: 'kakogawa', gateway: `box-${i}` }));
const PLAN = {
  ...{ version: '0.2.0', url: 'https://hub.example/v1/kakogawa/releases', stages: [0.25, 1] },
  ...{ pauseMs: 0, patienceMs: 86_400_000, stopShare: 0.1 },
};

let remembered: Map<string, string>;
let folder = '';
let clock: VirtualClock;
beforeEach(() => {
  remembered = new Map();
  folder = temporaryFolder();
  clock = new VirtualClock();
});

function hub() {
  const log = new LogBook();
  const keep = async (values: ReadonlyMap<string, string | undefined>) => {
    for (const [key, value] of values) value === undefined ? remembered.delete(key) : remembered.set(key, value);
  };
  const book = new OrderBook(remembered, keep, log);
  const audited: string[] = [];
  const audit = { append: async ({ outcome }: { outcome: string }) => void audited.push(outcome) };
  const orders = new HubOrders({
    book,
    key: () => orderKey(folder),
    clock,
    audit: audit as never,
    keepBundle: () => '',
    log,
  }); // nothing else is asked of it
  const births = new Births(remembered, () => {}, log);
  const rollOut = new RollOut({ orders, births, gateways: () => GATEWAYS, keep, remembered, clock, log });
  const answer = async (outcome: OrderOutcome) => {
    for (const entry of [...book.allWaiting()]) {
      await orders.result(entry, encodeResult({ order: entry.digest, id: entry.id, gateway: entry.gateway, outcome }));
    }
  };
  return { rollOut, book, orders, births, answer, audited, log };
}

test('the stages follow one another as results come, also after a start of the hub', async () => {
  const before = hub();
  await before.rollOut.begin(PLAN);
  const first = before.book.waiting;
  expect(first).toBeGreaterThan(2);
  expect(first).toBeLessThan(25);
  await expect(before.rollOut.begin(PLAN)).rejects.toMatchObject({ code: 'roll-out-runs' });
  const { rollOut, book, answer } = hub();
  await answer('done');
  await rollOut.look();
  await rollOut.look();
  expect(book.waiting).toBe(40 - first);
  await answer('done');
  await rollOut.look();
  expect(rollOut.sight).toMatchObject({
    state: { state: 'done' },
    tally: { chosen: 40, done: 40, failed: 0, waiting: 0 },
  });
});

test('whom it has ordered the release, and how that ended, it knows when the book of orders does not any more', async () => {
  const before = hub();
  await before.rollOut.begin({ ...PLAN, stages: [1], stopShare: 1 });
  await before.answer('failed');
  await before.rollOut.look();
  for (const key of [...remembered.keys()]) if (key.startsWith('hub/order/')) remembered.delete(key);
  const { rollOut, book } = hub();
  await rollOut.look();
  expect(book.all()).toEqual([]);
  expect(rollOut.sight).toMatchObject({ tally: { chosen: 40, failed: 40, waiting: 0 } });
  await rollOut.begin(PLAN).catch(() => {});
  expect([...remembered.keys()].filter((key) => key.startsWith('hub/roll-out/'))).toHaveLength(book.waiting);
});

test('one that runs something newer is not asked, and is said so', async () => {
  const { rollOut, book, births } = hub();
  for (const [i, origin] of GATEWAYS.entries()) {
    const software = `machimori ${i < 10 ? '0.10.0' : '0.1.9'}`;
    births.born(origin, { ...origin, software, epoch: '00000000000000aa', at: 1, devices: [] }, 1);
  }
  await rollOut.begin({ ...PLAN, stages: [1] });
  expect(book.waiting).toBe(30);
  expect(rollOut.sight).toMatchObject({ tally: { chosen: 40, waiting: 30, newer: 10 } });
});

test('it stops when too many fail, and says so', async () => {
  const { rollOut, answer, log } = hub();
  await rollOut.begin(PLAN);
  await answer('failed');
  await rollOut.look();
  expect(rollOut.sight).toMatchObject({ state: { state: 'stopped', stage: 0 } });
  expect(log.at('error')[0]?.message).toContain('The roll-out was stopped');
});

test('somebody stops it: what nobody has answered is withdrawn, and another can begin', async () => {
  const { rollOut, book, audited } = hub();
  await expect(rollOut.stop()).rejects.toMatchObject({ code: 'no-roll-out' });
  await rollOut.begin(PLAN);
  await rollOut.stop();
  expect(book.waiting).toBe(0);
  expect(audited).toContain('withdrawn');
  await rollOut.look();
  expect(book.waiting).toBe(0);
  await rollOut.begin({ ...PLAN, version: '0.2.1' });
  expect(rollOut.sight).toMatchObject({ plan: { version: '0.2.1' }, state: { state: 'running' } });
});

test('looks that overlap order each gateway once', async () => {
  const { rollOut, book } = hub();
  const begun = rollOut.begin({ ...PLAN, stages: [1] });
  await expect.poll(() => book.waiting, { interval: 1 }).toBeGreaterThan(0);
  await Promise.all([begun, rollOut.look()]);
  expect(book.waiting).toBe(40);
});

test('stopped while orders go out, it stays stopped, and nothing goes out after it', async () => {
  const { rollOut, book } = hub();
  const begun = rollOut.begin({ ...PLAN, stages: [1] });
  await expect.poll(() => book.waiting, { interval: 1 }).toBeGreaterThan(0);
  await rollOut.stop();
  await begun;
  await rollOut.look();
  expect(book.waiting).toBe(0);
  expect(book.all().length).toBeLessThan(40);
  expect(rollOut.sight?.state.state).toBe('stopped');
});

test('what the power kept from being withdrawn is withdrawn after the start', async () => {
  const before = hub();
  await before.rollOut.begin(PLAN);
  const cut = new Map(remembered);
  await before.rollOut.stop();
  remembered = new Map([...cut, ['hub/roll-out', remembered.get('hub/roll-out') ?? '']]);
  const { rollOut, book } = hub();
  expect(book.waiting).toBeGreaterThan(0);
  await rollOut.look();
  expect(book.waiting).toBe(0);
});

test('a result that comes while others are withdrawn is kept', async () => {
  const { rollOut, book, orders, answer } = hub();
  await rollOut.begin(PLAN);
  const waiting = [...book.allWaiting()];
  await answer('done');
  for (const entry of waiting) await orders.withdraw(entry);
  expect(book.all().every(({ result }) => result?.outcome === 'done')).toBe(true);
});
