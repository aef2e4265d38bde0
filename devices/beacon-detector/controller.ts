/**
 * Keeps a Bluetooth controller scanning: sets it up, notices that it restarted or went deaf, and climbs a ladder until it hears again.
 *
 *   heard nothing for `quietMs` ──▶ scan off and on ──▶ reset and set-up ──▶ port closed and opened ──▶ reset, port, reset, …
 *                                        │ hears again: back to the foot of the ladder
 *
 * A controller restarts unasked (Command Complete of a command that nobody sent, or of none: §7.7.14) or reports a hardware error
 * (§7.7.16): it is set up again, at most every `restartEveryMs`. Each of this is said as rubbish, without a byte of what was heard. Beyond
 * the third rung a step is taken every `againEveryMs`. Power cannot be switched through a UART: a person, or a switched outlet, has to.
 * Sections: Bluetooth Core Spec Vol 4 Part E.
 */
import type { Text } from '../../shared/text.ts';
import { CommandSequence } from '../command-sequence.ts';
import type { RubbishCode } from '../device-type.ts';
import {
  EVENT,
  extendedScan,
  type HciCommand,
  hasExtendedScan,
  legacyScan,
  PREPARE,
  READ_COMMANDS,
  RESET,
  type Scan,
} from './hci.ts';
import { say } from './words.ts';

const restartEveryMs = 10_000;
const againEveryMs = 300_000;
const NEVER = Number.POSITIVE_INFINITY;

export interface ControllerOptions {
  /** Whether it may be written to. */
  readonly setsUp: boolean;
  /** How long it may hear nothing. */
  readonly quietMs: number;
  /** Whether it has to hear the reference beacon, not just anything. */
  readonly hasReference: boolean;
  /** Reports each advertiser once, until scanning is switched off and on, which happens every so many ms; undefined: reports all. */
  readonly filterMs: number | undefined;
}

/** What to do now. */
export interface Action {
  readonly send?: HciCommand | undefined;
  readonly reopen?: true;
  readonly told?: { readonly code: RubbishCode; readonly detail: Text };
}

const NOTHING: Action = {};

export class Controller {
  readonly #options: ControllerOptions;
  readonly #legacy: Scan;
  readonly #extended: Scan;
  #scan: Scan;
  #refusesExtended = false;
  #sequence = new CommandSequence<HciCommand>([]);
  /** When it was last set up, when it is to be again, and when scanning is to be switched off and on; monotonic ms. */
  #setUpAt = Number.NEGATIVE_INFINITY;
  #restartAt = NEVER;
  #filterAt = NEVER;
  #heardAt = 0;
  /** When to look whether anything was heard; never while the port is closed. */
  #lookAt = NEVER;
  /** Rungs climbed since it last heard. */
  #rung = 0;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#legacy = legacyScan(options.filterMs !== undefined);
    this.#extended = extendedScan(options.filterMs !== undefined);
    this.#scan = this.#legacy;
  }

  /** When to call `due`, monotonic ms. */
  get dueAt(): number {
    return Math.min(this.#sequence.dueAt, this.#restartAt, this.#filterAt, this.#lookAt);
  }

  opened(now: number): Action {
    if (this.#rung === 0) this.#heardAt = now;
    this.#lookAt = now + this.#pauseMs();
    return this.#setUp(now);
  }

  closed(): void {
    this.#sequence = new CommandSequence<HciCommand>([]);
    this.#restartAt = NEVER;
    this.#filterAt = NEVER;
    this.#lookAt = NEVER;
  }

  /** It works: an advertisement, or the reference beacon, was heard. */
  heard(now: number): void {
    this.#heardAt = now;
    this.#rung = 0;
  }

  /** `event`: the packet, from its type byte. Command Complete, Command Status or Hardware Error. */
  take(event: Uint8Array, now: number): Action {
    if (event[1] === EVENT.hardwareError) {
      const told = { code: 'device-error', detail: say.hardwareError({ code: String(event[3]) }) } as const;
      return { told, send: this.#restart(now) };
    }
    const isComplete = event[1] === EVENT.commandComplete;
    const [status, opcodeAt] = isComplete ? [event[6], 4] : [event[3], 5];
    const opcode = (event[opcodeAt] ?? 0) | ((event[opcodeAt + 1] ?? 0) << 8);
    const { awaited } = this.#sequence;
    if (awaited === undefined || opcode !== awaited.opcode) return this.#unasked(opcode, isComplete, now);
    if (status !== 0) return this.#refused(awaited, status, now);
    if (!isComplete) return NOTHING; // the command has begun
    if (awaited === READ_COMMANDS) this.#choose(event.subarray(7));
    return { send: this.#sequence.proceed(now) };
  }

  due(now: number): Action {
    if (now >= this.#lookAt) {
      const action = this.#look(now);
      if (action !== undefined) return action;
    }
    if (now >= this.#restartAt) return { send: this.#setUp(now).send };
    const { unanswered, send } = this.#sequence.due(now);
    if (unanswered !== undefined) {
      return { told: { code: 'no-answer', detail: say.noAnswer({ command: unanswered.name }) }, send };
    }
    if (send !== undefined || now < this.#filterAt) return { send };
    return { send: this.#scanAgain(now) };
  }

  #setUp(now: number): Action {
    if (!this.#options.setsUp) return NOTHING;
    this.#setUpAt = now;
    this.#restartAt = NEVER;
    this.#filterNext(now);
    this.#scan = this.#legacy; // until it says that it has the other
    this.#sequence = new CommandSequence([...PREPARE, ...this.#legacy.start]);
    return { send: this.#sequence.start(now) };
  }

  #scanAgain(now: number): HciCommand | undefined {
    this.#filterNext(now);
    this.#sequence = new CommandSequence([this.#scan.stop, ...this.#scan.start]);
    return this.#sequence.start(now);
  }

  #filterNext(now: number): void {
    this.#filterAt = now + (this.#options.filterMs ?? NEVER);
  }

  /** Read Local Supported Commands was answered. */
  #choose(returned: Uint8Array): void {
    this.#scan = hasExtendedScan(returned) && !this.#refusesExtended ? this.#extended : this.#legacy;
    this.#sequence.continueWith(this.#scan.start);
  }

  /** A controller may refuse a mask and still report; one that refuses extended scanning is asked for the other. */
  #refused(command: HciCommand, status: number | undefined, now: number): Action {
    const detail = say.commandFailed({ command: command.name, status: String(status) });
    const told = { code: 'device-error', detail } as const;
    if (this.#scan === this.#extended && this.#scan.start.includes(command)) {
      this.#refusesExtended = true;
      return { told, ...this.#setUp(now) }; // after an extended command only a reset makes room for a legacy one: §3.1.1
    }
    if (command !== this.#scan.start.at(-1)) return { told, send: this.#sequence.proceed(now) };
    this.#sequence.giveUp(now);
    return { told };
  }

  /** An answer to no question: a late one, or a controller that has just started. */
  #unasked(opcode: number, isComplete: boolean, now: number): Action {
    if (!this.#options.setsUp || this.#sequence.awaited === RESET) return NOTHING;
    if ((opcode !== 0 && !isComplete) || now - this.#setUpAt < restartEveryMs) return NOTHING;
    return { told: { code: 'device-error', detail: say.restarted() }, send: this.#restart(now) };
  }

  /** Sets it up now, or as soon as it may be again. */
  #restart(now: number): HciCommand | undefined {
    if (!this.#options.setsUp) return undefined;
    if (now - this.#setUpAt >= restartEveryMs) return this.#setUp(now).send;
    this.#restartAt = this.#setUpAt + restartEveryMs;
    return undefined;
  }

  #pauseMs(): number {
    const { quietMs } = this.#options;
    return this.#rung < 3 ? quietMs : Math.max(quietMs, againEveryMs);
  }

  /** Climbs a rung if nothing was heard; undefined if something was. */
  #look(now: number): Action | undefined {
    if (this.#rung === 0 && now - this.#heardAt < this.#options.quietMs) {
      this.#lookAt = this.#heardAt + this.#options.quietMs;
      return undefined;
    }
    this.#rung++;
    this.#lookAt = now + this.#pauseMs();
    const { setsUp, hasReference } = this.#options;
    const since = { seconds: Math.round((now - this.#heardAt) / 1_000) };
    const what = hasReference ? say.deafToReference(since) : say.deaf(since);
    const tell = (did: Text) => ({ code: 'deaf', detail: say.deafAnd({ what, did }) }) as const;
    if (!setsUp) return { told: tell(say.nothingDone()) };
    if (this.#rung === 1) return { told: tell(say.scanStartedAgain()), send: this.#scanAgain(now) };
    if (this.#rung % 2 === 0)
      return { told: tell(this.#rung === 2 ? say.reset() : say.resetAgain()), ...this.#setUp(now) };
    return { told: tell(this.#rung === 3 ? say.reopened() : say.reopenedAgain()), reopen: true };
  }
}
