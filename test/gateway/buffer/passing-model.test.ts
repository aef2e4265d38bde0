/** A hub's buffer against the model: batches and gaps of other gateways beside readings of its own. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import type { Arriving } from '../../../gateway/buffer/passing/take-in.ts';
import { BufferModel, nameOf, STEPS, type Step } from './buffer-model.ts';
import { AT, alarm } from './buffer-rig.ts';
import { arriving, EPOCH, HUB, takeIn } from './passing-rig.ts';

/** Slightly more than an empty file, so that the quota applies often. */
const maxBytes = 106_000;
/** Two of them have one name, in two cities. */
const GATEWAYS = [
  { tenant: 'kakogawa', gateway: 'gateway-01' },
  { tenant: 'miki', gateway: 'gateway-01' },
  { tenant: 'kakogawa', gateway: 'gateway-02' },
] as const;
type Source = (typeof GATEWAYS)[number];

const from = fc.constantFrom(...GATEWAYS);
const arrive = fc.record({
  do: fc.constant('arrive' as const),
  from,
  readings: fc.integer({ min: 1, max: 12 }),
  isUrgent: fc.boolean(),
});
const lose = fc.record({ do: fc.constant('gap' as const), from, length: fc.integer({ min: 1, max: 3 }) });
const repeat = fc.record({ do: fc.constantFrom('again' as const, 'conflict' as const), which: fc.nat({ max: 20 }) });
const append = fc.record({ do: fc.constant('append' as const), readings: fc.integer({ min: 1, max: 6 }) });
type Of<A> = A extends fc.Arbitrary<infer Each> ? Each : never;
type Command = Of<typeof arrive> | Of<typeof lose> | Of<typeof repeat> | Of<typeof append> | Step;

const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: arrive },
    { weight: 2, arbitrary: lose },
    { weight: 2, arbitrary: repeat },
    { weight: 2, arbitrary: append },
    ...STEPS,
  ),
  { minLength: 20, maxLength: 70 },
);

class Model extends BufferModel {
  /** What has arrived, by name and number. */
  readonly #arrived = new Map<string, Arriving & { readonly kind: 'batch' }>();
  #lostOnTheWay = 0;

  constructor() {
    super(maxBytes, HUB);
  }

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
        this.append(this.#bulky(command.readings), 500);
        return;
      default:
        return this.step(command);
    }
  }

  protected override took(id: string, taken: Outgoing): void {
    if (taken.kind === 'gap') return; // one that has grown on its way goes again
    expect([...this.settled.keys()]).not.toContain(id);
    if (taken.tenant === undefined) return;
    const copy = this.#arrived.get(id)?.copies.get('city');
    expect(Buffer.from(taken.batch.bytes).equals(copy?.bytes ?? new Uint8Array())).toBe(true);
  }

  check(): Promise<number> {
    return this.account(this.#lostOnTheWay);
  }

  async #arrive({ from, readings, isUrgent }: Of<typeof arrive>): Promise<void> {
    const number = this.#next(from, 1);
    const all = isUrgent ? [alarm(++this.readings)] : this.#bulky(readings);
    const sent = arriving({ ...from, number, readings: all, lane: isUrgent ? 'urgent' : 'routine' });
    if (sent.kind === 'batch') this.#arrived.set(`${nameOf(sent.header, sent.tenant)} ${number}`, sent);
    expect(await this.#takeIn(sent)).toEqual(['new']);
  }

  async #lose({ from, length }: Of<typeof lose>): Promise<void> {
    const { tenant, gateway } = from;
    const last = this.#next(from, length);
    const count = 5 * length;
    this.#lostOnTheWay += count;
    const gap = { gateway, epoch: EPOCH, number: last - length + 1, last, count, reason: 'quota' as const };
    const told: Arriving = { kind: 'gap', tenant, at: AT, gap, destinations: ['city'] };
    expect(await this.#takeIn(told)).toEqual(['new']);
    expect(await this.#takeIn(told)).toEqual(['repeated']);
  }

  async #repeat(command: Of<typeof repeat>): Promise<void> {
    const all = [...this.#arrived.values()];
    const sent = all[command.which % Math.max(1, all.length)];
    if (sent === undefined) return;
    if (command.do === 'again') expect(await this.#takeIn(sent)).toEqual(['repeated']);
    else expect(await this.#takeIn({ ...sent, digest: '0123456789abcdef' })).toEqual(['conflict']);
  }

  #takeIn(sent: Arriving) {
    return takeIn(this.rig, this.buffer, sent);
  }

  #next({ tenant, gateway }: Source, count: number): number {
    const name = nameOf({ gateway, epoch: EPOCH }, tenant);
    const number = (this.numbers.get(name) ?? 0) + count;
    this.numbers.set(name, number);
    return number;
  }

  #bulky(count: number) {
    return Array.from({ length: count }, () => this.bulky());
  }
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
