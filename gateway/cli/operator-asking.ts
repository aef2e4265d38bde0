/** `machimori operator account` and `operator audit`: who may ask an operator's service or enrol tags there, and who has. */
import type { Text } from '../../shared/text.ts';
import { giveToken, removeAccount } from '../destinations/tags/accounts.ts';
import { Audit, type AuditEntry } from '../destinations/tags/audit.ts';
import { loadConfig } from './input.ts';
import { type List, printList } from './output.ts';
import { type Called, UsageError } from './verb.ts';
import type { operatorAccountUsage, operatorAuditUsage } from './verbs/operator.ts';
import { say } from './words/operator.ts';

export async function changeAccount({ args, options, terminal }: Called<typeof operatorAccountUsage>): Promise<number> {
  const { file, account: name } = args;
  const { remove, 'may-enrol': mayEnrol } = options;
  if (remove && mayEnrol) throw new UsageError(say.removeOrEnrol());
  if (!remove) {
    terminal.write(giveToken(file, name, { mayEnrol }));
    return 0;
  }
  if (!removeAccount(file, name)) throw new UsageError(say.noAccount({ name, file }));
  terminal.print(say.accountRemoved({ name }));
  return 0;
}

export async function printAudit({ args, options, terminal }: Called<typeof operatorAuditUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const names = config.destinations
    .filter(({ destinationType }) => destinationType.name === 'tags')
    .map(({ name }) => name);
  if (names.length === 0) throw new UsageError(say.noTags());
  const { dataDirectory } = config.gateway;
  await printList(
    linesOf(names.map((name) => new Audit(dataDirectory, name))),
    { ...QUESTIONS, json: options.json },
    terminal,
  );
  return 0;
}

async function* linesOf(audits: readonly Audit[]): AsyncGenerator<string> {
  for (const audit of audits) for await (const entry of audit.entries()) yield JSON.stringify(entry);
}

const ASKED: Readonly<Record<AuditEntry['asked'], () => Text>> = {
  last: say.last,
  path: say.path,
  list: say.tagList,
  enrol: say.enrolled,
  'strike-out': say.struckOut,
};

const QUESTIONS: Omit<List, 'json'> = {
  heading: [
    say.atColumn(),
    say.whoColumn(),
    say.fromColumn(),
    say.askedColumn(),
    say.tagColumn(),
    say.windowColumn(),
    say.outcomeColumn(),
  ],
  none: say.noQuestions(),
  cells(line) {
    const { at, who, address, asked, tag = '', from, until, outcome } = JSON.parse(line) as AuditEntry; // as `linesOf` made it
    const window = from === undefined || until === undefined ? '' : `${from} – ${until}`;
    const done = outcome === 'asked' ? say.answered() : say.turnedAway();
    return [at, who, address, ASKED[asked](), tag, window, done];
  },
};
