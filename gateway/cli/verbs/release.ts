import type { Usage } from '../verb.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/release.ts';
import { configFile } from './gateway.ts';

const folder = { shown: 'folder', meaning: say.folder() } as const;
const version = { shown: 'version', meaning: say.version(), optional: true } as const;

export const releaseUsage = { name: 'release', summary: say.release() } as const satisfies Usage;

export const listReleasesUsage = {
  name: 'list',
  summary: say.list(),
  options: { json: { meaning: general.json() } },
} as const satisfies Usage;

export const installReleaseUsage = {
  name: 'install',
  summary: say.install(),
  arguments: { folder, version },
  notes: [say.installNote()],
} as const satisfies Usage;

export const takeUpReleaseUsage = {
  name: 'take-up',
  summary: say.takeUp(),
  options: { data: { value: 'folder', meaning: say.optionData(), default: '/var/lib/machimori' } },
} as const satisfies Usage;

export const rollBackUsage = { name: 'roll-back', summary: say.rollBack() } as const satisfies Usage;

export const makeReleaseUsage = {
  name: 'make',
  summary: say.make(),
  arguments: { tree: { shown: 'tree', meaning: say.tree() }, folder },
  options: { key: { value: 'file', meaning: say.optionKey() } },
  notes: [say.makeNote()],
} as const satisfies Usage;

export const verifyReleaseUsage = {
  name: 'verify',
  summary: say.verify(),
  arguments: { folder },
  options: { key: { value: 'file', meaning: say.optionPublicKey(), repeats: true } },
} as const satisfies Usage;

export const rollOutUsage = {
  name: 'roll-out',
  summary: say.rollOut(),
  arguments: { config: configFile, version: { ...version, meaning: say.rollOutVersion() } },
  options: {
    url: { value: 'address', meaning: say.optionUrl() },
    stages: { value: '%,…', meaning: say.optionStages(), default: '1,10,50,100' },
    pause: { value: 'duration', meaning: say.optionPause(), default: '1d' },
    patience: { value: 'duration', meaning: say.optionPatience(), default: '7d' },
    'stop-at': { value: '%', meaning: say.optionStopAt(), default: '2' },
    stop: { meaning: say.optionStop() },
    json: { meaning: general.json() },
  },
  notes: [say.rollOutNote()],
} as const satisfies Usage;

export const publishReleaseUsage = {
  name: 'publish',
  summary: say.publish(),
  arguments: { config: configFile, folder },
  options: { key: { value: 'file', meaning: say.optionPublicKey(), repeats: true } },
  notes: [say.publishNote()],
} as const satisfies Usage;
