/**
 * The steps of an order at which a box can be killed: just before a thing is done and just after. A trap springs within the step, so that
 * whoever steps into it does nothing more.
 */
import type { Sleeper } from '../../simulators/virtual-clock.ts';

/** A gateway hears an order, remembers it, acts, writes its audit, remembers the result, tells it. */
export const GATEWAY_STEPS = [
  ...(['heard', 'before begun', 'after begun', 'audited', 'acting', 'anew'] as const),
  ...(['before ended', 'after ended', 'before told', 'after told'] as const),
] as const;
/** A hub writes its audit and an order into its book, publishes it, hears the result, stores that. */
export const HUB_STEPS = [
  ...(['audited', 'before booked', 'after booked', 'before sent', 'after sent'] as const),
  ...(['result heard', 'before stored', 'after stored'] as const),
] as const;
export type Step = (typeof GATEWAY_STEPS)[number] | (typeof HUB_STEPS)[number];

export class Traps {
  readonly #set = new Map<Sleeper, { readonly step: Step; spring(): void }>();

  /** One for each run of a gateway; returns how to take it away. */
  set(who: Sleeper, step: Step, spring: () => void): () => void {
    const trap = { step, spring };
    this.#set.set(who, trap);
    return () => {
      if (this.#set.get(who) === trap) this.#set.delete(who);
    };
  }

  /** Whether it lives on. */
  pass(who: Sleeper, step: Step): boolean {
    const trap = this.#set.get(who);
    if (trap?.step === step && !who.isGone) {
      this.#set.delete(who);
      trap.spring();
    }
    return !who.isGone;
  }
}

/** The step that a commit is, by what it remembers; undefined if it is no order's. */
export function stepOf(values: ReadonlyMap<string, string | undefined> = new Map()) {
  for (const [key, text] of values) {
    if (text === undefined) continue;
    if (/^order\/[0-9a-f]{32}$/.test(key)) return text.includes('"result":') ? 'ended' : 'begun';
    if (key.startsWith('hub/order/')) return text.includes('"message":') ? 'booked' : 'stored';
  }
  return undefined;
}
