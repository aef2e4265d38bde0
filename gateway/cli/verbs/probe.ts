import type { Usage } from '../verb.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/probe.ts';
import { INSTALLED_CONFIG } from './gateway.ts';

export const probeUsage = {
  name: 'probe',
  summary: say.probe(),
  arguments: { port: { shown: 'port', meaning: say.port() } },
  options: {
    baud: { value: 'n', meaning: say.baud() },
    units: { value: 'list', meaning: say.units(), default: '1-32' },
    'listen-only': { meaning: say.listenOnly() },
    seconds: { value: 'n', meaning: say.seconds(), default: '30' },
    config: { value: 'config.toml', meaning: say.config({ file: INSTALLED_CONFIG }) },
    json: { meaning: general.json() },
  },
  notes: [say.asksReads(), say.e220Note(), say.exit()],
} as const satisfies Usage;
