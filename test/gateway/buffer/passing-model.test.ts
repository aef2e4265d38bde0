/** A hub's buffer against a model in plain sets: batches and gaps of other gateways beside readings of its own. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import type { Arriving } from '../../../gateway/buffer/passing/take-in.ts';
import type { Known } from '../../../gateway/buffer/passing/taken-in.ts';
import type { Reading } from '../../../shared/reading.ts';
import { Random } from '../../../simulators/random.ts';
import { AT, alarm, BufferRig, idsOf, level, stored, unreadable } from './buffer-rig.ts';
import { arriving, EPOCH, HUB } from './passing-rig.ts';

/** Slightly more than an empty file, so that the quota applies often. */
const maxBytes = 106_000;
/** Two of them have one name, in two cities. */
const GATEWAYS = [
  { tenant: 'kakogawa', gateway: 'gateway-01' },
  { tenant: 'miki', gateway: 'gateway-01' },
  { tenant: 'kakogawa', gateway: 'gateway-02' },
];

const from = fc.nat({ max: GATEWAYS.length - 1 });
const which = fc.nat({ max: 20 });
const commands = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('arrive' as const),
        from,
        readings: fc.integer({ min: 1, max: 12 }),
        isUrgent: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('gap' as const), from, length: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('again' as const, 'conflict' as const), which }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('append' as const), readings: fc.integer({ min: 1, max: 6 }) }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom('release' as const, 'store' as const, 'refuse' as const, 'garble' as const),
        which,
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 600, 2_000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('flush' as const, 'reopen' as const, 'crash' as const) }) },
  ),
  { minLength: 20, maxLength: 70 },
);
type Command = typeof commands extends fc.Arbitrary<(infer Each)[]> ? Each : never;

function nameOf({ gateway, epoch }: { gateway: string; epoch: string }, tenant = '-'): string {
  return `${tenant}/${gateway} ${epoch}`;
}

class Model {
  readonly rig = new BufferRig({ ...HUB, maxBytes, batchReadings: 8, batchAgeMs: 1_500 });
  readonly #random = new Random(11);
  /** What has arrived, by source and number. */
  readonly #arrived = new Map<string, Arriving & { readonly kind: 'batch' }>();
  /** The last number of each source, the hub itself among them. */
  readonly #numbers = new Map<string, number>();
  readonly #settled = new Map<string, Outgoing>();
  readonly #appends: Promise<void>[] = [];
  #buffer: ReadingBuffer = this.rig.open();
  #inFlight: Outgoing[] = [];
  #readings = 0;
  #lostOnTheWay = 0;

  async run(command: Command): Promise<void> {
    switch (command.do) {
      case 'arrive':
        return this.#arrive(command);
      case 'gap':
        return this.#lose(command);
      case 'again':
      case 'conflict':
        return this.#repeat(command);
      case 'append':
        this.#appends.push(this.#buffer.append(this.#bulky(command.readings), { withinMs: 500 }));
        return;
      case 'take':
        this.#take();
        return;
      case 'advance':
        return this.rig.clock.advance(command.ms);
      case 'flush':
        this.#buffer.flush();
        return;
      case 'reopen':
        this.#buffer.close();
        this.#noteOwn();
        this.#open(this.rig.open());
        return;
      case 'crash':
        await this.rig.clock.advance(10_000); // commits what was settled and appended
        this.#noteOwn();
        this.#open(this.rig.crash());
        return;
      default:
        this.#answer(command.do, command.which);
    }
  }

  #open(buffer: ReadingBuffer): void {
    this.#buffer = buffer;
    this.#inFlight = [];
  }

  async #arrive({ from, readings, isUrgent }: Extract<Command, { do: 'arrive' }>): Promise<void> {
    const source = GATEWAYS[from] ?? GATEWAYS[0];
    const number = this.#next(from, 1);
    const all = isUrgent ? [alarm(++this.#readings)] : this.#bulky(readings);
    const sent = arriving({ ...source, number, readings: all, lane: isUrgent ? 'urgent' : 'routine' });
    if (sent.kind === 'batch') this.#arrived.set(`${nameOf(sent.header, sent.tenant)} ${number}`, sent);
    expect(await this.#takeIn(sent)).toBe('new');
  }

  async #lose({ from, length }: Extract<Command, { do: 'gap' }>): Promise<void> {
    const { tenant = '', gateway = '' } = GATEWAYS[from] ?? {};
    const last = this.#next(from, length);
    const count = 5 * length;
    this.#lostOnTheWay += count;
    const gap = { gateway, epoch: EPOCH, number: last - length + 1, last, count, reason: 'quota' as const };
    const told: Arriving = { kind: 'gap', tenant, at: AT, gap, destinations: ['city'] };
    expect(await this.#takeIn(told)).toBe('new');
    expect(await this.#takeIn(told)).toBe('repeated');
  }

  async #repeat(command: Extract<Command, { do: 'again' | 'conflict' }>): Promise<void> {
    const all = [...this.#arrived.values()];
    const sent = all[command.which % Math.max(1, all.length)];
    if (sent === undefined) return;
    if (command.do === 'again') expect(await this.#takeIn(sent)).toBe('repeated');
    else expect(await this.#takeIn({ ...sent, digest: '0123456789abcdef' })).toBe('conflict');
  }

  async #takeIn(sent: Arriving): Promise<Known> {
    const [known] = await Promise.all([this.#buffer.takeIn(sent), this.rig.clock.advance(0)]);
    return known;
  }

  #next(from: number, count: number): number {
    const { tenant = '', gateway = '' } = GATEWAYS[from] ?? {};
    const name = nameOf({ gateway, epoch: EPOCH }, tenant);
    const number = (this.#numbers.get(name) ?? 0) + count;
    this.#numbers.set(name, number);
    return number;
  }

  /** A little over a kilobyte each, incompressible. */
  #bulky(count: number): Reading[] {
    return Array.from({ length: count }, () => {
      const note = Buffer.from(this.#random.bytes(1_000)).toString('base64');
      const reading = level(++this.#readings);
      return { ...reading, values: { ...reading.values, note } } as Reading;
    });
  }

  #noteOwn(): void {
    const { epoch = '', sealed = 0 } = this.#buffer.stats().outboxes.city ?? {};
    this.#numbers.set(nameOf({ gateway: 'hub-01', epoch }), sealed);
  }

  #take(): boolean {
    const taken = this.#buffer.take('city');
    if (taken === undefined) return false;
    const id = idOf(taken);
    expect(this.#inFlight.map(idOf)).not.toContain(id);
    if (taken.kind === 'batch') {
      expect([...this.#settled.keys()]).not.toContain(id);
      const copy = this.#arrived.get(id)?.copies.get('city');
      if (taken.tenant !== undefined)
        expect(Buffer.from(taken.batch.bytes).equals(copy?.bytes ?? new Uint8Array())).toBe(true);
    }
    this.#inFlight.push(taken);
    return true;
  }

  #answer(answer: 'release' | 'store' | 'refuse' | 'garble', at: number): void {
    const [outgoing] = this.#inFlight.splice(at % Math.max(1, this.#inFlight.length), 1);
    if (outgoing === undefined) return;
    if (answer === 'release') {
      this.#buffer.release('city', outgoing);
      return;
    }
    this.#settled.set(idOf(outgoing), outgoing);
    const receipts = {
      store: stored(outgoing),
      refuse: stored(outgoing, [{ index: 0, reason: 'out of area' }]),
      garble: unreadable(outgoing, 'no such encoding'),
    };
    this.#buffer.settle('city', outgoing, receipts[answer]);
  }

  /** Everything that came is in exactly one place or told as lost, under the name and number with which it came. */
  async check(): Promise<number> {
    await this.rig.clock.advance(2_000);
    this.#buffer.flush();
    await Promise.all(this.#appends);
    while (this.#take());
    this.#noteOwn();
    // A gap that grew while it was on its way is told again from its first number on: the last word counts.
    const all = [...new Map([...this.#settled.values(), ...this.#inFlight].map((each) => [idOf(each), each])).values()];
    const ids = all.flatMap(idsOf);
    expect(new Set(ids).size).toBe(ids.length);
    const lost = all.reduce((sum, each) => sum + (each.kind === 'gap' ? each.gap.count : 0), 0);
    expect(ids.length + lost).toBe(this.#readings + this.#lostOnTheWay);
    const given = [...this.#numbers].flatMap(([name, last]) =>
      Array.from({ length: last }, (_, i) => `${name} ${i + 1}`),
    );
    expect(all.flatMap(numbersOf).toSorted()).toEqual(given.toSorted());
    expect(this.#buffer.stats().usedBytes).toBeLessThanOrEqual(maxBytes);
    this.#buffer.close();
    return lost - this.#lostOnTheWay;
  }
}

function idOf(outgoing: Outgoing): string {
  const { number, ...source } = stored(outgoing);
  return `${nameOf(source, outgoing.tenant)} ${number}`;
}

function numbersOf(outgoing: Outgoing): string[] {
  const { number, ...source } = stored(outgoing);
  const last = outgoing.kind === 'batch' ? number : outgoing.gap.last;
  const name = nameOf(source, outgoing.tenant);
  return Array.from({ length: last - number + 1 }, (_, i) => `${name} ${number + i}`);
}

test('everything that arrives or is appended waits, is in flight, settled or told as a gap, under its own name', async () => {
  let dropped = 0;
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const model = new Model();
      for (const command of sequence) await model.run(command);
      dropped += await model.check();
    }),
    { numRuns: 60, seed: 20261126 },
  );
  expect(dropped).toBeGreaterThan(100); // the quota did apply
}, 60_000);
