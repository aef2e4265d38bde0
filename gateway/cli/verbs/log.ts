import type { Usage } from '../verb.ts';
import { say as doctor } from '../words/doctor.ts';
import { say as frames } from '../words/frames.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/log.ts';
import { say as status } from '../words/status.ts';
import { configFile, INSTALLED_CONFIG } from './gateway.ts';

export const logUsage = {
  name: 'log',
  summary: say.log(),
  options: {
    level: { value: 'level', meaning: say.level(), default: 'info', known: ['debug', 'info', 'warn', 'error'] },
    about: { value: 'name', meaning: say.about() },
    since: { value: 'time', meaning: say.since() },
    follow: { meaning: say.follow() },
    file: { value: 'file', meaning: say.file() },
  },
  notes: [say.logNote()],
} as const satisfies Usage;

export const framesUsage = {
  name: 'frames',
  summary: frames.frames(),
  arguments: { config: configFile, port: { shown: 'port', meaning: frames.port() } },
  options: {
    device: { value: 'id', meaning: frames.device() },
    seconds: { value: 'seconds', meaning: frames.seconds() },
    record: { meaning: frames.record() },
    json: { meaning: general.json() },
  },
  notes: [frames.note()],
} as const satisfies Usage;

export const supportUsage = {
  name: 'support',
  summary: say.support(),
  arguments: {
    config: { shown: 'config.toml', meaning: status.configFile({ file: INSTALLED_CONFIG }), optional: true },
  },
  options: {
    out: { value: 'file', meaning: say.out() },
    log: { value: 'file', meaning: say.file() },
    offline: { meaning: doctor.offline() },
  },
  notes: [say.supportNote()],
} as const satisfies Usage;
