/**
 * Alarms on the spot: which outputs are on, without the city OS.
 *
 *   alarms that stand ──▶ those that an output is for ──▶ on? ──▶ set, and again until it holds ──▶ status
 *
 * Promise: an output is on while an alarm stands that it is for, at most `forMs`, and not for alarms that somebody has silenced; a further alarm
 * begins anew. A text that the city wants to be shown waits for alarms. It is told again every `againMs`, so that a board that lost its power shows what it should, and every `retryMs` if that failed.
 * Outputs are switched off when the gateway ends. What was silenced outlives a new start within the process (kept.ts), not the process. No output delays another.
 */
import type { Clock } from '../../shared/clock.ts';
import { messageOf, textOf } from '../../shared/errors.ts';
import { LOW_BATTERY, SILENT } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import type { Log } from '../machine/log.ts';
import type { CommonOutputSettings, Order, Output, Shown, Standing } from './output.ts';

const againMs = 60_000;
const retryMs = 2_000;
/** Without a change it is looked at again after this, so that no change is missed for long. */
const lookEveryMs = 1_000;
const endWithinMs = 3_000;
/** No siren sounds for these unless it is told to. */
const OF_ITSELF: readonly string[] = [SILENT, LOW_BATTERY];

export interface OutputState {
  readonly isOn: boolean;
  /** For what it is on. */
  readonly why?: Standing | Shown | 'test';
  /** Alarms stand that it is for, and it is off since somebody silenced them or their time is over. */
  readonly isSilenced: boolean;
  /** Why it could not be told, the last time. */
  readonly fault?: Text;
}

/** By the output's name, the alarms (`keyOf`) that were silenced, or whose time is over, while they stand. */
export type Silenced = Map<string, Set<string>>;

export interface SwitchboardOptions {
  /** All alarms that stand now. */
  standing(): readonly Standing[];
  readonly silenced: Silenced;
  readonly clock: Clock;
  readonly log: Log;
}

export class Switchboard {
  readonly #switches: readonly Switch[];

  constructor(outputs: readonly (readonly [CommonOutputSettings, Output])[], options: SwitchboardOptions) {
    this.#switches = outputs.map(([settings, output]) => new Switch(settings, output, options));
  }

  get states(): ReadonlyMap<string, OutputState> {
    return new Map(this.#switches.map((each) => [each.name, each.state]));
  }

  /** Call when an alarm is raised or cleared. */
  changed(): void {
    for (const each of this.#switches) each.look();
  }

  /** False if there is no such output. */
  test(name: string, ms: number): boolean {
    return this.#do(name, (each) => each.test(ms));
  }

  silence(name: string): boolean {
    return this.#do(name, (each) => each.silence());
  }

  /**
   * Shows a text for so long, on an output of a type that shows texts. Resolves once the output has it: "shown", "alarm" if an alarm or a test is
   * shown instead, or with why it could not be told. Undefined if there is no such output.
   */
  show(name: string, text: string, ms: number): Promise<'shown' | 'alarm' | Text> | undefined {
    return this.#switches.find((each) => each.name === name)?.show(text, ms);
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#switches.map((each) => each.run(signal)));
  }

  #do(name: string, action: (found: Switch) => void): boolean {
    const found = this.#switches.find((each) => each.name === name);
    if (found !== undefined) action(found);
    return found !== undefined;
  }
}

class Switch {
  readonly #settings: CommonOutputSettings;
  readonly #output: Output;
  readonly #options: SwitchboardOptions;
  #wake = new AbortController();
  readonly #done: Set<string>;
  /** Those that it was on for when it was last looked at, and since when the newest of them; monotonic ms. */
  #known = new Set<string>();
  #since = 0;
  #testUntil = Number.NEGATIVE_INFINITY;
  /** What it shows without an alarm, until when, and who waits to hear that it does. */
  #shown:
    | (Shown & { readonly until: number; told?: ((how: 'shown' | 'alarm' | Text) => void) | undefined })
    | undefined;
  /** What it was last told, and when; undefined if that failed or never was. */
  #told: { readonly order: Order; readonly at: number } | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;
  #wanted: Order = { on: false };
  #fault: Text | undefined;

  constructor(settings: CommonOutputSettings, output: Output, options: SwitchboardOptions) {
    this.#settings = settings;
    this.#output = output;
    this.#options = options;
    this.#done = options.silenced.get(settings.name) ?? new Set();
    options.silenced.set(settings.name, this.#done);
  }

  get name(): string {
    return this.#settings.name;
  }

  get state(): OutputState {
    const wanted = this.#wanted;
    return {
      isOn: wanted.on,
      ...(wanted.on && { why: wanted.why }),
      isSilenced: !wanted.on && this.#standing().length > 0,
      ...(this.#fault !== undefined && { fault: this.#fault }),
    };
  }

  look(): void {
    this.#wake.abort();
  }

  test(ms: number): void {
    this.#testUntil = this.#now() + ms;
    this.look();
  }

  show(text: string, ms: number): Promise<'shown' | 'alarm' | Text> {
    this.#ordered('alarm'); // another order takes its place
    return new Promise((resolve) => {
      this.#shown = { text, until: this.#now() + ms, told: resolve };
      this.look();
    });
  }

  silence(): void {
    this.#testUntil = Number.NEGATIVE_INFINITY;
    for (const each of this.#standing()) this.#done.add(keyOf(each));
    this.look();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const open = new AbortController();
    const running = this.#output.run?.(open.signal);
    while (!signal.aborted) {
      this.#wake = new AbortController();
      this.#wanted = this.#order();
      if (this.#isDue()) await this.#tell(this.#wanted, signal);
      if (!signal.aborted) await clock.sleep(lookEveryMs, AbortSignal.any([signal, this.#wake.signal]));
    }
    if (this.#told?.order.on !== false) await this.#tell({ on: false }, AbortSignal.timeout(endWithinMs));
    open.abort();
    await running;
  }

  #order(): Order {
    const now = this.#now();
    const standing = this.#standing();
    const keys = new Set(standing.map(keyOf));
    for (const key of this.#done) if (!keys.has(key)) this.#done.delete(key);
    if (this.#testUntil > now) {
      this.#ordered('alarm');
      return { on: true, why: 'test' };
    }
    const sounding = standing.filter((each) => !this.#done.has(keyOf(each)));
    if (sounding.some((each) => !this.#known.has(keyOf(each)))) this.#since = now;
    this.#known = keys;
    const [first] = sounding;
    if (this.#shown !== undefined && this.#shown.until <= now) this.#shown = undefined;
    if (first !== undefined) this.#ordered('alarm');
    else if (this.#shown !== undefined) return { on: true, why: { text: this.#shown.text } };
    if (first === undefined) return { on: false };
    const { forMs } = this.#settings;
    if (forMs === 0 || now - this.#since < forMs) return { on: true, why: first };
    for (const each of sounding) this.#done.add(keyOf(each));
    return { on: false };
  }

  /** Tells whoever waits for it what became of the text; one that is not shown now is not shown later. */
  #ordered(how: 'shown' | 'alarm' | Text): void {
    const told = this.#shown?.told;
    if (told === undefined) return;
    this.#shown = how === 'shown' && this.#shown !== undefined ? { ...this.#shown, told: undefined } : undefined;
    told(how);
  }

  #standing(): readonly Standing[] {
    const { alarms, devices } = this.#settings;
    return this.#options
      .standing()
      .filter(
        ({ alarm, device }) =>
          (alarms.length === 0 ? !OF_ITSELF.includes(alarm) : alarms.includes(alarm)) &&
          (devices.length === 0 || devices.includes(device)),
      );
  }

  #isDue(): boolean {
    const now = this.#now();
    if (this.#told === undefined) return now - this.#triedAt >= retryMs;
    return !isSame(this.#told.order, this.#wanted) || now - this.#told.at >= againMs;
  }

  async #tell(order: Order, signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    const isNew = this.#told === undefined || !isSame(this.#told.order, order);
    this.#triedAt = this.#now();
    try {
      await this.#output.set(order, signal);
      this.#told = { order, at: this.#now() };
      this.#fault = undefined;
      if (isShown(order)) this.#ordered('shown');
      if (isNew) log.info('An output was switched', { output: this.name, on: order.on });
    } catch (fault) {
      this.#told = undefined;
      this.#fault = textOf(fault);
      if (isShown(order)) this.#ordered(this.#fault);
      log.error('An output could not be switched; it will be tried again', {
        output: this.name,
        fault: messageOf(fault),
      });
    }
  }

  #now(): number {
    return this.#options.clock.moment().monotonic;
  }
}

function keyOf({ device, alarm }: Standing): string {
  return `${device} ${alarm}`;
}

function isSame(one: Order, other: Order): boolean {
  if (!one.on || !other.on) return one.on === other.on;
  return whyOf(one) === whyOf(other);
}

function whyOf({ why }: Extract<Order, { on: true }>): string {
  if (why === 'test') return why;
  return 'text' in why ? `shown ${why.text}` : `alarm ${keyOf(why)}`;
}

function isShown(order: Order): boolean {
  return order.on && order.why !== 'test' && 'text' in order.why;
}
