import type { Usage } from '../verb.ts';
import { say } from '../words/carry.ts';
import { say as general } from '../words/general.ts';
import { brokerOptions } from './broker.ts';
import { configFile } from './gateway.ts';

export const exportUsage = {
  name: 'export',
  summary: say.export(),
  arguments: { config: configFile, file: { shown: 'file', meaning: say.exportFile() } },
  options: {
    destination: { value: 'name', meaning: say.exportDestination() },
    gateway: { value: 'id', meaning: say.otherGateway() },
    force: { meaning: say.exportForce() },
  },
  notes: [say.exportKeeps()],
} as const satisfies Usage;

export const importUsage = {
  name: 'import',
  summary: say.import(),
  arguments: { file: { shown: 'file', meaning: say.importFile() } },
  options: {
    url: { value: 'url', meaning: say.importUrl() },
    receipts: { value: 'file', meaning: say.importReceipts() },
    ...brokerOptions,
    'receipt-timeout': { value: 'time', meaning: say.importTimeout(), default: '30s' },
    window: { value: 'n', meaning: say.importWindow(), default: '8' },
  },
  notes: [say.importAgain(), say.importExit()],
} as const satisfies Usage;

export const settleUsage = {
  name: 'settle',
  summary: say.settle(),
  arguments: { config: configFile, file: { shown: 'receipts-file', meaning: say.settleFile() } },
  options: { gateway: { value: 'id', meaning: say.otherGateway() } },
  notes: [say.settleAgain(), say.settleExit()],
} as const satisfies Usage;

export const refusedUsage = {
  name: 'refused',
  summary: say.refused(),
  notes: [say.refusedKept()],
} as const satisfies Usage;

const ofRefused = {
  arguments: { config: configFile },
  options: {
    destination: { value: 'name', meaning: say.refusedDestination() },
    id: { value: 'n,…', meaning: say.refusedIds() },
    all: { meaning: say.refusedAll() },
    json: { meaning: general.json() },
  },
} as const;

export const listRefusedUsage = {
  ...ofRefused,
  name: 'list',
  summary: say.refusedList(),
  notes: [say.refusedKept()],
} as const satisfies Usage;

export const retryRefusedUsage = {
  ...ofRefused,
  name: 'retry',
  summary: say.refusedRetry(),
  notes: [say.refusedExit()],
} as const satisfies Usage;

export const dropRefusedUsage = {
  ...ofRefused,
  name: 'drop',
  summary: say.refusedDrop(),
  notes: [say.refusedExit()],
} as const satisfies Usage;
