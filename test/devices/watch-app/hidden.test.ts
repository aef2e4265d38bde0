/** From outside nobody can tell a phone that heard tags from one that heard none: not the volunteer, not the network, not the hub. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COUNTS, STRENGTHS } from '../../../devices/watch-app/core/make-upload.ts';
import type { DetectorState } from '../../../devices/watch-app/core/state.ts';
import type { Store } from '../../../devices/watch-app/core/surroundings.ts';
import { memoryStore } from '../../../devices/watch-app/stores/memory.ts';
import { sightingsEach, uploadBytes } from '../../../shared/enrolment/upload.ts';
import { toHex } from '../../../shared/hex.ts';
import { type COMPANIES, MINUTE, newCity, newPhone, openedBy, seeded, sightingsIn, tagOf } from './phone.ts';
import { VirtualTime } from './virtual-time.ts';

interface Passing {
  readonly afterMs: number;
  readonly operator: keyof typeof COMPANIES;
  readonly number: number;
  readonly rssi: number;
}

/** Everything that can be seen of a phone without an operator's key. */
interface Seen {
  readonly states: DetectorState[];
  readonly requests: (readonly [at: number, bytes: number, operators: unknown[]])[];
  readonly kept: (readonly [operation: string, at: number, keyLength: number, bytes: number])[];
}

async function watched(seed: number, passing: readonly Passing[], away: boolean) {
  const time = new VirtualTime();
  const city = await theCity;
  const seen: Seen = { states: [], requests: [], kept: [] };
  const store = memoryStore();
  const at = () => time.moment().monotonic;
  const watchedStore: Store = {
    ...store,
    put: (key, value) => {
      seen.kept.push(['put', at(), key.length, value.length]);
      return store.put(key, value);
    },
    delete: (key) => {
      seen.kept.push(['delete', at(), key.length, 0]);
      return store.delete(key);
    },
  };
  const phone = await newPhone({ time, chance: seeded(seed), store: watchedStore }, city);
  phone.detector.onChange((state) => seen.states.push(state));
  await phone.detector.agree();
  await phone.during(phone.detector.start());
  let heard = 0;
  for (const { afterMs, operator, number, rssi } of passing) {
    await time.pass(afterMs);
    if (phone.scanner.hear(tagOf(operator, number, rssi))) heard++;
    phone.hub.is = away && at() < 10 * MINUTE ? 'away' : 'there';
  }
  phone.hub.is = 'there';
  await time.pass(40 * MINUTE - at());
  await phone.during(phone.detector.stop());
  for (const { at: when, bytes } of phone.hub.requests) {
    seen.requests.push([when, bytes.length, sightingsIn(bytes).map(({ values }) => values.operator)]);
  }
  return { phone, city, seen, heard };
}

const theCity = newCity(new VirtualTime().moment().wall);
const passing = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 20_000 }),
    operator: fc.constantFrom('aoba', 'midori', 'sora'),
    number: fc.integer({ min: 0, max: 40 }),
    rssi: fc.integer({ min: -127, max: 20 }),
  }),
  { minLength: 40, maxLength: 120 },
);

test('whatever passes, the state, the store and the network show the same as if nothing had', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), passing, fc.boolean(), async (seed, tags, away) => {
      const [busy, lonely] = [await watched(seed, tags, away), await watched(seed, silent(tags), away)];
      expect(busy.heard).toBeGreaterThan(0);
      expect(busy.seen).toEqual(lonely.seen);
      expect(busy.seen.requests.length).toBeGreaterThanOrEqual(19);
      expect(new Set(busy.seen.requests.map(([, bytes]) => bytes))).toEqual(new Set([uploadBytes]));
    }),
    { numRuns: 8 },
  );
}, 60_000);

/** The same moments, with strangers' advertisements for tags. */
function silent(tags: readonly Passing[]): Passing[] {
  return tags.map((each) => ({ ...each, operator: 'nobody' as 'aoba' })); // no company of that name: it is nobody's tag
}

test('strength, count and times of any sighting may be those of a sighting of nothing', async () => {
  const tags = fc.sample(passing, { seed: 3, numRuns: 1 })[0] ?? [];
  const { phone } = await watched(3, tags, false);
  const sightings = [...phone.hub.stored.values()].flatMap(sightingsIn);
  expect(sightings.length % sightingsEach).toBe(0);
  for (const { observedAt, values } of sightings) {
    expect(STRENGTHS.map(({ from }) => from)).toContain(values.rssi);
    expect(COUNTS.map(({ from }) => from)).toContain(values.count);
    expect(values.lastAt).toBe(observedAt);
    expect(Number(values.firstAt) % 30_000).toBe(0); // half minutes of the clock, for every phone
    expect(Number(values.lastAt) - Number(values.firstAt)).toBe(30_000);
  }
});

test('sightings of nothing are spread as those in a street: most are faint and few', async () => {
  const { phone } = await watched(6, [], false);
  const sightings = [...phone.hub.stored.values()].flatMap(sightingsIn);
  for (const [steps, of] of [
    [STRENGTHS, 'rssi'],
    [COUNTS, 'count'],
  ] as const) {
    const all = steps.reduce((sum, { share }) => sum + share, 0);
    for (const { from, share } of steps) {
      const count = sightings.filter(({ values }) => values[of] === from).length;
      expect(Math.abs(count / sightings.length - share / all)).toBeLessThan(0.12); // of some 300
    }
  }
});

test('uploads have no beat: one in each two minutes, at a moment of its own', async () => {
  const { phone } = await watched(4, [], false);
  const moments = phone.hub.requests.map(({ at }) => at);
  const spans = moments.slice(0, -1).map((at) => Math.floor(at / (2 * MINUTE)));
  expect(new Set(spans).size).toBe(spans.length);
  const phases = moments.map((at) => Math.floor((at % (2 * MINUTE)) / 10_000));
  expect(new Set(phases).size).toBeGreaterThan(6);
});

test('no two uploads have anything in common by which they are of one phone', async () => {
  const { phone } = await watched(4, [], false);
  const uploads = [...phone.hub.stored.values()];
  const keys = uploads.map((bytes) => new Set(sightingsIn(bytes).map(({ values }) => values.sealedWith)));
  const all = keys.flatMap((each) => [...each]);
  expect(new Set(all).size).toBe(all.length); // of one use: three operators, so three an upload
  const sealed = uploads.flatMap((bytes) => sightingsIn(bytes).map(({ values }) => values.sealed));
  expect(new Set(sealed).size).toBe(sealed.length);
});

test('an operator opens its own tags, tells them from nothing, and learns no place of the phone from nothing', async () => {
  const tags: Passing[] = [{ afterMs: 1_000, operator: 'sora', number: 9, rssi: -60 }];
  const { phone, city } = await watched(5, tags, false);
  const uploads = [...phone.hub.stored.values()];
  const found = await Promise.all(uploads.map((bytes) => openedBy(city, 'sora', bytes)));
  expect(found.flat().map(({ id }) => toHex(id.bytes))).toEqual(['0000000000000009']);
  for (const operator of ['aoba', 'midori']) {
    const all = (await Promise.all(uploads.map((bytes) => openedBy(city, operator, bytes, true)))).flat();
    expect(all.length).toBeGreaterThan(uploads.length);
    for (const { id, place } of all) expect([id.bytes.length, place]).toEqual([0, undefined]);
  }
});

test('what is kept and sent holds no identifier in the clear', async () => {
  const tags: Passing[] = [{ afterMs: 1_000, operator: 'sora', number: 0x6b6f6465, rssi: -60 }];
  const { phone } = await watched(6, tags, true);
  const kept = await Promise.all((await phone.store.keys()).map((key) => phone.store.get(key)));
  const everything = [
    ...phone.hub.requests.map(({ bytes }) => bytes),
    ...kept.map((bytes) => bytes ?? new Uint8Array()),
  ];
  expect(everything.length).toBeGreaterThan(10);
  for (const bytes of everything) expect(toHex(bytes)).not.toContain('6b6f6465');
});
