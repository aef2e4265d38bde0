/**
 * The master of one Modbus bus: asks each unit when it is due and turns its answers into a reading.
 *
 *   due times ──▶ cycle of one unit ──request──▶ bus ──answer──▶ next block, or the reading
 *
 * Promise: a reading holds only values that answered its own requests, and all of its blocks; its time is that of the last
 * answer. Units take turns in the order they fell due, one at a time. Beats that are missed because the bus is busy, and
 * polls repeated before they went out, never pile up: at most one is pending per unit. A cycle that fails (no answer,
 * exception) gives rubbish once and waits for the unit's next beat.
 *
 * Writes go between cycles (write-queue.ts).
 *
 * A port that closes interrupts a cycle and moves no beat: many units close a connection that is idle, or after each answer.
 * When it is open again the cycle goes on where it was, unless its unit is due again or it is older than `resumeWithinMs`; one that the unit has closed
 * `maxTries` times over the same block has failed. While the port is closed, what is written only asks for it to be opened.
 */
import type { Moment } from '../../shared/clock.ts';
import type { Value } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import {
  type ConfiguredDevice,
  type Decoder,
  type DeviceCommand,
  type Rubbish,
  rubbishStep,
  type Step,
} from '../device-type.ts';
import type { PeopleCount } from '../people-counter/totals.ts';
import { type Answer, encodeRequest, exceptionText, parseAnswer, type ReadRequest } from './adu.ts';
import { Bus } from './bus.ts';
import type { ModbusOptions } from './options.ts';
import { type Block, blocksOf, blockValues } from './profile.ts';
import { peopleCountOf, unitReading } from './unit-reading.ts';
import { say } from './words.ts';
import { WriteQueue } from './write-queue.ts';

interface Unit {
  readonly device: ConfiguredDevice<ModbusOptions>;
  readonly blocks: readonly Block[];
  /** Monotonic ms of the next beat or pending poll. */
  dueAt: number;
  readonly people: PeopleCount | undefined;
}

/** One unit being read: the values of its blocks so far. */
interface Cycle {
  readonly unit: Unit;
  readonly values: Record<string, Value>;
  readonly missing: string[];
  answered: number;
  /** How often the port was closed in the place of an answer to this block. */
  tries: number;
  readonly beganAt: number;
}

const resumeWithinMs = 10_000;
const maxTries = 2;

export class ModbusPoller implements Decoder {
  readonly #bus: Bus;
  readonly #units: readonly Unit[];
  #cycle: Cycle | undefined;
  #isClosed = false;
  readonly #writes = new WriteQueue<Unit>();

  constructor(devices: readonly ConfiguredDevice<ModbusOptions>[], framing: 'rtu' | 'tcp') {
    this.#bus = new Bus(framing, Math.max(0, ...devices.map((d) => d.options.minGapMs)));
    this.#units = devices.map((device) => ({
      device,
      blocks: blocksOf(device.options.profile),
      dueAt: Number.POSITIVE_INFINITY,
      people: peopleCountOf(device),
    }));
  }

  opened(at: Moment): Step {
    const now = at.monotonic;
    this.#bus.forget();
    this.#isClosed = false;
    const cycle = this.#cycle;
    if (cycle !== undefined && (cycle.unit.dueAt <= now || now - cycle.beganAt > resumeWithinMs)) {
      this.#cycle = undefined;
      cycle.unit.dueAt = now;
    }
    for (const unit of this.#units) {
      const isBegun = unit.dueAt !== Number.POSITIVE_INFINITY;
      if (isBegun) unit.dueAt = Math.max(unit.dueAt, now);
      else if (unit.device.options.intervalMs > 0) unit.dueAt = now;
    }
    return this.#told(this.#ask(at));
  }

  closed(at: Moment): Step {
    const wasAsked = this.#bus.deadline !== undefined;
    this.#bus.forget();
    this.#isClosed = true;
    this.#writes.unanswered();
    if (this.#cycle === undefined || !wasAsked || ++this.#cycle.tries < maxTries) return this.#told({});
    return this.#told(this.#ask(at, this.#fail('no-answer', new Uint8Array(0), say.closedInstead())));
  }

  poll(device: string, at: Moment): Step {
    const unit = this.#units.find((u) => u.device.id === device);
    if (unit) unit.dueAt = Math.min(unit.dueAt, at.monotonic);
    return this.#told(this.#ask(at));
  }

  command(command: DeviceCommand, at: Moment): Step {
    const unit = this.#units.find(({ device }) => device.id === command.device);
    if (unit === undefined) this.#writes.unknown(command);
    else if (this.#writes.add(command, unit, at.monotonic)) unit.dueAt = Math.min(unit.dueAt, at.monotonic);
    return this.#told(this.#ask(at));
  }

  dueAt(): number {
    return Math.min(this.#writes.dueAt, this.#nextAt());
  }

  #nextAt(): number {
    if (this.#bus.deadline !== undefined) return this.#bus.deadline;
    if (this.#isClosed && this.#cycle) return Number.POSITIVE_INFINITY;
    const next =
      this.#cycle || (!this.#isClosed && this.#writes.next) ? Number.NEGATIVE_INFINITY : this.#nextUnit()?.dueAt;
    return Math.max(this.#bus.readyAt, next ?? Number.POSITIVE_INFINITY);
  }

  due(at: Moment): Step {
    this.#writes.expire(at.monotonic);
    const { deadline } = this.#bus;
    if (deadline === undefined || at.monotonic < deadline) return this.#told(this.#ask(at));
    this.#bus.timeOut(at.monotonic);
    if (this.#writes.onWire !== undefined) {
      this.#writes.unanswered();
      return this.#told(this.#ask(at));
    }
    const { unit, timeoutMs } = this.#cycle?.unit.device.options ?? { unit: 0, timeoutMs: 0 };
    return this.#told(this.#ask(at, this.#fail('no-answer', new Uint8Array(0), say.noAnswer({ unit, ms: timeoutMs }))));
  }

  decode(frame: Uint8Array, at: Moment): Step {
    return this.#told(this.#decode(frame, at));
  }

  #decode(frame: Uint8Array, at: Moment): Step {
    const answer = parseAnswer(frame, this.#bus.framing);
    if (!answer) return rubbishStep('malformed', frame, say.notAnAnswer());
    const outcome = this.#bus.receive(answer, at.monotonic);
    if (outcome.is === 'echo') return {};
    if (outcome.is === 'in-step') return this.#ask(at);
    if (outcome.is === 'exception') {
      return this.#ask(at, this.#fail('device-error', frame, exceptionText(outcome.code)));
    }
    if (outcome.is === 'registers') return this.#take(outcome.data, at);
    if (outcome.is === 'written') {
      const unit = this.#writes.answered(outcome.pdu);
      if (unit !== undefined) unit.dueAt = Math.min(unit.dueAt, at.monotonic); // how it is now
      return this.#ask(at);
    }
    return this.#unexpected(answer, frame);
  }

  /** With what became of writes meanwhile. */
  #told(step: Step): Step {
    const answered = this.#writes.takeAnswers();
    return answered.length === 0 ? step : { ...step, answered };
  }

  #unexpected(answer: Answer, frame: Uint8Array): Step {
    const unit = answer.is === 'request' ? answer.request.unit : answer.unit;
    const isKnown = this.#units.some(({ device }) => device.options.unit === unit);
    if (!isKnown) return rubbishStep('unknown-address', frame, say.unknownUnit({ unit }));
    const detail =
      answer.is === 'exception'
        ? say.unexpectedException({ unit, exception: exceptionText(answer.code) })
        : say.unexpected({ unit });
    return rubbishStep('unexpected', frame, detail);
  }

  /** The current block's registers have come. */
  #take(data: Uint8Array, at: Moment): Step {
    const cycle = this.#cycle;
    const block = cycle?.unit.blocks[cycle.answered];
    if (!cycle || !block) return this.#ask(at);
    const { values, missing } = blockValues(block, data);
    Object.assign(cycle.values, values);
    cycle.missing.push(...missing);
    cycle.answered++;
    cycle.tries = 0;
    if (cycle.answered < cycle.unit.blocks.length) return this.#ask(at);
    this.#cycle = undefined;
    const { unit } = cycle;
    this.#writes.ready(unit);
    const observed = { values: cycle.values, missing: cycle.missing, at };
    const reading = unitReading(unit.device, observed, unit.people);
    const step = { ...this.#ask(at), readings: [reading] };
    return unit.people ? { ...step, remember: new Map([[unit.device.id, unit.people.memory]]) } : step;
  }

  #fail(code: 'no-answer' | 'device-error', bytes: Uint8Array, detail: Text): Rubbish[] {
    const device = this.#cycle?.unit.device.id;
    if (this.#cycle !== undefined) this.#writes.away(this.#cycle.unit);
    this.#cycle = undefined;
    return [{ code, bytes, detail, ...(device === undefined ? {} : { device }) }];
  }

  /** Puts the next request on the bus if it is free and one is due; adds units that could not be asked to `rubbish`. */
  #ask(at: Moment, rubbish: Rubbish[] = []): Step {
    const said = () => (rubbish.length > 0 ? { rubbish } : {});
    if (this.#isClosed) return { ...said(), ...this.#askToOpen(at.monotonic) };
    while (this.#bus.deadline === undefined && at.monotonic >= this.#bus.readyAt) {
      const written = this.#cycle === undefined && this.#write(at.monotonic);
      if (written) return { ...said(), write: [written] };
      this.#cycle ??= this.#begin(at.monotonic);
      const request = this.#cycle && requestOf(this.#cycle);
      if (!this.#cycle || !request) break;
      const bytes = this.#bus.send(request, at.monotonic, this.#cycle.unit.device.options.timeoutMs);
      if (bytes) return { ...said(), write: [bytes] };
      rubbish.push(...this.#fail('no-answer', new Uint8Array(0), say.owesTooMuch()));
    }
    return said();
  }

  /** The next write of a unit that has been read. */
  #write(now: number): Uint8Array | undefined {
    for (let write = this.#writes.next; write !== undefined; write = this.#writes.next) {
      const { unit, timeoutMs } = write.unit.device.options;
      const bytes = this.#bus.write(unit, write.command.encoded.bytes, now, timeoutMs);
      if (bytes !== undefined) {
        this.#writes.began(write);
        return bytes;
      }
      this.#writes.blocked(write);
    }
    return undefined;
  }

  #askToOpen(now: number): Step {
    if (this.#cycle !== undefined) return {};
    const unit = this.#writes.next?.unit; // it is read again before it is written
    if (unit !== undefined) unit.dueAt = Math.min(unit.dueAt, now);
    this.#cycle = this.#begin(now);
    const request = this.#cycle && requestOf(this.#cycle);
    return request === undefined ? {} : { write: [encodeRequest(request, this.#bus.framing, 0)] };
  }

  /** Begins the cycle of the unit that has been due the longest, and sets its next beat. */
  #begin(now: number): Cycle | undefined {
    const unit = this.#nextUnit();
    if (!unit || unit.dueAt > now) return undefined;
    const { intervalMs } = unit.device.options;
    const next = unit.dueAt + intervalMs;
    unit.dueAt = intervalMs === 0 ? Number.POSITIVE_INFINITY : next > now ? next : now + intervalMs;
    return { unit, values: {}, missing: [], answered: 0, tries: 0, beganAt: now };
  }

  #nextUnit(): Unit | undefined {
    return this.#units.reduce<Unit | undefined>(
      (first, unit) => (first && first.dueAt <= unit.dueAt ? first : unit),
      undefined,
    );
  }
}

/** What the cycle asks next. */
function requestOf({ unit: { device, blocks }, answered }: Cycle): ReadRequest | undefined {
  const block = blocks[answered];
  if (block === undefined) return undefined;
  const { function: code, address, count } = block;
  return { unit: device.options.unit, function: code, address, count };
}
