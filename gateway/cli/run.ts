import { messageOf } from '../../shared/errors.ts';
import { openLog } from '../machine/log.ts';
import { readVersion } from '../machine/release.ts';
import { startGateway } from '../run.ts';
import { loadConfig } from './input.ts';
import { stopSignal } from './terminal.ts';
import type { Called } from './verb.ts';
import type { runUsage } from './verbs/gateway.ts';

export async function run({ args, terminal }: Called<typeof runUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  process.umask(0o077); // what the gateway makes, its socket too, is for its owner alone from the first moment
  const stop = stopSignal();
  const log = openLog(config.log.level, () => performance.now());
  process.on('unhandledRejection', (fault) => {
    log.error('A background task failed; the gateway goes on', { fault: messageOf(fault) });
  });
  process.removeAllListeners('warning'); // Node's own writes them as text
  process.on('warning', ({ name, message }) => log.warn('Node.js warns', { warning: name, why: message }));
  const gateway = startGateway({ config, log, version: readVersion() });
  await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
  await gateway.stop();
  return 0;
}
