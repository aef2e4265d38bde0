import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import { Random } from '../../../simulators/random.ts';
import { alarm, BufferRig, idsOf, level, stored, unreadable } from './buffer-rig.ts';

/** Slightly more than an empty file, so that the quota applies often. */
const maxBytes = 110_000;

type Command =
  | { readonly do: 'append'; readonly routine: number; readonly urgent: number; readonly withinMs: number }
  | { readonly do: 'take' }
  | { readonly do: 'release' | 'store' | 'refuse' | 'garble'; readonly which: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'flush' | 'reopen' | 'crash' };

const which = fc.nat({ max: 20 });
const commands = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        routine: fc.nat({ max: 12 }),
        urgent: fc.nat({ max: 1 }),
        withinMs: fc.constantFrom(0, 500),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('release', 'store', 'refuse', 'garble'), which }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 600, 2_000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('flush', 'reopen', 'crash') }) },
  ) satisfies fc.Arbitrary<Command>,
  { minLength: 20, maxLength: 60 },
);

function idOf(outgoing: Outgoing): string {
  const { epoch, number } = stored(outgoing);
  return `${epoch} ${number}`;
}

/** The model of a buffer, in plain sets: appended, handed out, settled, reported as lost. */
class Model {
  readonly rig = new BufferRig({ maxBytes, batchReadings: 8, batchAgeMs: 1_500 });
  readonly #random = new Random(11);
  /** Bytes by epoch and number. */
  readonly #sealed = new Map<string, string>();
  readonly #settled = new Map<string, Outgoing>();
  /** How many numbers each epoch has given out. */
  readonly #given = new Map<string, number>();
  readonly #appends: Promise<void>[] = [];
  #buffer: ReadingBuffer = this.rig.open();
  #inFlight: Outgoing[] = [];
  #appended = 0;

  async run(command: Command): Promise<void> {
    switch (command.do) {
      case 'append':
        return this.#append(command);
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
        this.#noteGiven();
        this.#buffer = this.rig.open();
        this.#inFlight = [];
        return;
      case 'crash':
        await this.rig.clock.advance(10_000); // commits everything; promises 1 and 3 test the rest
        this.#noteGiven();
        this.#buffer = this.rig.crash();
        this.#inFlight = [];
        return;
      default:
        this.#answer(command.do, command.which);
    }
  }

  async #append({ routine, urgent, withinMs }: Extract<Command, { do: 'append' }>): Promise<void> {
    const readings = [
      ...Array.from({ length: routine }, () => this.#bulky()),
      ...Array.from({ length: urgent }, () => alarm(++this.#appended)),
    ];
    this.#appends.push(this.#buffer.append(readings, { withinMs }));
    if (withinMs === 0) await this.rig.clock.advance(0);
  }

  /** Just over a kilobyte, incompressible. */
  #bulky() {
    const reading = level(++this.#appended);
    return {
      ...reading,
      values: { ...reading.values, note: Buffer.from(this.#random.bytes(1_000)).toString('base64') },
    } as typeof reading;
  }

  #noteGiven(): void {
    const { epoch = '', sealed = 0 } = this.#buffer.stats().outboxes.city ?? {};
    this.#given.set(epoch, sealed);
  }

  #take(): boolean {
    const taken = this.#buffer.take('city');
    if (taken === undefined) return false;
    const id = idOf(taken);
    expect(this.#inFlight.map(idOf)).not.toContain(id);
    expect([...this.#settled.keys()]).not.toContain(id);
    if (taken.kind === 'batch') {
      const bytes = Buffer.from(taken.batch.bytes).toString('latin1');
      expect(this.#sealed.get(id) ?? bytes).toBe(bytes);
      this.#sealed.set(id, bytes);
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

  /** Everything appended is in exactly one place, and no number is missing. */
  async check(): Promise<void> {
    await this.rig.clock.advance(2_000);
    this.#buffer.flush();
    await Promise.all(this.#appends);
    while (this.#take());
    const all = [...this.#settled.values(), ...this.#inFlight];
    const ids = all.flatMap(idsOf);
    expect(new Set(ids).size).toBe(ids.length);
    const lost = all.reduce((sum, each) => sum + (each.kind === 'gap' ? each.gap.count : 0), 0);
    expect(ids.length + lost).toBe(this.#appended);
    const numbers = all.flatMap((each) => {
      const { epoch, number } = stored(each);
      const last = each.kind === 'batch' ? number : each.gap.last;
      return Array.from({ length: last - number + 1 }, (_, i) => `${epoch} ${number + i}`);
    });
    this.#noteGiven();
    const given = [...this.#given].flatMap(([epoch, sealed]) =>
      Array.from({ length: sealed }, (_, i) => `${epoch} ${i + 1}`),
    );
    expect(numbers.toSorted()).toEqual(given.toSorted());
    expect(this.#buffer.stats().outboxes.city).toMatchObject({
      inFlight: this.#inFlight.filter(({ kind }) => kind === 'batch').length,
    });
    expect(this.#buffer.stats().usedBytes).toBeLessThanOrEqual(maxBytes);
    this.#buffer.close();
  }
}

test('everything appended is always waiting, in flight, settled or reported as a gap', async () => {
  let gaps = 0;
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const model = new Model();
      for (const command of sequence) await model.run(command);
      await model.check();
      gaps += model.rig.log.at('error').length;
    }),
    { numRuns: 60, seed: 20260115 },
  );
  expect(gaps).toBeGreaterThan(10); // the quota did apply
}, 60_000);
