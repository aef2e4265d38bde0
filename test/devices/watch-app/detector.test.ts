/** The detector: what it hears reaches the operators once, and before consent or after its withdrawal there is nothing. */
import { expect, test } from 'vitest';
import type { Detector } from '../../../devices/watch-app/core/detector.ts';
import { OrderedStore } from '../../../devices/watch-app/core/ordered-store.ts';
import { maxQueued } from '../../../devices/watch-app/core/outbox.ts';
import { memoryStore } from '../../../devices/watch-app/stores/memory.ts';
import { uploadBytes } from '../../../shared/enrolment/upload.ts';
import { toHex } from '../../../shared/hex.ts';
import {
  COMPANIES,
  DAY,
  MINUTE,
  newCity,
  newPhone,
  newPhoneOn,
  openedBy,
  type Phone,
  RIVER,
  StandInHub,
  seeded,
  tagOf,
} from './phone.ts';
import { VirtualTime } from './virtual-time.ts';

/** So that the phone never rests. */
const nowhere = async () => undefined;

async function tagsOf({ city, hub }: Pick<Phone, 'city' | 'hub'>, operator: string) {
  const opened = await Promise.all([...hub.stored.values()].map((bytes) => openedBy(city, operator, bytes)));
  return opened.flat();
}

test('a tag that was heard reaches its operator once, with the place and the time of its slot', async () => {
  const phone = await newPhoneOn();
  const began = phone.time.moment().wall;
  for (let i = 0; i < 5; i++) phone.scanner.hear(tagOf('aoba', 7));
  await phone.time.pass(10 * MINUTE);
  const tags = await tagsOf(phone, 'aoba');
  expect(tags.map(({ id, place, observedAt }) => [toHex(id.bytes), place, observedAt])).toEqual([
    ['0000000000000007', RIVER, began + 30_000],
  ]);
  expect(await tagsOf(phone, 'midori')).toEqual([]);
});

test('what no operator looks for is forgotten', async () => {
  const phone = await newPhoneOn();
  phone.scanner.hear({ manufacturerData: [[0x004c, Uint8Array.of(0x12, 0x19, 1, 2, 3)]], rssi: -40 });
  phone.scanner.hear({ manufacturerData: [[COMPANIES.aoba, Uint8Array.of(9, 9, 9)]], rssi: -40 });
  phone.scanner.hear({ payload: Uint8Array.of(255, 255, 1), rssi: 127 });
  await phone.time.pass(6 * MINUTE);
  expect(phone.hub.stored.size).toBeGreaterThan(1);
  for (const operator of phone.city.openers.keys()) expect(await tagsOf(phone, operator)).toEqual([]);
});

test('it does not scan before consent has been recorded', async () => {
  const { detector, scanner, store } = await newPhone();
  await expect(detector.start()).rejects.toThrow('Consent');
  expect(scanner.starts).toBe(0);
  expect(await store.keys()).toEqual([]);
});

test('consent outlives a restart, but not new words', async () => {
  const store = memoryStore();
  const { detector } = await newPhone({ store, words: '1' });
  await detector.agree();
  const open = async (words: string) => {
    const phone = await newPhone({ store, words });
    await phone.detector.open();
    return phone.detector.state.consent?.words;
  };
  expect(await open('1')).toBe('1');
  expect(await open('2')).toBeUndefined();
  expect(await store.keys()).toEqual([]);
});

test('it listens for 10 of every 30 seconds', async () => {
  const { time, scanner } = await newPhoneOn();
  const listens: boolean[] = [];
  for (let second = 0; second < 60; second++) {
    listens.push(scanner.isListening);
    await time.pass(1_000);
  }
  expect([19, 20, 21]).toContain(listens.filter(Boolean).length); // a slot need not begin with a second
  expect(listens.slice(0, 10)).not.toContain(false); // the first begins at once
  expect(scanner.starts).toBe(2);
});

test('a scan that needs a touch stays open, and between its slots nobody listens to it', async () => {
  const phone = await newPhoneOn({ needsTouch: true });
  await phone.time.pass(15_000);
  expect(phone.scanner.isListening).toBe(true);
  phone.scanner.hear(tagOf('aoba', 1));
  await phone.time.pass(10 * MINUTE);
  expect(phone.scanner.starts).toBe(1);
  expect(await tagsOf(phone, 'aoba')).toEqual([]);
  await phone.during(phone.detector.stop());
  expect(phone.scanner.isListening).toBe(false);
});

test('a phone that lies still rests, and its uploads go on; moved, it listens again', async () => {
  let place = RIVER;
  const phone = await newPhoneOn({ locate: async () => place });
  await phone.time.pass(12 * MINUTE);
  expect(phone.detector.state.activity).toBe('resting');
  const { starts } = phone.scanner;
  const { length } = phone.hub.requests;
  await phone.time.pass(10 * MINUTE);
  expect(phone.scanner.starts).toBe(starts);
  expect([4, 5, 6]).toContain(phone.hub.requests.length - length);
  place = { ...RIVER, lat: RIVER.lat + 0.01 };
  await phone.time.pass(3 * MINUTE);
  expect(phone.detector.state.activity).toBe('on');
  expect(phone.scanner.starts).toBeGreaterThan(starts);
});

test('a phone that does not know where it is never rests, and what it hears goes without a place', async () => {
  const phone = await newPhoneOn({ locate: async () => Promise.reject(new Error('not allowed')) });
  phone.scanner.hear(tagOf('sora', 3));
  await phone.time.pass(30 * MINUTE);
  expect(phone.detector.state.activity).toBe('on');
  const [tag] = await tagsOf(phone, 'sora');
  expect(tag && 'place' in tag).toBe(false);
  expect(phone.detector.state.isPlaceKnown).toBe(false);
});

test('offline and back: everything arrives once, even if receipts are lost, and across a restart', async () => {
  const phone = await newPhoneOn();
  phone.hub.is = 'away';
  phone.scanner.hear(tagOf('aoba', 1));
  await phone.time.pass(20 * MINUTE);
  const waiting = (await phone.store.keys()).filter((key) => key.startsWith('upload/'));
  expect([9, 10]).toContain(waiting.length);
  await phone.during(phone.detector.stop());

  const { time, city, hub, store } = phone;
  hub.is = 'losing receipts';
  const again = await newPhone({ time, hub, store, chance: seeded(2) }, city);
  await again.during(again.detector.start(), 3 * MINUTE);
  hub.is = 'there';
  again.detector.online();
  await time.pass(30 * MINUTE);
  expect((await store.keys()).filter((key) => key.startsWith('upload/'))).toEqual([]);
  expect(await tagsOf(phone, 'aoba')).toHaveLength(1);

  const byName = new Map<string, Set<string>>();
  for (const { bytes } of hub.requests) {
    const name = toHex(bytes.subarray(0, 64));
    byName.set(name, (byName.get(name) ?? new Set()).add(toHex(bytes)));
  }
  expect(hub.requests.length).toBeGreaterThan(byName.size); // some were sent again
  for (const contents of byName.values()) expect(contents.size).toBe(1); // the same bytes
  for (const key of waiting) expect(hub.stored.has(key.split('/')[2] ?? '')).toBe(true);
});

test('while the hub is away it is asked ever more seldom; when the network is back, at once', async () => {
  const { time, hub, detector } = await newPhoneOn();
  hub.is = 'away';
  await time.pass(2 * 60 * MINUTE);
  const inTwoHours = hub.requests.length;
  expect(inTwoHours).toBeLessThan(35);
  hub.is = 'there';
  detector.online();
  await time.pass(3 * MINUTE);
  expect(hub.stored.size).toBeGreaterThan(55);
  expect(detector.state.isHubReached).toBe(true);
});

test('a hub that asks for a pause gets it, and what it will never take is not sent again', async () => {
  const { time, hub, store } = await newPhoneOn();
  hub.is = 'busy';
  await time.pass(11 * MINUTE);
  const gaps = hub.requests.map(({ at }, i) => at - (hub.requests[i - 1]?.at ?? -DAY));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5 * MINUTE);
  hub.is = 'refusing';
  await time.pass(11 * MINUTE);
  expect((await store.keys()).filter((key) => key.startsWith('upload/'))).toEqual([]);
});

test('an answer that is no receipt settles nothing', async () => {
  const { time, hub, store } = await newPhoneOn();
  const upload = hub.upload.bind(hub);
  hub.upload = async () => ({ kind: 'receipt', bytes: new TextEncoder().encode('<html>Free Wi-Fi</html>') });
  await time.pass(5 * MINUTE);
  expect(hub.stored.size).toBe(0);
  hub.upload = upload;
  await time.pass(20 * MINUTE);
  expect(hub.stored.size).toBeGreaterThan(10);
  expect((await store.keys()).filter((key) => key.startsWith('upload/'))).toEqual([]);
});

const waitingIn = async ({ store }: Phone) => (await store.keys()).filter((key) => key.startsWith('upload/'));

test('what has waited for longer than the operators allow is dropped', async () => {
  const phone = await newPhoneOn({ everyMs: 30 * MINUTE });
  phone.hub.is = 'away';
  await phone.time.pass(3 * DAY);
  expect([48, 49]).toContain((await waitingIn(phone)).length);
});

test('beyond the bound the oldest is dropped for a new one', async () => {
  const time = new VirtualTime();
  const city = await newCity(time.moment().wall, 7 * DAY);
  const phone = await newPhoneOn({ time }, city);
  phone.hub.is = 'away';
  await time.pass(maxQueued * 2 * MINUTE);
  const [first] = await waitingIn(phone);
  await time.pass(10 * MINUTE);
  const waiting = await waitingIn(phone);
  expect(waiting).toHaveLength(maxQueued);
  expect(waiting).not.toContain(first);
}, 60_000);

test('switched off it makes one last upload, and then nothing', async () => {
  const phone = await newPhoneOn();
  phone.scanner.hear(tagOf('midori', 5));
  await phone.time.pass(5_000);
  await phone.during(phone.detector.stop());
  expect(phone.detector.state.activity).toBe('off');
  expect(await tagsOf(phone, 'midori')).toHaveLength(1);
  const { length } = phone.hub.requests;
  await phone.time.pass(DAY);
  expect(phone.hub.requests).toHaveLength(length);
  expect(phone.scanner.isListening).toBe(false);
});

test.each<[string, (detector: Detector, phone: Phone) => Promise<void>]>([
  ['while it is on', async () => undefined],
  [
    'while the hub is away',
    async (_, phone) => {
      phone.hub.is = 'away';
      await phone.time.pass(10 * MINUTE);
    },
  ],
  ['while it stops', async (detector) => void detector.stop()],
  [
    'while it starts again',
    async (detector) =>
      void detector
        .stop()
        .then(() => detector.start())
        .catch(() => undefined),
  ],
])('withdrawn %s, it leaves nothing, and does nothing until consent is given anew', async (_, before) => {
  const phone = await newPhoneOn();
  phone.scanner.hear(tagOf('aoba', 9));
  await phone.time.pass(4 * MINUTE);
  expect(await phone.store.keys()).toContain('consent');
  await before(phone.detector, phone);
  await phone.during(phone.detector.withdraw());
  await phone.time.pass(10 * MINUTE);
  expect(await phone.store.keys()).toEqual([]);
  expect(phone.detector.state).toMatchObject({ consent: undefined, activity: 'off' });
  expect(phone.scanner.isListening).toBe(false);
  phone.hub.is = 'there';
  const { length } = phone.hub.requests;
  await phone.time.pass(DAY);
  expect(phone.hub.requests).toHaveLength(length);
  await expect(phone.detector.start()).rejects.toThrow('Consent');

  await phone.detector.agree();
  await phone.during(phone.detector.start(), 10 * MINUTE);
  expect(phone.hub.requests.length).toBeGreaterThan(length);
});

test('what was under way when consent was withdrawn is never written, however slow the store is', async () => {
  const store = memoryStore();
  let release = () => {};
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  const ordered = new OrderedStore({ ...store, get: (key) => slow.then(() => store.get(key)) });
  const life = new AbortController();
  const reading = ordered.get('consent');
  const before = ordered.put('upload/1', new Uint8Array(1), life.signal);
  life.abort();
  const emptied = ordered.clear();
  const after = ordered.put('upload/2', new Uint8Array(1), life.signal);
  release();
  await Promise.all([reading, before, emptied, after]);
  expect(await store.keys()).toEqual([]);
});

test('a list that the city did not sign is never taken', async () => {
  const time = new VirtualTime();
  const [city, stranger] = [await newCity(time.moment().wall), await newCity(time.moment().wall)];
  const hub = new StandInHub(await stranger.list(), () => time.moment().monotonic);
  const phone = await newPhoneOn({ time, hub, locate: nowhere }, city);
  await time.pass(10 * MINUTE);
  expect(phone.detector.state).toMatchObject({ list: 'forged', operators: [] });
  expect(phone.scanner.starts).toBe(0);
  expect(hub.requests).toEqual([]);
  hub.list = await city.list();
  await time.pass(11 * MINUTE);
  expect(phone.detector.state.list).toBe('current');
  expect(phone.scanner.starts).toBeGreaterThan(0);
});

test('after the end of its list it detects nothing and sends nothing new, and an older list does not bring it back', async () => {
  const time = new VirtualTime();
  const city = await newCity(time.moment().wall);
  const end = { validUntil: time.moment().wall + 30 * MINUTE };
  const hub = new StandInHub(await city.list({ number: 5, ...end }), () => time.moment().monotonic);
  const phone = await newPhoneOn({ time, hub, locate: nowhere }, city);
  await time.pass(28 * MINUTE);
  hub.list = await city.list({ number: 4 });
  await time.pass(4 * MINUTE);
  const { starts } = phone.scanner;
  const { length } = hub.requests;
  expect(phone.detector.state.list).toBe('over');
  await time.pass(3 * 60 * MINUTE);
  expect(phone.detector.state.list).toBe('over');
  expect(phone.scanner.starts).toBe(starts);
  expect(hub.requests).toHaveLength(length);
  hub.list = await city.list({ number: 6 });
  await time.pass(11 * MINUTE);
  expect(phone.detector.state.list).toBe('current');
  expect(phone.scanner.starts).toBeGreaterThan(starts);
});

test('the kept list is enough to start offline, unless another key is pinned', async () => {
  const phone = await newPhoneOn();
  await phone.during(phone.detector.stop());
  const { time, city, hub, store } = phone;
  hub.is = 'away';
  const again = await newPhoneOn({ time, hub, store }, city);
  expect(again.detector.state.list).toBe('current');
  expect(again.scanner.starts).toBe(1);
  await again.during(again.detector.stop());
  const other = await newPhone({ time, hub, store, listKey: (await newCity(0)).listKey }, city);
  await other.detector.open();
  expect(other.detector.state).toMatchObject({ list: 'forged', operators: [] });
});

test.each(['bluetooth-off', 'not-allowed', 'scan-failed'] as const)(
  'a scan that fails (%s) is told, and tried again in the next slot',
  async (fault) => {
    const phone = await newPhone();
    phone.scanner.fail(fault);
    await phone.detector.agree();
    await phone.during(phone.detector.start(), 20_000);
    expect(phone.detector.state).toMatchObject({ activity: 'on', trouble: fault });
    phone.scanner.fail();
    await phone.time.pass(30_000);
    expect(phone.detector.state.trouble).toBeUndefined();
    expect(phone.scanner.starts).toBeGreaterThan(0);
  },
);

test('where a scan needs a touch, one that fails switches it off', async () => {
  const phone = await newPhone({ needsTouch: true });
  phone.scanner.fail('not-allowed');
  await phone.detector.agree();
  await phone.during(phone.detector.start());
  expect(phone.detector.state).toMatchObject({ activity: 'off', trouble: 'not-allowed' });
});

test('a store that is full is told, and nothing that is not kept is sent', async () => {
  const store = memoryStore();
  const phone = await newPhoneOn({
    store: {
      ...store,
      put: async (key, value) =>
        key.startsWith('upload/') ? Promise.reject(new Error('full')) : store.put(key, value),
    },
  });
  await phone.time.pass(10 * MINUTE);
  expect(phone.hub.requests).toEqual([]);
  expect(phone.detector.state).toMatchObject({ activity: 'on', trouble: 'storage' });
});

test('more tags than an upload holds wait for the next ones', async () => {
  const phone = await newPhoneOn();
  for (let number = 0; number < 30; number++) phone.scanner.hear(tagOf('aoba', number));
  await phone.time.pass(20 * MINUTE);
  const numbers = (await tagsOf(phone, 'aoba')).map(({ id }) => toHex(id.bytes));
  expect(new Set(numbers).size).toBe(30);
  expect(numbers).toHaveLength(30);
  expect(new Set([...phone.hub.stored.values()].map(({ length }) => length))).toEqual(new Set([uploadBytes]));
});
