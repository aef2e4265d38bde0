import { type Verb, verb } from '../verb.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/run.ts';
import { say as status } from '../words/status.ts';

/** Where `deploy/install.sh` puts the configuration. */
export const INSTALLED_CONFIG = '/etc/machimori/gateway.toml';

export const configFile = { shown: 'config.toml', meaning: general.configFile() } as const;

export const runArguments = { config: configFile };
const run = verb({
  name: 'run',
  summary: say.run(),
  arguments: runArguments,
  load: async () => (await import('../run.ts')).run,
});

export const checkArguments = { config: configFile };
const check = verb({
  name: 'check',
  summary: say.check(),
  arguments: checkArguments,
  notes: [say.checkExit()],
  load: async () => (await import('../check.ts')).check,
});

const config = verb({
  name: 'config',
  summary: say.config(),
  load: async () => (await import('../config.ts')).config,
});

export const statusArguments = {
  config: { shown: 'config.toml', meaning: status.configFile({ file: INSTALLED_CONFIG }), optional: true },
} as const;
export const statusOptions = {
  address: { value: 'host:port', meaning: status.address() },
  json: { meaning: general.json() },
} as const;
const statusVerb = verb({
  name: 'status',
  summary: status.status(),
  arguments: statusArguments,
  options: statusOptions,
  notes: [status.exit()],
  load: async () => (await import('../status.ts')).status,
});

export const GATEWAY_VERBS: readonly Verb[] = [run, check, config, statusVerb];
