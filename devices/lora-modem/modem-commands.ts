/**
 * The AT commands that set a modem up, as steps: each a line, sent once the one before it was answered.
 *
 * Bounds: those of `CommandSequence`, and `maxCommands` in a configuration. What is not answered is "no-answer" rubbish.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { CommandSequence } from '../command-sequence.ts';
import type { ConfiguredDevice, Step } from '../device-type.ts';

const maxCommands = 32;

export class ModemCommands {
  readonly #sequence: CommandSequence<string>;

  constructor(commands: readonly string[]) {
    this.#sequence = new CommandSequence(commands);
  }

  get dueAt(): number {
    return this.#sequence.dueAt;
  }

  /** The command whose answer is awaited. */
  get awaited(): string | undefined {
    return this.#sequence.awaited;
  }

  /** From the first command on. */
  start(at: Moment): Step {
    return toWrite(this.#sequence.start(at.monotonic));
  }

  /** The awaited command is done with. */
  proceed(at: Moment): Step {
    return toWrite(this.#sequence.proceed(at.monotonic));
  }

  /** The awaited command is done with, and the one after it is not wanted. */
  skip(at: Moment): Step {
    this.#sequence.proceed(at.monotonic);
    return this.proceed(at);
  }

  /** It cannot go on: rests, then begins anew. */
  giveUp(at: Moment): void {
    this.#sequence.giveUp(at.monotonic);
  }

  /** Time has passed. */
  due(at: Moment): Step {
    const { unanswered, send } = this.#sequence.due(at.monotonic);
    const step = toWrite(send);
    if (unanswered === undefined) return step;
    return {
      rubbish: [{ code: 'no-answer', bytes: new Uint8Array(0), detail: `no answer to ${unanswered}` }],
      ...step,
    };
  }
}

/** The `setUp` option of a modem. `forbidden` begins those commands that it must not have, for the reason `why`. */
export function setUpOption({ example, forbidden, why }: { example: string; forbidden: RegExp; why: string }) {
  return v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.regex(/^AT\+[\x20-\x7e]{1,120}$/, `must be an AT command such as "${example}"`),
          v.check((command) => !forbidden.test(command), why),
        ),
      ),
      v.maxLength(maxCommands),
      v.description('AT commands that set the modem up, for the whole port: those of the first device that has any.'),
    ),
    [],
  );
}

/** The commands of a port: those of the first device that has any. */
export function setUpOf(nodes: readonly ConfiguredDevice<{ readonly setUp: readonly string[] }>[]): readonly string[] {
  return nodes.find(({ options }) => options.setUp.length > 0)?.options.setUp ?? [];
}

function toWrite(command: string | undefined): Step {
  return command === undefined ? {} : { write: [Uint8Array.from(Buffer.from(`${command}\r\n`, 'latin1'))] };
}
