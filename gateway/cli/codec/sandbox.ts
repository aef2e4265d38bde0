import { CodecRunner } from '../../codecs/runner.ts';
import type { Log } from '../../machine/log.ts';
import { SystemClock } from '../../machine/system-clock.ts';
import { printError } from '../command.ts';

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
