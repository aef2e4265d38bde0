/** `machimori console`: who may use the console, how it is known to be the right one, and what was changed through it. */
import { accountsFileOf, ROLES, type Role, readAccounts } from '../config/console-accounts.ts';
import { checkName, checkPassword, removeAccount, setPassword } from '../console/accounts.ts';
import { ConsoleAudit, type ConsoleEntry } from '../console/audit.ts';
import { certificateOf } from '../console/certificate.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { askSecret } from './ask-secret.ts';
import { loadConfig } from './input.ts';
import { type List, printList } from './output.ts';
import { type Called, UsageError } from './verb.ts';
import type {
  accountsUsage,
  consoleAuditUsage,
  fingerprintUsage,
  passwordUsage,
  removeAccountUsage,
} from './verbs/console.ts';
import { say } from './words/console.ts';

export async function password({ args, options, terminal }: Called<typeof passwordUsage>): Promise<number> {
  const { user } = args;
  const role = roleOf(options.role);
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  checkName(user);
  const file = accountsFileOf(config.gateway.dataDirectory);
  const first = await askSecret(say.askPassword({ user }), terminal);
  if (first === undefined || first.secret === '') {
    terminal.printError(say.noPassword());
    return 1;
  }
  checkPassword(user, first.secret);
  if (first.wasTyped && (await askSecret(say.askAgain(), terminal))?.secret !== first.secret) {
    terminal.printError(say.notTheSame());
    return 1;
  }
  const given = await setPassword(file, { name: user, password: first.secret, role });
  terminal.print(say.passwordSet({ user, role: given }));
  if (!config.console.enabled) terminal.print(say.notEnabled({ file: config.file }));
  return 0;
}

/** Throws a UsageError. */
function roleOf(word: string | undefined): Role | undefined {
  const role = ROLES.find((each) => each === word);
  if (word !== undefined && role === undefined) throw new UsageError(say.badRole({ role: word }));
  return role;
}

export async function listAccounts({ args, options, terminal }: Called<typeof accountsUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const accounts = readAccounts(accountsFileOf(config.gateway.dataDirectory));
  await printList(
    linesOf([...accounts].map(([user, { role }]) => ({ user, role }))),
    { ...ACCOUNTS, ...options },
    terminal,
  );
  return 0;
}

const ACCOUNTS: Omit<List, 'json'> = {
  heading: [say.userColumn(), say.roleColumn()],
  none: say.noAccounts(),
  cells(line) {
    const { user, role } = JSON.parse(line) as { user: string; role: Role }; // as it was made above
    return [user, role];
  },
};

export async function remove({ args, terminal }: Called<typeof removeAccountUsage>): Promise<number> {
  const { user } = args;
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  if (!removeAccount(accountsFileOf(config.gateway.dataDirectory), user)) {
    throw new UsageError(say.noSuchAccount({ user }));
  }
  terminal.print(say.removed({ user }));
  return 0;
}

export async function fingerprint({ args, terminal }: Called<typeof fingerprintUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const certified = await certificateOf(config, new SystemClock(config.clock.synchronised).moment());
  if (certified === undefined) {
    terminal.printError(say.noCertificate({ address: config.console.listen }));
    return 1;
  }
  terminal.write(certified.fingerprint);
  return 0;
}

export async function printAudit({ args, options, terminal }: Called<typeof consoleAuditUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const audit = new ConsoleAudit(config.gateway.dataDirectory);
  await printList(linesOf(audit.entries()), { ...AUDIT, ...options }, terminal);
  return 0;
}

const AUDIT: Omit<List, 'json'> = {
  heading: [
    say.atColumn(),
    say.userColumn(),
    say.fromColumn(),
    say.actionColumn(),
    say.outcomeColumn(),
    say.parametersColumn(),
  ],
  none: say.nothingChanged(),
  hasLongTexts: true,
  cells(line) {
    const { at, user, address, action, outcome, code = '', parameters } = JSON.parse(line) as ConsoleEntry; // as the console wrote it
    const said = { begun: say.begun, done: say.done, failed: () => say.failed({ code }) }[outcome]();
    return [at, user, address, action, said, parameters === undefined ? '' : JSON.stringify(parameters)];
  },
};

async function* linesOf(entries: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<string> {
  for await (const entry of entries) yield JSON.stringify(entry);
}
