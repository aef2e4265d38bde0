/** An edge's list: taken from the trusted hub alone, never an older one, and over when it says so. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KnownOperators } from '../../../gateway/enrolment/known-operators.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { AT, HubStandIn, hourMs, operatorWithKey } from './hub-stand-in.ts';

async function edge() {
  const hub = await HubStandIn.open();
  const [alsok, otta] = [(await operatorWithKey('alsok')).operator, (await operatorWithKey('otta')).operator];
  const clock = new VirtualClock('2027-01-01T00:00:00Z');
  const dataDirectory = join(temporaryFolder(), 'data');
  const log = new LogBook();
  const open = (key = hub.publicKey) => KnownOperators.open({ dataDirectory, key, clock, log });
  const ids = (known: KnownOperators) => known.operators.map(({ id }) => id);
  return { hub, alsok, otta, clock, dataDirectory, log, open, ids };
}

test('a newer list takes the place of the one before: what it lacks is gone at once', async () => {
  const { hub, alsok, otta, open, ids } = await edge();
  const known = open();
  expect(known.stats).toMatchObject({ state: 'none', operators: 0 });
  await known.take(await hub.list(1, [alsok, otta]));
  expect(ids(known)).toEqual(['alsok', 'otta']);
  await known.take(await hub.list(2, [otta]));
  expect(ids(known)).toEqual(['otta']);
  expect(known.stats).toMatchObject({ state: 'current', number: 2, validUntil: AT + hourMs, refused: 0 });
});

test('a list that was only signed again lengthens it, and nobody begins anew', async () => {
  const { hub, alsok, clock, open } = await edge();
  const known = open();
  await known.take(await hub.list(1, [alsok]));
  const { operators } = known;
  await known.take(await hub.list(1, [alsok], { issuedAt: AT + 1_000, validUntil: AT + 2 * hourMs }));
  await clock.advance(hourMs + 1);
  expect(known.operators).toBe(operators);
});

test('a list of a stranger, a changed one and an older one are counted and never applied', async () => {
  const { hub, alsok, otta, log, open, ids } = await edge();
  const known = open();
  await known.take(await hub.list(5, [alsok], { issuedAt: AT + 10 }));
  const stranger = await HubStandIn.open();
  const changed = await hub.list(6, [otta]);
  changed[20] = (changed[20] ?? 0) ^ 1;
  await known.take(await stranger.list(6, [otta]));
  await known.take(changed);
  await known.take(await hub.list(4, [alsok, otta]));
  await known.take(await hub.list(5, [otta], { issuedAt: AT }));
  await known.take(new Uint8Array([1, 2, 3]));
  expect(ids(known)).toEqual(['alsok']);
  expect(known.stats).toMatchObject({ number: 5, refused: 5, lastRefusedAt: AT });
  expect(log.at('warn')).toHaveLength(5);
  await known.take(await hub.list(5, [alsok], { issuedAt: AT + 10 })); // the same again
  expect(known.stats.refused).toBe(5);
});

test('once a newer list was taken, nothing more is said of one that was refused before', async () => {
  const { hub, alsok, open } = await edge();
  const known = open();
  await known.take(await hub.list(5, [alsok]));
  await known.take(await hub.list(4, [alsok]));
  expect(known.stats.lastRefused?.en).toBe('list 4 is older than list 5, which is here already');
  await known.take(await hub.list(6, [alsok]));
  expect(known.stats).toMatchObject({ number: 6, refused: 1 });
  expect([known.stats.lastRefused, known.stats.lastRefusedAt]).toEqual([undefined, undefined]);
});

test('when the list ends everything is gone, until a newer one comes', async () => {
  const { hub, alsok, clock, open, ids } = await edge();
  const known = open();
  await known.take(await hub.list(1, [alsok]));
  await clock.advance(hourMs - 1);
  expect(ids(known)).toEqual(['alsok']);
  await clock.advance(1);
  expect(ids(known)).toEqual([]);
  expect(known.stats.state).toBe('over');
  await known.take(await hub.list(1, [alsok], { issuedAt: AT + hourMs, validUntil: AT + 2 * hourMs }));
  expect(known.stats.state).toBe('current');
});

test('while the clock is not set nothing counts', async () => {
  const { hub, alsok, clock, open, ids } = await edge();
  clock.synchronised = false;
  const known = open();
  await known.take(await hub.list(1, [alsok]));
  expect(ids(known)).toEqual([]);
  expect(known.stats.state).toBe('clock-unset');
  clock.synchronised = true;
  expect(ids(known)).toEqual(['alsok']);
});

test('a box that restarts goes on with the list it kept, until that ends, and takes no older one', async () => {
  const { hub, alsok, otta, clock, open, ids } = await edge();
  await open().take(await hub.list(3, [alsok]));
  const known = open();
  await known.settled();
  expect(ids(known)).toEqual(['alsok']);
  await known.take(await hub.list(2, [otta]));
  expect(ids(known)).toEqual(['alsok']);
  await clock.advance(hourMs);
  expect(ids(known)).toEqual([]);
});

test('a kept list counts only for the hub that is trusted now', async () => {
  const { hub, alsok, dataDirectory, open, ids } = await edge();
  await open().take(await hub.list(3, [alsok]));
  const other = open((await HubStandIn.open()).publicKey);
  await other.settled();
  expect(ids(other)).toEqual([]);
  const [file = ''] = readdirSync(dataDirectory);
  writeFileSync(join(dataDirectory, file), readFileSync(join(dataDirectory, file)).subarray(1));
  const known = open();
  await known.settled();
  expect(ids(known)).toEqual([]);
  await known.take(await hub.list(1, [alsok]));
  expect(ids(known)).toEqual(['alsok']);
});

test('a flood of lists is bounded', async () => {
  const { hub, alsok, open } = await edge();
  const known = open();
  const list = await hub.list(1, [alsok]);
  await Promise.all(Array.from({ length: 50 }, () => known.take(list)));
  expect(known.stats.refused).toBe(46);
  expect(known.stats.state).toBe('current');
});
