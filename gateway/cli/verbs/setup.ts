import type { Usage } from '../verb.ts';
import { say } from '../words/setup.ts';

export const setUpUsage = {
  name: 'setup',
  summary: say.setup(),
  arguments: { folder: { shown: 'folder', meaning: say.folder() } },
  options: { root: { value: 'folder', meaning: say.optionRoot(), default: '/' } },
  notes: [say.note()],
} as const satisfies Usage;
