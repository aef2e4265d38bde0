import type { Usage } from '../verb.ts';
import { say } from '../words/config.ts';
import { configFile } from './gateway.ts';

const TABLES = ['port', 'device', 'destination', 'profile', 'project', 'output'];

export const setUsage = {
  name: 'set',
  summary: say.set(),
  arguments: { config: configFile, settings: { shown: 'setting=value', meaning: say.setSetting(), repeats: true } },
  notes: [say.setNote(), say.trialNote()],
} as const satisfies Usage;

export const addUsage = {
  name: 'add',
  summary: say.add(),
  arguments: {
    config: configFile,
    table: { shown: 'table', meaning: say.addTable(), known: TABLES },
    settings: { shown: 'setting=value', meaning: say.addSetting(), repeats: true },
  },
  notes: [say.addNote(), say.trialNote()],
} as const satisfies Usage;

export const removeUsage = {
  name: 'remove',
  summary: say.remove(),
  arguments: { config: configFile, setting: { shown: 'setting', meaning: say.removeSetting() } },
  notes: [say.trialNote()],
} as const satisfies Usage;

export const applyUsage = {
  name: 'apply',
  summary: say.apply(),
  arguments: { config: configFile },
  notes: [say.applyNote(), say.trialNote()],
} as const satisfies Usage;

export const undoUsage = {
  name: 'undo',
  summary: say.undo(),
  arguments: { config: configFile, version: { shown: 'version', meaning: say.undoVersion(), optional: true } },
  options: { list: { meaning: say.undoList() } },
} as const satisfies Usage;
