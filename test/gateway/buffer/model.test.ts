import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import { BufferModel, STEPS, type Step } from './buffer-model.ts';
import { alarm } from './buffer-rig.ts';

/** Slightly more than an empty file, so that the quota applies often. */
const maxBytes = 110_000;

const append = fc.record({
  do: fc.constant('append' as const),
  routine: fc.nat({ max: 12 }),
  urgent: fc.nat({ max: 1 }),
  withinMs: fc.constantFrom(0, 500),
});
type Append = typeof append extends fc.Arbitrary<infer Each> ? Each : never;
const commands: fc.Arbitrary<(Append | Step)[]> = fc.array(fc.oneof({ weight: 4, arbitrary: append }, ...STEPS), {
  minLength: 20,
  maxLength: 60,
});

class Model extends BufferModel {
  /** Bytes by name and number. */
  readonly #sealed = new Map<string, string>();

  constructor() {
    super(maxBytes);
  }

  async run(command: Append | Step): Promise<void> {
    if (command.do !== 'append') return this.step(command);
    const { routine, urgent, withinMs } = command;
    const readings = [
      ...Array.from({ length: routine }, () => this.bulky()),
      ...Array.from({ length: urgent }, () => alarm(++this.readings)),
    ];
    this.append(readings, withinMs);
    if (withinMs === 0) await this.rig.clock.advance(0);
  }

  protected override took(id: string, taken: Outgoing): void {
    expect([...this.settled.keys()]).not.toContain(id);
    if (taken.kind === 'gap') return;
    const bytes = Buffer.from(taken.batch.bytes).toString('latin1');
    expect(this.#sealed.get(id) ?? bytes).toBe(bytes);
    this.#sealed.set(id, bytes);
  }

  async check(): Promise<void> {
    await this.account();
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
