/**
 * What a rig sees of itself while it runs: when conditions first held and devices fell silent, and how much was sent by when.
 *
 * Looked at by `look`, together with the timeline. Of what was sent a number a device and second is kept, if an expectation asks about a
 * time.
 */
import type { Bench } from '../../simulators/rig/bench.ts';
import { type Comparison, holds, parseCondition } from '../../simulators/rig/condition.ts';
import type { RigPlan } from '../../simulators/rig/plan.ts';
import { sumOf } from './counts.ts';

/** Faults after which nothing comes from a device any more. */
const SILENCING = ['silence', 'unplug', 'mute', 'deaf'];
/** Samples of one device: a day of seconds. Beyond it a window's end is told by the last. */
const maxSamples = 86_400;

export class Observer {
  readonly #bench: Bench;
  readonly #sensed: (subject: string, quantity: string) => number | undefined;
  readonly #waiting: Map<string, readonly Comparison[]>;
  readonly #heldAt = new Map<string, number>();
  readonly #silentAt = new Map<string, number>();
  readonly #samples: ReadonlyMap<string, number[]>;
  #seconds = 0;

  constructor(plan: RigPlan, bench: Bench, sensed: (subject: string, quantity: string) => number | undefined) {
    this.#bench = bench;
    this.#sensed = sensed;
    const alarms = plan.expectations.flatMap((each) => (each.that === 'alarm' ? [each.when] : []));
    this.#waiting = new Map(alarms.map((when) => [when, parseCondition(when)]));
    const hasWindow = plan.expectations.some(
      (each) => each.that === 'stored-once' && (each.fromMs !== undefined || each.toMs !== undefined),
    );
    this.#samples = new Map(hasWindow ? [...bench.devices.keys()].map((id) => [id, []]) : []);
    const boards = bench.boards();
    for (const { id, wire } of plan.devices) {
      for (const board of new Set([boards.get(id), boards.get(wire)])) {
        board?.onStruck(({ kind: { name } }) => {
          if (SILENCING.includes(name)) this.#silentAt.set(id, this.#seconds);
        });
      }
    }
  }

  look(seconds: number): void {
    this.#seconds = seconds;
    for (const [when, comparisons] of this.#waiting) {
      if (!holds(comparisons, this.#sensed)) continue;
      this.#heldAt.set(when, seconds);
      this.#waiting.delete(when);
    }
    for (const [id, samples] of this.#samples) {
      while (samples.length <= Math.min(seconds, maxSamples - 1)) samples.push(this.sentBy(id));
    }
  }

  /** Whether a condition may come to hold. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** The devices have sent: what a condition would be now was never said. */
  watchNoMore(): void {
    this.#waiting.clear();
  }

  heldAt(when: string): number | undefined {
    return this.#heldAt.get(when);
  }

  silentAt(device: string): number | undefined {
    return this.#silentAt.get(device);
  }

  /** Readings that a device has sent whole so far. */
  sentBy(device: string): number {
    return sumOf(this.#bench.devices.get(device)?.sent.values() ?? []);
  }

  /** In whole seconds. */
  sentBetween(device: string, fromS: number, toS: number): number {
    const samples = this.#samples.get(device) ?? [];
    const upTo = (seconds: number) =>
      seconds <= 0 ? 0 : (samples[Math.min(Math.floor(seconds), samples.length)] ?? this.sentBy(device));
    return upTo(toS) - upTo(fromS);
  }
}
