import { say } from '../words/general.ts';

/** The options of a verb that connects to a broker; broker.ts reads them. */
export const brokerOptions = {
  'enrolment-file': { value: 'file', meaning: say.brokerEnrolmentFile() },
  username: { value: 'name', meaning: say.brokerUsername() },
  'password-file': { value: 'file', meaning: say.brokerPasswordFile() },
  'ca-file': { value: 'file', meaning: say.brokerCaFile() },
  'cert-file': { value: 'file', meaning: say.brokerCertFile() },
  'key-file': { value: 'file', meaning: say.brokerKeyFile() },
  protocol: { value: 'version', meaning: say.brokerProtocol(), default: '3.1.1', known: ['3.1.1', '5'] },
} as const;
