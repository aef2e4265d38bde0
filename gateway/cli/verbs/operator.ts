import type { Usage } from '../verb.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/operator.ts';
import { configFile } from './gateway.ts';

const operator = { shown: 'operator', meaning: say.operatorName() } as const;

export const operatorUsage = { name: 'operator', summary: say.operator() } as const satisfies Usage;

export const addOperatorUsage = {
  name: 'add',
  summary: say.add(),
  arguments: { config: configFile, file: { shown: 'operator.toml', meaning: say.operatorFile() } },
  options: { 'all-devices': { meaning: say.optionAllDevices() } },
  notes: [say.addNote()],
} as const satisfies Usage;

export const listOperatorsUsage = {
  name: 'list',
  summary: say.list(),
  arguments: { config: configFile },
  options: { json: { meaning: general.json() } },
} as const satisfies Usage;

export const revokeOperatorUsage = {
  name: 'revoke',
  summary: say.revoke(),
  arguments: { config: configFile, operator },
  notes: [say.revokeNote()],
} as const satisfies Usage;

export const acceptOperatorsUsage = {
  name: 'accept',
  summary: say.accept(),
  arguments: { config: configFile },
  notes: [say.acceptNote()],
} as const satisfies Usage;

export const listKeyUsage = {
  name: 'list-key',
  summary: say.listKey(),
  arguments: { config: configFile },
  notes: [say.listKeyNote()],
} as const satisfies Usage;

export const operatorKeysUsage = {
  name: 'keys',
  summary: say.keys(),
  arguments: { folder: { shown: 'folder', meaning: say.keyFolder() } },
  notes: [say.keysNote()],
} as const satisfies Usage;

export const openSightingsUsage = {
  name: 'open',
  summary: say.open(),
  arguments: { sightings: { shown: 'sightings', meaning: say.sightingsFile() } },
  options: {
    key: { value: 'file', meaning: say.optionKey() },
    enrolled: { value: 'file', meaning: say.optionEnrolled() },
    json: { meaning: general.json() },
  },
  notes: [say.enrolledNote(), say.openNote()],
} as const satisfies Usage;

export const operatorAccountUsage = {
  name: 'account',
  summary: say.account(),
  arguments: {
    file: { shown: 'asking.accounts', meaning: say.accountsFile() },
    account: { shown: 'name', meaning: say.accountName() },
  },
  options: { 'may-enrol': { meaning: say.optionMayEnrol() }, remove: { meaning: say.optionRemove() } },
  notes: [say.accountNote()],
} as const satisfies Usage;

export const operatorAuditUsage = {
  name: 'audit',
  summary: say.audit(),
  arguments: { config: configFile },
  options: { json: { meaning: general.json() } },
  notes: [say.auditNote()],
} as const satisfies Usage;
