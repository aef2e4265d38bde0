import { type Verb, verb } from '../verb.ts';
import { say } from '../words/carry.ts';
import { say as general } from '../words/general.ts';
import { configFile } from './gateway.ts';

export const exportArguments = { config: configFile, file: { shown: 'file', meaning: say.exportFile() } };
export const exportOptions = { destination: { value: 'name', meaning: say.exportDestination() } } as const;
const exportVerb = verb({
  name: 'export',
  summary: say.export(),
  arguments: exportArguments,
  options: exportOptions,
  notes: [say.exportKeeps()],
  load: async () => (await import('../export.ts')).exportParcel,
});

export const importArguments = { file: { shown: 'file', meaning: say.importFile() } };
export const importOptions = {
  url: { value: 'url', meaning: say.importUrl() },
  receipts: { value: 'file', meaning: say.importReceipts() },
  username: { value: 'name', meaning: say.importUsername() },
  'password-file': { value: 'file', meaning: say.importPasswordFile() },
  'ca-file': { value: 'file', meaning: say.importCaFile() },
  'cert-file': { value: 'file', meaning: say.importCertFile() },
  'key-file': { value: 'file', meaning: say.importKeyFile() },
  protocol: { value: 'version', meaning: say.importProtocol(), default: '3.1.1', known: ['3.1.1', '5'] },
  'receipt-timeout': { value: 'time', meaning: say.importTimeout(), default: '30s' },
  window: { value: 'n', meaning: say.importWindow(), default: '8' },
} as const;
const importVerb = verb({
  name: 'import',
  summary: say.import(),
  arguments: importArguments,
  options: importOptions,
  notes: [say.importAgain(), say.importExit()],
  load: async () => (await import('../import.ts')).importParcel,
});

export const settleArguments = { config: configFile, file: { shown: 'receipts-file', meaning: say.settleFile() } };
const settle = verb({
  name: 'settle',
  summary: say.settle(),
  arguments: settleArguments,
  notes: [say.settleAgain(), say.settleExit()],
  load: async () => (await import('../settle.ts')).settle,
});

export const refusedArguments = { config: configFile };
export const refusedOptions = {
  destination: { value: 'name', meaning: say.refusedDestination() },
  id: { value: 'n,…', meaning: say.refusedIds() },
  all: { meaning: say.refusedAll() },
  json: { meaning: general.json() },
} as const;
const refused: Verb = {
  name: 'refused',
  summary: say.refused(),
  notes: [say.refusedKept()],
  verbs: [
    verb({
      name: 'list',
      summary: say.refusedList(),
      arguments: refusedArguments,
      options: refusedOptions,
      notes: [say.refusedKept()],
      load: async () => (await import('../refused.ts')).listRefused,
    }),
    verb({
      name: 'retry',
      summary: say.refusedRetry(),
      arguments: refusedArguments,
      options: refusedOptions,
      notes: [say.refusedExit()],
      load: async () => (await import('../refused.ts')).retryRefused,
    }),
    verb({
      name: 'drop',
      summary: say.refusedDrop(),
      arguments: refusedArguments,
      options: refusedOptions,
      notes: [say.refusedExit()],
      load: async () => (await import('../refused.ts')).dropRefused,
    }),
  ],
};

export const CARRY_VERBS: readonly Verb[] = [refused, exportVerb, importVerb, settle];
