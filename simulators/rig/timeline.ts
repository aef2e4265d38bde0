/**
 * What happens while a rig runs: faults, settings and blows to the gateway, at their second or as soon as a condition holds.
 *
 * It is looked at by `look`, at `nextMs` at the latest; what is due then is done in the order of the file. A condition that holds starts its
 * entry once; with `every`, again after so long while it holds. Everything that was done is kept, `maxEvents` of it.
 */
import { MachimoriError, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { type Comparison, holds } from './condition.ts';
import type { Action, GatewayAction, TimelineEntry } from './plan.ts';

/** What a timeline acts on. */
export interface Actors {
  strike(target: string, fault: string, settings: Readonly<Record<string, number>>): void;
  clear(target: string, fault: string): void;
  set(device: string, quantity: string, value: number): void;
  free(device: string, quantity: string): void;
  gateway(action: GatewayAction): void;
  sensed(subject: string, quantity: string): number | undefined;
}

export interface RigEvent {
  /** Seconds since the rig began. */
  readonly atS: number;
  readonly action: Action;
  readonly phase: 'begins' | 'ends' | 'failed';
  readonly why?: Text;
}

const maxEvents = 10_000;

interface Standing {
  readonly endsAtMs: number;
  readonly action: Action;
}

export class Timeline {
  readonly events: RigEvent[] = [];
  #entries: readonly Entry[];
  readonly #actors: Actors;
  #standing: readonly Standing[] = [];

  constructor(entries: readonly TimelineEntry[], actors: Actors) {
    this.#entries = entries.map((entry) => new Entry(entry));
    this.#actors = actors;
  }

  /** Whether a condition may come to hold. */
  get isWaiting(): boolean {
    return this.#entries.some(({ isWaiting }) => isWaiting);
  }

  /** When the next thing is due by the time alone. */
  get nextMs(): number {
    const starts = this.#entries.map(({ dueMs }) => dueMs);
    return Math.min(...starts, ...this.#standing.map(({ endsAtMs }) => endsAtMs));
  }

  /** Nothing more begins: the devices have sent. What stands still ends in its time. */
  beginNoMore(): void {
    this.#entries = [];
  }

  look(nowMs: number): void {
    const over = this.#standing.filter(({ endsAtMs }) => endsAtMs <= nowMs);
    this.#standing = this.#standing.filter(({ endsAtMs }) => endsAtMs > nowMs);
    for (const { action } of over) this.#do(action, nowMs, 'ends');
    for (const entry of this.#entries) {
      if (!entry.starts(nowMs, (when) => holds(when, this.#actors.sensed))) continue;
      const { action, forMs } = entry.plan;
      this.#do(action, nowMs, 'begins');
      if (forMs !== undefined) this.#standing = [...this.#standing, { endsAtMs: nowMs + forMs, action }];
    }
  }

  #do(action: Action, nowMs: number, phase: 'begins' | 'ends'): void {
    const atS = nowMs / 1000;
    try {
      if (phase === 'begins') begin(action, this.#actors);
      else end(action, this.#actors);
      this.#note({ atS, action, phase });
    } catch (fault) {
      if (!(fault instanceof MachimoriError)) throw fault;
      this.#note({ atS, action, phase: 'failed', why: textOf(fault) });
    }
  }

  #note(event: RigEvent): void {
    if (this.events.length < maxEvents) this.events.push(event);
  }
}

class Entry {
  readonly plan: TimelineEntry;
  #nextMs: number;

  constructor(plan: TimelineEntry) {
    this.plan = plan;
    this.#nextMs = 'atMs' in plan.start ? plan.start.atMs : 0;
  }

  get isWaiting(): boolean {
    return 'when' in this.plan.start && this.#nextMs !== Number.POSITIVE_INFINITY;
  }

  /** Infinite: never, or when a condition says so. */
  get dueMs(): number {
    return 'when' in this.plan.start ? Number.POSITIVE_INFINITY : this.#nextMs;
  }

  starts(nowMs: number, isSo: (when: readonly Comparison[]) => boolean): boolean {
    if (nowMs < this.#nextMs) return false;
    const { start } = this.plan;
    if ('when' in start && !isSo(start.when)) return false;
    this.#nextMs = start.everyMs === undefined ? Number.POSITIVE_INFINITY : nowMs + start.everyMs;
    return true;
  }
}

function begin(action: Action, actors: Actors): void {
  if (action.kind === 'fault') actors.strike(action.on, action.fault, action.settings);
  else if (action.kind === 'gateway') actors.gateway(action.action);
  else for (const { device, quantity, value } of action.values) actors.set(device, quantity, value);
}

/** What stops a gateway for a time starts it again. */
function end(action: Action, actors: Actors): void {
  if (action.kind === 'fault') actors.clear(action.on, action.fault);
  else if (action.kind === 'gateway') actors.gateway('start');
  else for (const { device, quantity } of action.values) actors.free(device, quantity);
}
