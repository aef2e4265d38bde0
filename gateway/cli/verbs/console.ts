import type { Usage } from '../verb.ts';
import { say } from '../words/console.ts';
import { say as general } from '../words/general.ts';
import { configFile } from './gateway.ts';

const user = { shown: 'user', meaning: say.user() } as const;

export const consoleUsage = { name: 'console', summary: say.console() } as const satisfies Usage;

export const passwordUsage = {
  name: 'password',
  summary: say.password(),
  arguments: { config: configFile, user },
  options: { role: { value: 'viewer|technician', meaning: say.role(), known: ['viewer', 'technician'] } },
  notes: [say.passwordNote()],
} as const satisfies Usage;

export const accountsUsage = {
  name: 'accounts',
  summary: say.accounts(),
  arguments: { config: configFile },
  options: { json: { meaning: general.json() } },
} as const satisfies Usage;

export const removeAccountUsage = {
  name: 'remove',
  summary: say.remove(),
  arguments: { config: configFile, user },
} as const satisfies Usage;

export const fingerprintUsage = {
  name: 'fingerprint',
  summary: say.fingerprint(),
  arguments: { config: configFile },
  notes: [say.fingerprintNote()],
} as const satisfies Usage;

export const consoleAuditUsage = {
  name: 'audit',
  summary: say.audit(),
  arguments: { config: configFile },
  options: { json: { meaning: general.json() } },
} as const satisfies Usage;
