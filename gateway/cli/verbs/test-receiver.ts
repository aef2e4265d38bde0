import type { Usage } from '../verb.ts';
import { say as carry } from '../words/carry.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/test-receiver.ts';

export const testReceiverUsage = {
  name: 'test-receiver',
  summary: say.summary(),
  arguments: { url: { shown: 'url', meaning: say.url() } },
  options: {
    tenant: { value: 'name', meaning: say.tenant(), default: 'machimori-test' },
    gateway: { value: 'id', meaning: say.gateway() },
    username: { value: 'name', meaning: carry.importUsername() },
    'password-file': { value: 'file', meaning: carry.importPasswordFile() },
    'ca-file': { value: 'file', meaning: carry.importCaFile() },
    protocol: { value: 'version', meaning: carry.importProtocol(), default: '3.1.1', known: ['3.1.1', '5'] },
    'receipt-timeout': { value: 'time', meaning: say.timeout(), default: '10s' },
    json: { meaning: general.json() },
  },
  notes: [say.stores(), say.exit()],
} as const satisfies Usage;
