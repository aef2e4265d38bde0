/** A buffer beside a model of it in plain sets: what was handed out, settled, and told as lost. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { BufferOptions } from '../../../gateway/buffer/buffer-options.ts';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import type { Reading } from '../../../shared/reading.ts';
import { Random } from '../../../simulators/random.ts';
import { BufferRig, idsOf, level, stored, unreadable } from './buffer-rig.ts';

const which = fc.nat({ max: 20 });
/** What every model is told to do, with how often. */
export const STEPS = [
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
];
export type Step = (typeof STEPS)[number]['arbitrary'] extends fc.Arbitrary<infer Each> ? Each : never;

export abstract class BufferModel {
  readonly rig: BufferRig;
  protected readonly settled = new Map<string, Outgoing>();
  /** The last number of each source, the gateway itself among them. */
  protected readonly numbers = new Map<string, number>();
  protected buffer: ReadingBuffer;
  /** How many readings there were so far, each known by its number. */
  protected readings = 0;
  readonly #gateway: string;
  readonly #maxBytes: number;
  readonly #random = new Random(11);
  readonly #appends: Promise<void>[] = [];
  #inFlight: Outgoing[] = [];

  constructor(maxBytes: number, options: Partial<BufferOptions> = {}) {
    this.rig = new BufferRig({ ...options, maxBytes, batchReadings: 8, batchAgeMs: 1_500 });
    this.#gateway = options.gateway ?? 'gateway-01';
    this.#maxBytes = maxBytes;
    this.buffer = this.rig.open();
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case 'take':
        this.#take();
        return;
      case 'advance':
        return this.rig.clock.advance(step.ms);
      case 'flush':
        this.buffer.flush();
        return;
      case 'reopen':
        this.buffer.close();
        return this.#open(() => this.rig.open());
      case 'crash':
        await this.rig.clock.advance(10_000); // commits everything; promises 1 and 3 test the rest
        return this.#open(() => this.rig.crash());
      default:
        this.#answer(step.do, step.which);
    }
  }

  /** What must be true of what is handed out. */
  protected abstract took(id: string, taken: Outgoing): void;

  protected append(readings: readonly Reading[], withinMs: number): void {
    this.#appends.push(this.buffer.append(readings, { withinMs }));
  }

  /** Just over a kilobyte, incompressible. */
  protected bulky(): Reading {
    const note = Buffer.from(this.#random.bytes(1_000)).toString('base64');
    const reading = level(++this.readings);
    return { ...reading, values: { ...reading.values, note } } as Reading;
  }

  /**
   * Everything is in exactly one place, under the name and number with which it came, or told as lost. `lostBefore`: readings of which a gap
   * was told before they came here. Returns how many were lost here.
   */
  protected async account(lostBefore = 0): Promise<number> {
    await this.rig.clock.advance(2_000);
    this.buffer.flush();
    await Promise.all(this.#appends);
    while (this.#take());
    this.#noteOwn();
    // A gap that grew while it was on its way is told again from its first number on: the last word counts.
    const all = [...new Map([...this.settled.values(), ...this.#inFlight].map((each) => [idOf(each), each])).values()];
    const ids = all.flatMap(idsOf);
    expect(new Set(ids).size).toBe(ids.length);
    const lost = all.reduce((sum, each) => sum + (each.kind === 'gap' ? each.gap.count : 0), 0);
    expect(ids.length + lost).toBe(this.readings + lostBefore);
    const given = [...this.numbers].flatMap(([name, last]) =>
      Array.from({ length: last }, (_, i) => `${name} ${i + 1}`),
    );
    expect(all.flatMap(numbersOf).toSorted()).toEqual(given.toSorted());
    expect(this.buffer.stats().outboxes.city).toMatchObject({
      inFlight: this.#inFlight.filter(({ kind }) => kind === 'batch').length,
    });
    expect(this.buffer.stats().usedBytes).toBeLessThanOrEqual(this.#maxBytes);
    this.buffer.close();
    return lost - lostBefore;
  }

  #open(open: () => ReadingBuffer): void {
    this.#noteOwn();
    this.buffer = open();
    this.#inFlight = [];
  }

  #noteOwn(): void {
    const { epoch = '', sealed = 0 } = this.buffer.stats().outboxes.city ?? {};
    this.numbers.set(nameOf({ gateway: this.#gateway, epoch }), sealed);
  }

  #take(): boolean {
    const taken = this.buffer.take('city');
    if (taken === undefined) return false;
    const id = idOf(taken);
    expect(this.#inFlight.map(idOf)).not.toContain(id);
    this.took(id, taken);
    this.#inFlight.push(taken);
    return true;
  }

  #answer(answer: 'release' | 'store' | 'refuse' | 'garble', at: number): void {
    const [outgoing] = this.#inFlight.splice(at % Math.max(1, this.#inFlight.length), 1);
    if (outgoing === undefined) return;
    if (answer === 'release') {
      this.buffer.release('city', outgoing);
      return;
    }
    this.settled.set(idOf(outgoing), outgoing);
    const receipts = {
      store: stored(outgoing),
      refuse: stored(outgoing, [{ index: 0, reason: 'out of area' }]),
      garble: unreadable(outgoing, 'no such encoding'),
    };
    this.buffer.settle('city', outgoing, receipts[answer]);
  }
}

export function nameOf({ gateway, epoch }: { gateway: string; epoch: string }, tenant = '-'): string {
  return `${tenant}/${gateway} ${epoch}`;
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
