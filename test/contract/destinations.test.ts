/** What every type of destination promises, between a real buffer and whatever stores its readings. */
import * as v from 'valibot';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Outgoing } from '../../gateway/buffer/outgoing.ts';
import { withUnits } from '../../gateway/config/case.ts';
import { entriesOf } from '../../gateway/config/schema-walk.ts';
import { DESTINATION_TYPES } from '../../gateway/destinations/catalogue.ts';
import { commonSettings } from '../../gateway/destinations/common-settings.ts';
import type { Destination, DestinationType, Session } from '../../gateway/destinations/destination.ts';
import { Forwarder } from '../../gateway/destinations/forwarder.ts';
import { maxWindows } from '../../gateway/destinations/sending-window.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { openHttp } from '../../gateway/net/http.ts';
import { connectMqtt } from '../../gateway/net/mqtt-connection.ts';
import type { Receipt } from '../../shared/feed/receipt.ts';
import { meaningOf } from '../../shared/setting.ts';
import { BufferRig, CITY, levels } from '../gateway/buffer/buffer-rig.ts';
import { LogBook } from '../gateway/machine/log-book.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { DESTINATION_SAMPLES, type DestinationSample, type Store } from './destination-samples.ts';

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 15_000, interval: 5 });
const standing = { at: 0, sealed: 0, waiting: { routine: 0, urgent: 0 }, clockSynchronised: true };

const DEVICE = { id: 'gauge-01', type: 'line', kinds: ['water-level'], units: { level: 'm' } };

/** A gateway's end: a buffer with batches of ten, the destination, and the sessions that it opens. */
async function site(sample: DestinationSample, type: DestinationType, more: object = {}) {
  const clock = new SystemClock('always');
  const rig = new BufferRig({ clock, batchReadings: 10, outboxes: [CITY] });
  const buffer = rig.open();
  const store = await sample.open();
  const settings = { name: CITY.name, ...store.settings, reconnectWithin: '0s', ...more };
  const opened = type.open(v.parse(type.settings, withUnits(type.settings, settings)), {
    gateway: 'gateway-01',
    tenant: 'kakogawa',
    software: 'machimori 0.1.0',
    epoch: () => buffer.stats().outboxes.city?.epoch ?? '',
    devices: () => [DEVICE],
    silent: () => [],
    problems: () => [],
    clock,
    log: new LogBook(),
    connect: connectMqtt,
    openHttp,
    accepts: () => true,
    describe: () => DEVICE,
    dataDirectory: temporaryFolder(),
  });
  const destination = store.between?.(opened) ?? opened;
  const put = async (from: number, to: number) => buffer.append((await store.readings?.(from, to)) ?? levels(from, to));
  return { clock, buffer, store, destination, put };
}

type Site = Awaited<ReturnType<typeof site>>;

/** Lets the forwarder work until the test is over, or until it is told to stop. */
function forward({ clock, buffer, destination }: Site) {
  const forwarder = new Forwarder({ destination, buffer, clock, log: new LogBook(), random: () => 0 });
  const stop = new AbortController();
  const running = forwarder.run(stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  onTestFinished(end);
  return { forwarder, end };
}

async function session(destination: Destination): Promise<Session> {
  const opened = await destination.open(new AbortController().signal);
  onTestFinished(() => opened.close(standing));
  return opened;
}

function takeOne({ buffer }: Site): Outgoing {
  const outgoing = buffer.take('city');
  if (outgoing === undefined) throw new Error('nothing was sealed');
  return outgoing;
}

/** What a store has of levels that come in this order: all of them, or the newest. */
const kept = ({ keepsNewest }: Store, all: readonly number[]) => (keepsNewest ? all.slice(-1) : all);
const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

test('every type of destination has a sample here', () => {
  const names = DESTINATION_TYPES.map(({ name }) => name);
  expect(new Set(DESTINATION_SAMPLES.map(({ type }) => type))).toEqual(new Set(names));
  expect(new Set(names).size).toBe(names.length);
});

describe.each(DESTINATION_TYPES.map((type) => [type.name, type] as const))('the settings of %s', (name, type) => {
  test('are those of every destination and its own, each with a meaning in both languages', () => {
    const entries = entriesOf(type.settings);
    expect(v.is(entries.type ?? v.never(), name)).toBe(true);
    for (const key of Object.keys(commonSettings)) expect(entries).toHaveProperty(key);
    for (const [key, entry] of Object.entries(entries)) {
      expect(meaningOf(entry)?.en, key).toMatch(/^["A-Z….].*[.…]$/s);
      expect(meaningOf(entry)?.ja, key).toMatch(/[。…]$/);
    }
  });
});

describe.each(DESTINATION_SAMPLES.map((sample) => [sample.type, sample] as const))('%s', (_, sample) => {
  const type = DESTINATION_TYPES.find(({ name }) => name === sample.type);
  if (type === undefined) throw new Error(`there is no destination type ${sample.type}`);

  test('answers with a receipt only when the readings are stored', async () => {
    const at = await site(sample, type);
    await at.store.come();
    await at.put(1, 10);
    const sending = takeOne(at);
    const opened = await session(at.destination);
    const receipt = await opened.send(sending);
    expect(receipt).toMatchObject({ number: 1, outcome: 'stored', refused: [] });
    expect(sorted(at.store.levels())).toEqual(kept(at.store, upTo(10)));
  });

  test('reports a gap, and has a receipt for it', async () => {
    const at = await site(sample, type);
    await at.store.come();
    const { epoch } = at.buffer.stats().outboxes.city ?? { epoch: '' };
    const gap = { gateway: 'gateway-01', epoch, number: 3, last: 5, count: 30, reason: 'quota' } as const;
    const opened = await session(at.destination);
    expect(await opened.send({ kind: 'gap', gap })).toMatchObject({ number: 3, last: 5, outcome: 'stored' });
    if (!at.store.keepsNewest) expect(at.store.missing()).toEqual([3, 4, 5]);
  });

  test('rejects if it cannot be reached', async () => {
    const at = await site(sample, type);
    await expect(at.destination.open(new AbortController().signal)).rejects.toThrow();
  });

  test('what is refused is named with its reason, and the rest of the batch is stored', async () => {
    const at = await site(sample, type);
    await at.store.come();
    if (at.store.refuse === undefined) return; // what it refuses is in its own tests
    const bad = at.store.keepsNewest ? 10 : 4; // of the others it hears only in passing
    at.store.refuse(({ values }) => (values.level === bad ? 'unknown gauge' : undefined));
    const stored = (last: number) =>
      kept(
        at.store,
        upTo(last).filter((n) => n !== bad),
      );
    await at.put(1, 10);
    forward(at);
    await until(() => expect(at.buffer.stats().outboxes.city?.refused).toBe(0)); // not yet committed
    await until(() => expect(sorted(at.store.levels())).toEqual(stored(10)));
    await at.put(11, 20); // its commit takes the receipt with it
    await until(() => expect(sorted(at.store.levels())).toEqual(stored(20)));
    await at.buffer.append(levels(21, 21));
    const reason = expect.stringContaining('unknown gauge');
    await until(() => expect([...at.buffer.refused()]).toMatchObject([{ reason }]));
    expect(sorted(at.store.levels())).toEqual(stored(20));
  });

  test('after an outage everything arrives once', async () => {
    const at = await site(sample, type);
    await at.store.come();
    const { forwarder } = forward(at);
    await at.put(1, 30);
    await until(() => expect(sorted(at.store.levels())).toEqual(kept(at.store, upTo(30))));
    await at.store.leave();
    await until(() => expect(forwarder.stats.state).toBe('disconnected'));
    expect(forwarder.stats.why?.ja).not.toBe('');
    await at.put(31, 80);
    await at.store.come();
    await until(() => expect(sorted(at.store.levels())).toEqual(kept(at.store, upTo(80))));
  });

  test('what was stored and is sent again is receipted, and stored once', async () => {
    const at = await site(sample, type);
    await at.store.come();
    at.store.loseAnswers(2);
    await at.put(1, 40);
    const { forwarder } = forward(at);
    await until(() => expect(forwarder.stats.readingsStored).toBe(40));
    if (!at.store.keepsNewest) expect(forwarder.stats.resent).toBeGreaterThan(0); // else by the session itself
    expect(sorted(at.store.levels())).toEqual(kept(at.store, upTo(40)));
  });

  test('its window is on the way at once, and no more than three while that is overdue', async () => {
    const at = await site(sample, type, { window: 2 });
    expect(at.destination.window).toBe(2);
    await at.store.come();
    at.store.stall(true);
    const open = at.destination.open.bind(at.destination);
    let [onTheWay, most] = [0, 0];
    const counted: Destination = {
      ...at.destination,
      async open(signal) {
        const opened = await open(signal);
        return {
          ...opened,
          send(outgoing): Promise<Receipt> {
            most = Math.max(most, ++onTheWay);
            return opened.send(outgoing).finally(() => {
              onTheWay--;
            });
          },
        };
      },
    };
    await at.put(1, 60);
    forward({ ...at, destination: counted });
    await until(() => expect(most).toBeGreaterThanOrEqual(2));
    at.store.stall(false);
    await until(() => expect(sorted(at.store.levels())).toEqual(kept(at.store, upTo(60))));
    expect(most).toBeLessThanOrEqual(maxWindows * 2);
  });

  test('a stop while a batch is on its way ends the session, and the batch waits again', async () => {
    const at = await site(sample, type);
    await at.store.come();
    at.store.stall(true);
    await at.put(1, 10);
    const { forwarder, end } = forward(at);
    await until(() => expect(forwarder.stats.batchesSent).toBe(1));
    await end();
    expect(at.buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 1 }, inFlight: 0 });
    expect(at.store.levels()).toEqual([]);
  });
});
