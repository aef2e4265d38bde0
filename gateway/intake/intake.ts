/**
 * The way of one step from a device type to the buffer: rubbish is counted, readings pass the policy, and readings,
 * alarms and what must be remembered are committed together.
 *
 * What a device type and the policy remember of one device are kept side by side under the device's id. What could not be
 * committed is not remembered either: the memory is again what it was before.
 */
import { type Json, type Rubbish, rubbishText, type Step } from '../../devices/device-type.ts';
import type { Moment } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import { type Alarm, isTime, type Reading } from '../../shared/reading.ts';
import type { ReadingBuffer } from '../buffer/buffer.ts';
import type { Log } from '../machine/log.ts';
import { judge, NO_STATE, type Policy } from '../policy/policy.ts';
import { type Activity, noteFault, noteReading, noteRubbish, noteTime, type PortActivity } from './activity.ts';
import { asOfNow, unbelievableBy } from './believed-time.ts';
import { boundReading } from './bound-reading.ts';
import { type Memory, memoryText, readMemory } from './memory.ts';
import { type SealTags, TagIntake, withoutSeal } from './tag-intake.ts';
import { say } from './words.ts';

export interface IntakeOptions {
  readonly buffer: ReadingBuffer;
  readonly activity: Activity;
  readonly log: Log;
  /** A device without a policy is not checked. */
  readonly policies: { get(device: string): Policy | undefined };
  /** How late a commit may be if no caller waits for it. */
  readonly commitWithinMs: number;
  /** Seals operators' tags; absent if the gateway is told of no operators. */
  readonly sealing?: SealTags | undefined;
  /** A device has reported; `at` is monotonic ms. */
  heard?(device: string, at: number): void;
  /** An alarm was raised or cleared; it is not on the disk yet. */
  alarmed?(): void;
  /** A reading has come, with the doubts of its policy, and is no history. */
  current?(reading: Reading, at: Moment): void;
}

export interface StepOrigin {
  readonly port: PortActivity;
  readonly at: Moment;
  /** The readings' times come from the device's own clock, not from `at`. */
  readonly ownTime: boolean;
  /** Somebody waits for the commit (a PUBACK): it happens at once. */
  readonly awaited: boolean;
}

/** What a step changes in memories: most steps nothing, so its tables are made when they are needed. */
interface Changes {
  /** Those that are written with the readings. */
  lasting?: Set<string>;
  /** What was remembered before. */
  before?: Map<string, Memory | undefined>;
}

/** A reading that comes this long after it was observed is history if a newer one came before it. */
const lateAfterMs = 60_000;

export class Intake {
  readonly #options: IntakeOptions;
  /** The only copy in memory; the buffer writes it and reads it back after a restart. */
  readonly #memories = new Map<string, Memory>();
  readonly #tags: TagIntake<StepOrigin>;
  /** When each device observed what it last reported as current, by kind of reading; epoch ms. */
  readonly #observedAt = new Map<string, number>();

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#tags = new TagIntake(options.sealing, async (sightings, origin) => {
      for (const sighting of sightings) this.#count(withoutSeal(sighting), false, origin);
      await this.#commit(sightings, {}, { ...origin, ownTime: true }); // the seal is bound to its time
    });
    for (const [device, text] of options.buffer.remembered()) {
      this.#memories.set(device, readMemory(text));
    }
  }

  /** What a device type asked to have remembered of a device. */
  rememberedBy(device: string): Json | undefined {
    return this.#memories.get(device)?.type ?? undefined;
  }

  /** All that is remembered of a device. */
  memoryOf(device: string): Memory | undefined {
    return this.#memories.get(device);
  }

  /** Everything remembered under names with this prefix. */
  *rememberedUnder(prefix: string): Generator<readonly [name: string, Json]> {
    for (const [name, { type }] of this.#memories) {
      if (name.startsWith(prefix) && type !== undefined && type !== null) yield [name, type];
    }
  }

  /** Everything that anything is remembered of. */
  names(): Iterable<string> {
    return this.#memories.keys();
  }

  /** The names of all devices that were named by their topics. */
  *metDevices(): Generator<string> {
    for (const [device, { metAt }] of this.#memories) if (metAt !== undefined) yield device;
  }

  /** Resolves when everything is durable; rejects with the buffer's error, after it has been logged. */
  async take(step: Step, origin: StepOrigin): Promise<void> {
    if (step.tags === undefined) return this.#takeReadings(step, origin);
    const sealing = this.#tags.take(step.tags, origin);
    await Promise.all([this.#takeReadings(step, origin), sealing]);
  }

  /** Resolves when no tag is on its way to the buffer. */
  idle(): Promise<void> {
    return this.#tags.idle();
  }

  #takeReadings(step: Step, origin: StepOrigin): Promise<void> | undefined {
    for (const rubbish of step.rubbish ?? []) this.#countRubbish(rubbish, origin);
    const readings: Reading[] = [];
    const changes: Changes = {};
    if (step.remember !== undefined) {
      for (const [device, type] of step.remember) this.#setMemory(device, { type }, changes);
      changes.lasting = new Set(step.remember.keys());
    }
    for (const given of step.readings ?? []) {
      const reading = this.#believed(this.#bounded(given, origin), origin);
      const isHistory = this.#isHistory(reading, origin.at);
      const judged = this.#judge(reading, isHistory, readings, changes);
      this.#count(judged, isHistory, origin);
      if (!isHistory) this.#options.current?.(judged, origin.at);
    }
    const { lasting } = changes;
    return readings.length > 0 || (lasting?.size ?? 0) > 0 ? this.#commit(readings, changes, origin) : undefined;
  }

  /**
   * The gateway's own word about devices: alarms and what changes in their memories. With `ownTime` the alarms bear the times of others'
   * readings. Resolves and rejects as `take` does.
   */
  async tell(
    alarms: readonly Alarm[],
    changes: ReadonlyMap<string, Partial<Memory>>,
    at: Moment,
    { ownTime = false }: { readonly ownTime?: boolean } = {},
  ): Promise<void> {
    const made: Changes = { lasting: new Set(changes.keys()) };
    for (const [device, change] of changes) this.#setMemory(device, change, made);
    if (alarms.length > 0) this.#options.alarmed?.();
    await this.#commit(alarms, made, { at, ownTime, awaited: alarms.length > 0 });
  }

  #commit(
    readings: readonly Reading[],
    { lasting, before }: Changes,
    { at: { wall, monotonic, synchronised }, ownTime, awaited }: Omit<StepOrigin, 'port'>,
  ): Promise<void> {
    const after = lasting && [...lasting].map((device) => [device, this.#memories.get(device)] as const);
    const remember = after && new Map(after.map(([device, memory]) => [device, memoryText(memory)]));
    const withinMs = awaited ? 0 : this.#options.commitWithinMs;
    const options =
      synchronised || ownTime
        ? { withinMs, remember }
        : { withinMs, remember, unsynchronisedOffsetMs: wall - monotonic };
    return this.#options.buffer.append(readings, options).catch((fault) => {
      const what = awaited
        ? 'Readings could not be stored; they were not acknowledged, so that their sender keeps them'
        : 'Readings were lost because the buffer could not take them';
      this.#options.log.error(what, { readings: readings.length, fault: messageOf(fault) });
      for (const [device, memory] of after ?? []) {
        if (this.#memories.get(device) === memory) this.#restore(device, before?.get(device)); // nothing newer came
      }
      throw fault;
    });
  }

  /** The reading as it may be written: mended, or without its values if they are too many or too long. Both are counted. */
  #bounded(given: Reading, origin: StepOrigin): Reading {
    const bounded = boundReading(given);
    if (bounded.ok) {
      if (bounded.isMended) origin.port.mendedTexts++;
      return bounded.reading;
    }
    const { device } = given;
    const bytes = new Uint8Array(0);
    this.#countRubbish({ code: 'over-limit', bytes, device, detail: say.readingTooLarge() }, origin);
    const observedAt = isTime(given.observedAt) ? Math.round(given.observedAt) : origin.at.wall;
    return { device, kind: 'measurement', observedAt, values: {}, quality: 'undecoded' };
  }

  #believed(reading: Reading, { at }: StepOrigin): Reading {
    const offMs = unbelievableBy(reading, at);
    noteTime(this.#options.activity.devices.get(reading.device), offMs);
    return offMs === undefined ? reading : asOfNow(reading, at);
  }

  #restore(device: string, memory: Memory | undefined): void {
    if (memory === undefined) this.#memories.delete(device);
    else this.#memories.set(device, memory);
  }

  /** The reading with the doubts of its policy, which also goes into `into`, with its alarms. */
  #judge(reading: Reading, isHistory: boolean, into: Reading[], changes: Changes): Reading {
    const policy = this.#options.policies.get(reading.device);
    if (policy === undefined) {
      into.push(reading);
      return reading;
    }
    const before = this.#memories.get(reading.device)?.policy ?? NO_STATE;
    const judged = judge(reading, policy, before, { isHistory });
    into.push(judged.reading, ...judged.alarms);
    if (judged.state === before) return judged.reading;
    this.#setMemory(reading.device, { policy: judged.state }, changes);
    // Last values only matter between neighbouring readings; alarms that are up must survive a restart.
    if (judged.alarms.length > 0) {
      changes.lasting ??= new Set();
      changes.lasting.add(reading.device);
      this.#options.alarmed?.();
    }
    return judged.reading;
  }

  /** Whether the device has reported something newer of this kind. What comes at once is current, even if the clock was set back. */
  #isHistory({ device, kind, observedAt }: Reading, { wall, synchronised }: Moment): boolean {
    const series = `${kind} ${device}`; // a status of now makes no history of a logger's samples
    const isLate = synchronised && wall - observedAt > lateAfterMs;
    if (isLate && observedAt < (this.#observedAt.get(series) ?? Number.NEGATIVE_INFINITY)) return true;
    this.#observedAt.set(series, observedAt);
    return false;
  }

  #setMemory(device: string, change: Partial<Memory>, changes: Changes): void {
    const memory = this.#memories.get(device);
    changes.before ??= new Map();
    if (!changes.before.has(device)) changes.before.set(device, memory);
    this.#memories.set(device, { policy: NO_STATE, ...memory, ...change });
  }

  #count(reading: Reading, isHistory: boolean, { port, at }: StepOrigin): void {
    port.readings++;
    port.rubbishInARow = 0;
    port.lastReadingAt = at.wall;
    this.#options.heard?.(reading.device, at.monotonic);
    const device = this.#options.activity.devices.get(reading.device);
    if (device !== undefined) noteReading(device, reading, at.wall, isHistory);
  }

  #countRubbish(rubbish: Rubbish, { port, at }: StepOrigin): void {
    const { code, device, detail } = rubbish;
    noteRubbish(port, rubbish, at.wall);
    if (code !== 'no-answer' && code !== 'deaf') port.rubbishInARow++; // nothing has come
    const known = device === undefined ? undefined : this.#options.activity.devices.get(device);
    const isSentence = (code === 'changed-shape' || code === 'deaf') && detail !== undefined; // its code says nothing more
    if (known !== undefined) noteFault(known, code, isSentence ? detail : rubbishText(rubbish));
  }
}
