import { foreign } from '../../../shared/text.ts';
import { CodecRunner } from '../../codecs/runner.ts';
import type { Log } from '../../machine/log.ts';
import { SystemClock } from '../../machine/system-clock.ts';
import type { Terminal } from '../terminal.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Runs codecs for the command line: shows what they write, suspends none, and logs nothing, since the verb says what failed. */
export function runnerForCodecs(terminal: Terminal): CodecRunner {
  return new CodecRunner({
    clock: new SystemClock('always'),
    log: quiet,
    suspends: false,
    console: (line) => terminal.printError(foreign(line)),
  });
}
