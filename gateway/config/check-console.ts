/** What is wrong with the console's settings. That nobody can sign in is a note: it must not keep a gateway from its sensors. */
import { MachimoriError } from '../../shared/errors.ts';
import { checkTlsFiles } from '../net/credential-file.ts';
import { type Fault, fault, note } from '../words/fault.ts';
import { accountsFileOf, readAccounts } from './console-accounts.ts';
import { say } from './console-words.ts';
import type { Config } from './settings.ts';

const OF_TLS: Readonly<Record<string, string>> = { certFile: 'listenCertFile', keyFile: 'listenKeyFile' };

export function checkConsole(config: Config): Fault[] {
  const { console, status, destinations } = config;
  if (!console.enabled) return [];
  const { listenCertFile: certFile, listenKeyFile: keyFile } = console;
  const tls = checkTlsFiles('https:', { certFile, keyFile }, ['console']).map((each) => ({
    ...each,
    path: each.path.map((key) => OF_TLS[key] ?? key),
  }));
  const isSameDoor = status.enabled && status.listen === console.listen;
  const taken = destinations.findIndex(
    ({ name, destinationType }) => name === 'console' && destinationType.name === 'tags',
  );
  return [
    ...tls,
    ...(isSameDoor ? [fault(['console', 'listen'], say.sameDoor(), say.otherPort())] : []),
    ...(taken < 0 ? [] : [fault(['destination', taken, 'name'], say.auditTaken(), say.otherName())]),
    ...checkAccounts(config),
  ];
}

/** Who checks may not be the gateway's user, and then cannot know. */
function checkAccounts({ gateway, file }: Config): Fault[] {
  const at = ['console', 'enabled'];
  try {
    const accounts = readAccounts(accountsFileOf(gateway.dataDirectory));
    return accounts.size > 0 ? [] : [note(at, say.noAccounts(), say.makeAccount({ file }))];
  } catch (cause) {
    if (!(cause instanceof MachimoriError)) throw cause;
    return cause.code === 'accounts-denied' ? [] : [note(at, cause.what, cause.hint)];
  }
}
