import type { Usage } from '../verb.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/output.ts';
import { configFile } from './gateway.ts';

const output = { shown: 'output', meaning: say.name() } as const;

export const outputUsage = { name: 'output', summary: say.output() } as const satisfies Usage;

export const listOutputsUsage = {
  name: 'list',
  summary: say.list(),
  arguments: { config: configFile },
  options: { json: { meaning: general.json() } },
} as const satisfies Usage;

export const testOutputUsage = {
  name: 'test',
  summary: say.test(),
  arguments: { config: configFile, output },
  options: { for: { value: 'duration', meaning: say.testFor(), default: '5s' } },
} as const satisfies Usage;

export const silenceOutputUsage = {
  name: 'silence',
  summary: say.silence(),
  arguments: { config: configFile, output },
  notes: [say.silenceNote()],
} as const satisfies Usage;
