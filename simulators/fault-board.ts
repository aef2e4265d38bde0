/**
 * What is wrong with a simulated thing: faults that are switched on and off while it runs, by whoever runs it.
 *
 * Each simulator lists the faults that it knows, reads its board where a fault would strike, and hears of those that happen once
 * (a power failure) by `onStruck`. The board holds at most one setting of each fault. One board may serve several simulators, each of
 * which reads its own faults: those of a wire and of the sensor on it.
 */
import { MachimoriError } from '../shared/errors.ts';
import { listed, type Text } from '../shared/text.ts';
import type { Random } from './random.ts';
import { say } from './words.ts';

export interface FaultParameter {
  readonly meaning: Text;
  /** What its number counts: a probability for each frame, seconds, days, milliseconds, or something of the fault's own. */
  readonly unit: 'share' | 's' | 'days' | 'ms' | 'count' | 'bytes';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

export interface FaultKind {
  /** Kebab case: "power-cycle". */
  readonly name: string;
  readonly meaning: Text;
  readonly parameters?: Readonly<Record<string, FaultParameter>>;
  /** It happens once and leaves nothing to be cleared. */
  readonly isMomentary?: true;
}

export type FaultSettings = Readonly<Record<string, number>>;

/** A fault as it stands. */
export interface StandingFault {
  readonly kind: FaultKind;
  readonly settings: FaultSettings;
}

export class FaultBoard {
  readonly kinds: readonly FaultKind[];
  readonly #standing = new Map<string, StandingFault>();
  readonly #onStruck = new Set<(fault: StandingFault) => void>();
  readonly #onCleared = new Set<(name: string) => void>();

  /** A fault that is listed twice is the first of them. */
  constructor(kinds: readonly FaultKind[]) {
    this.kinds = kinds.filter(({ name }, at) => kinds.findIndex((each) => each.name === name) === at);
  }

  /**
   * From now on, or once. What `settings` leaves out has its default. Throws a MachimoriError "no-fault" for a fault or a parameter that
   * is not known here, or a number beyond its bounds.
   */
  strike(name: string, settings: FaultSettings = {}): void {
    const kind = this.kinds.find((each) => each.name === name);
    if (kind === undefined) throw noFault(name, this.kinds);
    const fault = { kind, settings: completed(kind, settings) };
    if (kind.isMomentary !== true) this.#standing.set(name, fault);
    for (const listener of this.#onStruck) listener(fault);
  }

  /** One fault, or all. */
  clear(name?: string): void {
    for (const each of name === undefined ? [...this.#standing.keys()] : [name]) {
      if (!this.#standing.delete(each)) continue;
      for (const listener of this.#onCleared) listener(each);
    }
  }

  /** The settings of a fault that stands; undefined if it does not. */
  get(name: string): FaultSettings | undefined {
    return this.#standing.get(name)?.settings;
  }

  /** Whether a fault that has a share strikes this time. Draws only while it stands. */
  happens(name: string, random: Random): boolean {
    const share = this.get(name)?.share;
    return share !== undefined && random.chance(share);
  }

  get standing(): readonly StandingFault[] {
    return [...this.#standing.values()];
  }

  /** Hears of every fault as it strikes, until the returned function is called. */
  onStruck(listener: (fault: StandingFault) => void): () => void {
    this.#onStruck.add(listener);
    return () => this.#onStruck.delete(listener);
  }

  /** Hears the name of every fault that stood and is cleared, until the returned function is called. */
  onCleared(listener: (name: string) => void): () => void {
    this.#onCleared.add(listener);
    return () => this.#onCleared.delete(listener);
  }
}

function completed(kind: FaultKind, given: FaultSettings): FaultSettings {
  const { parameters = {} } = kind;
  for (const [name, value] of Object.entries(given)) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) throw noParameter(kind, name);
    const { min, max } = parameter;
    if (!(value >= min && value <= max)) throw beyond(kind, name, value, parameter);
  }
  return { ...Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, each.default])), ...given };
}

function noFault(name: string, kinds: readonly FaultKind[]): MachimoriError {
  const known = listed(kinds.map((each) => each.name));
  return new MachimoriError('no-fault', { what: say.noFault({ name }), on: name, hint: say.useFault({ known }) });
}

function noParameter({ name: fault, parameters = {} }: FaultKind, name: string): MachimoriError {
  const known = Object.keys(parameters);
  return new MachimoriError('no-fault', {
    what: say.noFaultSetting({ fault, name }),
    on: fault,
    hint: known.length === 0 ? say.leaveOut() : say.useFault({ known: listed(known) }),
  });
}

function beyond({ name: fault }: FaultKind, name: string, value: number, { min, max }: FaultParameter): MachimoriError {
  return new MachimoriError('no-fault', {
    what: say.faultBeyond({ fault, name, value }),
    on: fault,
    hint: say.between({ min, max }),
  });
}
