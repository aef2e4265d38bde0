import { CodecRunner } from '../codecs/codec-runner.ts';
import type { Log } from '../log.ts';
import { SystemClock } from '../system-clock.ts';
import { printError } from './command.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A runner for a command: it shows what codecs write, suspends none, and logs nothing, since the command says what failed. */
export function runnerForCommand(): CodecRunner {
  return new CodecRunner({
    clock: new SystemClock('always'),
    log: quiet,
    suspends: false,
    console: (line) => printError(line),
  });
}
