import { parseArgs } from 'node:util';
import { messageOf } from '../../shared/errors.ts';
import { openLog } from '../machine/log.ts';
import { readVersion } from '../machine/release.ts';
import { startGateway } from '../run.ts';
import { type Command, onlyArgument, stopSignal } from './command.ts';
import { loadConfig } from './load-config.ts';

export const run: Command = {
  name: 'run',
  arguments: '<config.toml>',
  summary: 'runs the gateway until SIGINT or SIGTERM',
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const config = loadConfig(onlyArgument(positionals, 'The configuration file'));
    if (config === undefined) return 1;
    const stop = stopSignal();
    const log = openLog(config.log.level, () => performance.now());
    process.on('unhandledRejection', (fault) => {
      log.error('Something failed that nothing waited for; the gateway goes on', { fault: messageOf(fault) });
    });
    const gateway = startGateway({ config, log, version: readVersion() });
    await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
    await gateway.stop();
    return 0;
  },
};
