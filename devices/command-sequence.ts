/**
 * Commands that set up a modem or controller, each sent once the previous one was acknowledged.
 *
 * A command that is not acknowledged within `timeoutMs` is sent up to `maxTries` times. Then the sequence rests for
 * `restMs` and starts over: the device may have been off. One command is outstanding at a time.
 */
const timeoutMs = 1_000;
const maxTries = 3;
const restMs = 30_000;

export class CommandSequence<Command> {
  #commands: readonly Command[];
  #next = 0;
  #tries = 0;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(commands: readonly Command[]) {
    this.#commands = commands;
  }

  /** When to call `due`, monotonic ms: the acknowledgement is late or the rest is over; Infinity when idle. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** The command whose acknowledgement is awaited. */
  get awaited(): Command | undefined {
    return this.#tries > 0 ? this.#commands[this.#next] : undefined;
  }

  /** Starts over; gives the command to send now, if any. */
  start(now: number): Command | undefined {
    this.#next = 0;
    return this.#send(now, 1);
  }

  /** The awaited command is done; gives the next one to send, if any. */
  proceed(now: number): Command | undefined {
    this.#next++;
    return this.#send(now, 1);
  }

  /** What follows the awaited command from now on, in the place of what did. */
  continueWith(commands: readonly Command[]): void {
    this.#commands = [...this.#commands.slice(0, this.#next + 1), ...commands];
  }

  /** The sequence cannot go on: it rests, then starts over. */
  giveUp(now: number): void {
    this.#tries = 0;
    this.#dueAt = now + restMs;
  }

  /** Time has passed: gives the command that was not answered, if any, and what to send now. */
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
