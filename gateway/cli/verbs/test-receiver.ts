import type { Usage } from '../verb.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/test-receiver.ts';
import { brokerOptions } from './broker.ts';

export const testReceiverUsage = {
  name: 'test-receiver',
  summary: say.summary(),
  arguments: { url: { shown: 'url', meaning: say.url() } },
  options: {
    tenant: { value: 'name', meaning: say.tenant(), default: 'machimori-test' },
    gateway: { value: 'id', meaning: say.gateway() },
    ...brokerOptions,
    'receipt-timeout': { value: 'time', meaning: say.timeout(), default: '10s' },
    json: { meaning: general.json() },
  },
  notes: [say.stores(), say.exit()],
} as const satisfies Usage;
