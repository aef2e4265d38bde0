/**
 * The writes that wait for their turn on a bus, and what became of them.
 *
 *   command ──▶ its unit is read ──answers──▶ written ──▶ answered, and read again
 *                     └─ fails: nothing was written
 *
 * A unit is read before it is written, so that one that is away is sent nothing that it might do later, and so that it is known whether the line
 * echoes (bus.ts). Bounds: `maxWrites` at a time; each is answered within `withinMs`, or counts as not written.
 */
import type { Answered, CommandAnswer, DeviceCommand } from '../device-type.ts';
import { say } from './words.ts';

const maxWrites = 8;
const withinMs = 30_000;

export interface QueuedWrite<Unit> {
  readonly command: DeviceCommand;
  readonly unit: Unit;
  /** Monotonic ms. */
  readonly until: number;
  isReady: boolean;
}

export class WriteQueue<Unit> {
  readonly #waiting: QueuedWrite<Unit>[] = [];
  #onWire: QueuedWrite<Unit> | undefined;
  #answers: CommandAnswer[] = [];

  get onWire(): QueuedWrite<Unit> | undefined {
    return this.#onWire;
  }

  /** When the first is given up, monotonic ms. */
  get dueAt(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#waiting.map(({ until }) => until));
  }

  /** False if there is no room. */
  add(command: DeviceCommand, unit: Unit, now: number): boolean {
    if (this.#waiting.length >= maxWrites) {
      this.#answer(command, { outcome: 'failed', reason: 'busy', text: say.tooManyWrites() });
      return false;
    }
    this.#waiting.push({ command, unit, until: now + withinMs, isReady: false });
    return true;
  }

  unknown(command: DeviceCommand): void {
    this.#answer(command, { outcome: 'failed', reason: 'no-answer', text: say.notAskedToWrite() });
  }

  /** The unit has answered its reads. */
  ready(unit: Unit): void {
    for (const write of this.#waiting) if (write.unit === unit) write.isReady = true;
  }

  /** The unit has not: what waited for it is not written. */
  away(unit: Unit): void {
    for (const write of this.#waiting.filter((each) => each.unit === unit)) this.#giveUp(write);
  }

  /** What takes too long is not written. */
  expire(now: number): void {
    for (const write of this.#waiting.filter(({ until }) => until <= now)) this.#giveUp(write);
  }

  get next(): QueuedWrite<Unit> | undefined {
    return this.#waiting.find(({ isReady }) => isReady);
  }

  /** It went out. */
  began(write: QueuedWrite<Unit>): void {
    this.#remove(write);
    this.#onWire = write;
  }

  /** It cannot go out: an earlier one may still be answered. */
  blocked(write: QueuedWrite<Unit>): void {
    this.#remove(write);
    this.#answer(write.command, { outcome: 'failed', reason: 'busy', text: say.tooManyWrites() });
  }

  /** Its unit, with which something is new; undefined if it was no answer to it. */
  answered(pdu: Uint8Array): Unit | undefined {
    const write = this.#onWire;
    const answered = write?.command.encoded.understand(pdu);
    if (write === undefined || answered === undefined) return undefined;
    this.#onWire = undefined;
    this.#answer(write.command, answered);
    return write.unit;
  }

  /** Nobody has answered what went out. */
  unanswered(): void {
    if (this.#onWire === undefined) return;
    const { command } = this.#onWire;
    this.#onWire = undefined;
    this.#answer(command, { outcome: 'interrupted', reason: 'no-answer', text: say.writeUnanswered() });
  }

  /** Since it was last asked. */
  takeAnswers(): readonly CommandAnswer[] {
    const answers = this.#answers;
    this.#answers = [];
    return answers;
  }

  #giveUp(write: QueuedWrite<Unit>): void {
    this.#remove(write);
    this.unknown(write.command);
  }

  #remove(write: QueuedWrite<Unit>): void {
    this.#waiting.splice(this.#waiting.indexOf(write), 1);
  }

  #answer({ id }: DeviceCommand, answered: Answered): void {
    this.#answers.push({ id, ...answered });
  }
}
