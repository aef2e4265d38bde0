import type { Usage } from '../verb.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/privacy.ts';
import { configFile } from './gateway.ts';

export const privacyUsage = { name: 'privacy', summary: say.privacy() } as const satisfies Usage;

export const erasePrivacyUsage = {
  name: 'erase',
  summary: say.erase(),
  arguments: { config: configFile },
  options: {
    tag: { value: 'name', meaning: say.optionTag() },
    operator: { value: 'id', meaning: say.optionOperator() },
    destination: { value: 'name', meaning: say.optionDestination() },
    json: { meaning: general.json() },
  },
  notes: [say.eraseFirst(), say.eraseArchives(), say.eraseExit()],
} as const satisfies Usage;

export const reportPrivacyUsage = {
  name: 'report',
  summary: say.report(),
  arguments: { config: configFile },
  options: { json: { meaning: general.json() } },
  notes: [say.reportNote()],
} as const satisfies Usage;
