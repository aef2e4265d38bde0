/**
 * `gpio`: a pin of the board, held by libgpiod's program `gpioset` for as long as the output is on; the pin is given back when it ends.
 *
 * The two lines of libgpiod take different arguments: 1.x `--mode=signal <chip> <line>=1`, 2.x `--chip <chip> <line>=1`. Which one is there is
 * asked once.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as v from 'valibot';
import { messageOf, TextError } from '../../shared/errors.ts';
import { flag, setting, text, whole } from '../../shared/setting.ts';
import { commonOutputSettings, type Output, type OutputType } from './output.ts';
import { say } from './words.ts';

const PROGRAM = 'gpioset';
const askWithinMs = 5_000;
/** A pin that is taken or a chip that is not there ends the program at once. */
const settledAfterMs = 200;
const maxToldLength = 500;

const settings = v.strictObject({
  ...commonOutputSettings,
  type: setting(v.literal('gpio'), say.gpio()),
  chip: v.optional(setting(text, say.chip()), 'gpiochip0'),
  line: setting(whole(0, 1_023), say.gpioLine()),
  activeLow: v.optional(setting(flag, say.activeLow()), false),
});

export const gpioType: OutputType<typeof settings> = {
  name: 'gpio',
  settings,
  hasPort: false,
  open: ({ chip, line, activeLow }, { clock }) => {
    let holding: ChildProcess | undefined;
    const end = async () => {
      const ended = holding;
      holding = undefined;
      if (ended === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
      const exit = once(ended, 'exit');
      ended.kill();
      await exit;
    };
    const output: Output = {
      async set({ on }, signal) {
        if (on && holding !== undefined && holding.exitCode === null) return;
        await end();
        if (!on) return;
        const args = [
          ...((await isVersion2()) ? ['--chip', chip] : ['--mode=signal', chip]),
          `${line}=${activeLow ? 0 : 1}`,
        ];
        const child = spawn(PROGRAM, args, { stdio: ['ignore', 'ignore', 'pipe'] });
        let told = '';
        child.stderr.on('data', (chunk) => {
          told = `${told}${chunk}`.slice(-maxToldLength);
        });
        const failed = new AbortController();
        const fail = (why: string) => {
          told ||= why;
          failed.abort();
        };
        child.on('error', (fault) => fail(messageOf(fault)));
        child.on('exit', () => fail(''));
        holding = child;
        await clock.sleep(settledAfterMs, AbortSignal.any([signal, failed.signal]));
        if (!failed.signal.aborted) return;
        holding = undefined;
        throw new TextError(say.gpioFailed({ why: told.trim() }));
      },
      async run(signal) {
        if (!signal.aborted) await once(signal, 'abort');
        await end();
      },
    };
    return output;
  },
};

function isVersion2(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(PROGRAM, ['--version'], { timeout: askWithinMs }, (_, told) => resolve(/\bv?2\.\d/.test(told)));
  });
}
