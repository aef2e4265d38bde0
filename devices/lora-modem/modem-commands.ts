/**
 * The AT commands that set up a modem, as steps: each is a line, sent once the previous one was answered.
 *
 * Bounds: see `CommandSequence`; `maxCommands` in a configuration. An unanswered command is "no-answer" rubbish.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { listOf, must, setting, text } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { CommandSequence } from '../command-sequence.ts';
import { type ConfiguredDevice, rubbishStep, type Step } from '../device-type.ts';
import { latin1Bytes } from '../framing/latin1.ts';
import { say } from './words.ts';

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

  /** Starts over from the first command. */
  start(at: Moment): Step {
    return toWrite(this.#sequence.start(at.monotonic));
  }

  /** The awaited command is done. */
  proceed(at: Moment): Step {
    return toWrite(this.#sequence.proceed(at.monotonic));
  }

  /** The awaited command is done; skips the one after it. */
  skip(at: Moment): Step {
    this.#sequence.proceed(at.monotonic);
    return this.proceed(at);
  }

  /** The sequence cannot go on: it rests, then starts over. */
  giveUp(at: Moment): void {
    this.#sequence.giveUp(at.monotonic);
  }

  /** Time has passed. */
  due(at: Moment): Step {
    const { unanswered, send } = this.#sequence.due(at.monotonic);
    const step = toWrite(send);
    if (unanswered === undefined) return step;
    return { ...rubbishStep('no-answer', new Uint8Array(0), say.noAnswer({ command: unanswered })), ...step };
  }
}

/** The `setUp` option of a modem. Commands that match `forbidden` are refused with `why`. */
export function setUpOption({ example, forbidden, why }: { example: string; forbidden: RegExp; why: Text }) {
  const command = v.pipe(
    text,
    v.regex(/^AT\+[\x20-\x7e]{1,120}$/, must(say.mustBeCommand({ example }))),
    v.check((written) => !forbidden.test(written), must(why)),
  );
  return v.optional(setting(listOf(command, maxCommands), say.setUp()), []);
}

/** The commands of a port: the first device that has any decides. */
export function setUpOf(nodes: readonly ConfiguredDevice<{ readonly setUp: readonly string[] }>[]): readonly string[] {
  return nodes.find(({ options }) => options.setUp.length > 0)?.options.setUp ?? [];
}

function toWrite(command: string | undefined): Step {
  return command === undefined ? {} : { write: [latin1Bytes(`${command}\r\n`)] };
}
