import type { Usage } from '../verb.ts';
import { say as doctor } from '../words/doctor.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/run.ts';
import { say as status } from '../words/status.ts';

/** Where `deploy/install.sh` puts the configuration. */
export const INSTALLED_CONFIG = '/etc/machimori/gateway.toml';

/** `run` ends with it if the configuration cannot be run: EX_CONFIG of sysexits.h. The unit does not restart the gateway after it. */
export const BAD_CONFIG = 78;

export const configFile = { shown: 'config.toml', meaning: general.configFile() } as const;

export const runUsage = {
  name: 'run',
  summary: say.run(),
  arguments: { config: configFile },
  notes: [say.runNote(), say.runExit({ code: BAD_CONFIG })],
} as const satisfies Usage;

export const checkUsage = {
  name: 'check',
  summary: say.check(),
  arguments: { configs: { ...configFile, repeats: true } },
  options: { connect: { meaning: say.checkConnect() }, json: { meaning: general.json() } },
  notes: [say.checkExit()],
} as const satisfies Usage;

export const configUsage = { name: 'config', summary: say.config() } as const satisfies Usage;

export const statusUsage = {
  name: 'status',
  summary: status.status(),
  arguments: {
    config: { shown: 'config.toml', meaning: status.configFile({ file: INSTALLED_CONFIG }), optional: true },
  },
  options: {
    address: { value: 'host:port', meaning: status.address() },
    json: { meaning: general.json() },
  },
  notes: [status.exit()],
} as const satisfies Usage;

export const maintenanceUsage = {
  name: 'maintenance',
  summary: status.maintenance(),
  arguments: {
    config: configFile,
    device: { shown: 'device', meaning: status.maintenanceDevice(), known: ['all'] },
  },
  options: {
    until: { value: 'time', meaning: status.maintenanceUntil() },
    for: { value: 'duration', meaning: status.maintenanceFor() },
    end: { meaning: status.maintenanceEnd() },
  },
  notes: [status.maintenanceNote()],
} as const satisfies Usage;

export const doctorUsage = {
  name: 'doctor',
  summary: doctor.doctor(),
  arguments: {
    config: { shown: 'config.toml', meaning: status.configFile({ file: INSTALLED_CONFIG }), optional: true },
  },
  options: { offline: { meaning: doctor.offline() }, json: { meaning: general.json() } },
  notes: [doctor.exit()],
} as const satisfies Usage;

export const completionUsage = {
  name: 'completion',
  summary: general.completion(),
  arguments: { shell: { shown: 'shell', meaning: general.completionShell(), known: ['bash', 'zsh', 'fish'] } },
  notes: [general.completionBash(), general.completionZsh(), general.completionFish()],
} as const satisfies Usage;
