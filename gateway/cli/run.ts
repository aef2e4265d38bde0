import { MachimoriError, messageOf } from '../../shared/errors.ts';
import type { ReadConfig } from '../config/config.ts';
import { openLog } from '../machine/log.ts';
import { readVersion } from '../machine/release.ts';
import { Supervised } from '../supervise.ts';
import { readAndTell } from './input.ts';
import { stopSignal, type Terminal } from './terminal.ts';
import type { Called } from './verb.ts';
import { BAD_CONFIG, type runUsage } from './verbs/gateway.ts';

export async function run({ args, terminal }: Called<typeof runUsage>): Promise<number> {
  const read = configToRun(args.config, terminal);
  if (read === undefined) return BAD_CONFIG;
  process.umask(0o077); // what the gateway makes, its socket too, is for its owner alone from the first moment
  const stop = stopSignal();
  const log = openLog(read.config.log.level, () => performance.now());
  process.on('unhandledRejection', (fault) => {
    log.error('A background task failed; the gateway goes on', { fault: messageOf(fault) });
  });
  process.removeAllListeners('warning'); // Node's own writes them as text
  process.on('warning', ({ name, message }) => log.warn('Node.js warns', { warning: name, why: message }));
  const gateway = Supervised.start(read, { log, version: readVersion() });
  await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
  await gateway.stop();
  return 0;
}

/** Also one that is not there, or that this user may not read, will not be there at the next start. */
function configToRun(file: string, terminal: Terminal): ReadConfig | undefined {
  try {
    return readAndTell(file, terminal);
  } catch (fault) {
    if (!(fault instanceof MachimoriError && fault.code === 'config-unreadable')) throw fault;
    terminal.printError(fault.text);
    return undefined;
  }
}
