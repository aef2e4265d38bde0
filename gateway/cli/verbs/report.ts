import type { Usage } from '../verb.ts';
import { say } from '../words/report.ts';
import { configFile } from './gateway.ts';

export const reportUsage = {
  name: 'report',
  summary: say.report(),
  arguments: { config: configFile },
  options: {
    month: { value: 'month', meaning: say.optionMonth() },
    from: { value: 'day', meaning: say.optionFrom() },
    to: { value: 'day', meaning: say.optionTo() },
    'time-zone': { value: 'zone', meaning: say.optionTimeZone(), default: 'Asia/Tokyo' },
    destination: { value: 'name', meaning: say.optionDestination() },
    out: { value: 'folder', meaning: say.optionOut() },
  },
  notes: [say.reportNote()],
} as const satisfies Usage;
