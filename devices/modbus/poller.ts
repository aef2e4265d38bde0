/**
 * The master of one Modbus bus: asks each unit when its time comes and turns its answers into a reading.
 *
 *   due times ──▶ cycle of one unit ──request──▶ bus ──answer──▶ next block, or the reading
 *
 * Promise: a reading holds only values that answered its own requests, and all of its blocks; its time is that of the
 * last answer. Units take turns in the order in which they fell due, one at a time. A beat that is missed because the
 * bus was busy, or a poll that is asked for again before it went out, never piles up: at most one is pending a unit. A
 * cycle that fails (no answer, exception) says so once as rubbish and waits for the unit's next beat.
 */
import type { Moment } from '../../shared/clock.ts';
import type { ConfiguredDevice, Decoder, Rubbish, Step } from '../device-type.ts';
import { parseTotals, type Totals } from '../people-counter/totals.ts';
import { exceptionText, parseAnswer, type ReadRequest } from './adu.ts';
import { Bus } from './bus.ts';
import type { ModbusOptions } from './options.ts';
import { type Block, blocksOf, blockValues } from './profile.ts';
import { unitReading } from './unit-reading.ts';

interface Unit {
  readonly device: ConfiguredDevice<ModbusOptions>;
  readonly blocks: readonly Block[];
  /** Monotonic ms of the next beat or of the poll that is pending. */
  dueAt: number;
  totals: Totals | undefined;
}

/** One unit being read: what its blocks have given so far. */
interface Cycle {
  readonly unit: Unit;
  readonly values: Record<string, number>;
  isWhole: boolean;
  answered: number;
}

export class ModbusPoller implements Decoder {
  readonly #bus: Bus;
  readonly #units: readonly Unit[];
  #cycle: Cycle | undefined;

  constructor(devices: readonly ConfiguredDevice<ModbusOptions>[], framing: 'rtu' | 'tcp') {
    this.#bus = new Bus(framing, Math.max(0, ...devices.map((d) => d.options.minGap)));
    this.#units = devices.map((device) => ({
      device,
      blocks: blocksOf(device.options.profile),
      dueAt: Number.POSITIVE_INFINITY,
      totals: parseTotals(device.remembered),
    }));
  }

  opened(at: Moment): Step {
    this.#bus.forget();
    this.#cycle = undefined;
    for (const unit of this.#units) {
      unit.dueAt = unit.device.options.interval > 0 ? at.monotonic : Number.POSITIVE_INFINITY;
    }
    return this.#ask(at);
  }

  poll(device: string, at: Moment): Step {
    const unit = this.#units.find((u) => u.device.id === device);
    if (unit) unit.dueAt = Math.min(unit.dueAt, at.monotonic);
    return this.#ask(at);
  }

  dueAt(): number {
    if (this.#bus.deadline !== undefined) return this.#bus.deadline;
    const next = this.#cycle ? Number.NEGATIVE_INFINITY : this.#nextUnit()?.dueAt;
    return Math.max(this.#bus.readyAt, next ?? Number.POSITIVE_INFINITY);
  }

  due(at: Moment): Step {
    const { deadline } = this.#bus;
    if (deadline === undefined || at.monotonic < deadline) return this.#ask(at);
    this.#bus.timeOut(at.monotonic);
    const { timeout } = this.#cycle?.unit.device.options ?? { timeout: 0 };
    return this.#ask(at, this.#fail('no-answer', new Uint8Array(0), `no answer within ${timeout} ms`));
  }

  decode(frame: Uint8Array, at: Moment): Step {
    const answer = parseAnswer(frame, this.#bus.framing);
    if (!answer) return { rubbish: [{ code: 'malformed', bytes: frame, detail: 'not an answer to a read' }] };
    const outcome = this.#bus.receive(answer, at.monotonic);
    if (outcome.is === 'echo') return {};
    if (outcome.is === 'in-step') return this.#ask(at);
    if (outcome.is === 'exception') {
      return this.#ask(at, this.#fail('device-error', frame, exceptionText(outcome.code)));
    }
    if (outcome.is === 'registers') return this.#take(outcome.data, at);
    const from = answer.is === 'request' ? answer.request.unit : answer.unit;
    const isKnown = this.#units.some((u) => u.device.options.unit === from);
    const said = answer.is === 'exception' ? `: ${exceptionText(answer.code)}` : '';
    const detail = isKnown
      ? `unit ${from} sent what was not being waited for${said}`
      : `unit ${from} is not configured`;
    return { rubbish: [{ code: isKnown ? 'unexpected' : 'unknown-address', bytes: frame, detail }] };
  }

  /** The awaited registers of the current block have come. */
  #take(data: Uint8Array, at: Moment): Step {
    const cycle = this.#cycle;
    const block = cycle?.unit.blocks[cycle.answered];
    if (!cycle || !block) return this.#ask(at);
    const { values, isWhole } = blockValues(block, data);
    Object.assign(cycle.values, values);
    cycle.isWhole &&= isWhole;
    cycle.answered++;
    if (cycle.answered < cycle.unit.blocks.length) return this.#ask(at);
    this.#cycle = undefined;
    const { unit } = cycle;
    const observed = { values: cycle.values, isWhole: cycle.isWhole, at: at.wall };
    const { reading, totals } = unitReading(unit.device, observed, unit.totals);
    const step = { ...this.#ask(at), readings: [reading] };
    if (!totals) return step;
    unit.totals = totals;
    return { ...step, remember: new Map([[unit.device.id, { ...totals }]]) };
  }

  #fail(code: 'no-answer' | 'device-error', bytes: Uint8Array, detail: string): Rubbish[] {
    const device = this.#cycle?.unit.device.id;
    this.#cycle = undefined;
    return [{ code, bytes, detail, ...(device === undefined ? {} : { device }) }];
  }

  /** Puts the next request on the bus, if it is free and anything is due; adds to `rubbish` what could not be asked. */
  #ask(at: Moment, rubbish: Rubbish[] = []): Step {
    const said = () => (rubbish.length > 0 ? { rubbish } : {});
    while (this.#bus.deadline === undefined && at.monotonic >= this.#bus.readyAt) {
      this.#cycle ??= this.#begin(at.monotonic);
      const block = this.#cycle?.unit.blocks[this.#cycle.answered];
      if (!this.#cycle || !block) break;
      const { unit, timeout } = this.#cycle.unit.device.options;
      const request: ReadRequest = { unit, function: block.function, address: block.address, count: block.count };
      const bytes = this.#bus.send(request, at.monotonic, timeout);
      if (bytes) return { ...said(), write: [bytes] };
      const detail = 'not asked: it owes too many answers to tell the next one apart';
      rubbish.push(...this.#fail('no-answer', new Uint8Array(0), detail));
    }
    return said();
  }

  /** Begins the cycle of the unit that has been due for longest, and sets its next beat. */
  #begin(now: number): Cycle | undefined {
    const unit = this.#nextUnit();
    if (!unit || unit.dueAt > now) return undefined;
    const { interval } = unit.device.options;
    const next = unit.dueAt + interval;
    unit.dueAt = interval === 0 ? Number.POSITIVE_INFINITY : next > now ? next : now + interval;
    return { unit, values: {}, isWhole: true, answered: 0 };
  }

  #nextUnit(): Unit | undefined {
    return this.#units.reduce<Unit | undefined>(
      (first, unit) => (first && first.dueAt <= unit.dueAt ? first : unit),
      undefined,
    );
  }
}
