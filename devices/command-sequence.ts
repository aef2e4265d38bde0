/**
 * Commands that set a modem or controller up, each sent once the one before it was acknowledged.
 *
 * A command that is not acknowledged within `timeoutMs` is sent again, `maxTries` times in all. Then the sequence rests
 * for `restMs` and begins anew: the device may have been off. One command is outstanding at a time.
 */
const timeoutMs = 1_000;
const maxTries = 3;
const restMs = 30_000;

export class CommandSequence<Command> {
  readonly #commands: readonly Command[];
  #next = 0;
  #tries = 0;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(commands: readonly Command[]) {
    this.#commands = commands;
  }

  /** Monotonic ms when `due` wants to be called: the acknowledgement is late or the rest over; Infinity when idle. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** The command whose acknowledgement is awaited. */
  get awaited(): Command | undefined {
    return this.#tries > 0 ? this.#commands[this.#next] : undefined;
  }

  /** From the first command on: the command to send now, if there is any. */
  start(now: number): Command | undefined {
    this.#next = 0;
    return this.#send(now, 1);
  }

  /** The awaited command is done with: the one to send now, if any is left. */
  proceed(now: number): Command | undefined {
    this.#next++;
    return this.#send(now, 1);
  }

  /** The sequence cannot go on: rests, then begins anew. */
  giveUp(now: number): void {
    this.#tries = 0;
    this.#dueAt = now + restMs;
  }

  /** Time has passed: which command, if any, was not answered, and what to send now. */
  due(now: number): { readonly unanswered?: Command; readonly send?: Command | undefined } {
    if (now < this.#dueAt) return {};
    const unanswered = this.awaited;
    if (unanswered === undefined) return { send: this.start(now) };
    if (this.#tries < maxTries) return { unanswered, send: this.#send(now, this.#tries + 1) };
    this.giveUp(now);
    return { unanswered };
  }

  #send(now: number, tries: number): Command | undefined {
    const command = this.#commands[this.#next];
    this.#tries = command === undefined ? 0 : tries;
    this.#dueAt = command === undefined ? Number.POSITIVE_INFINITY : now + timeoutMs;
    return command;
  }
}
