/** `machimori operator add`, `list` and `revoke`: whose tags the gateways of a hub look for. */
import { isoTime } from '../../shared/reading.ts';
import { listed, type Text } from '../../shared/text.ts';
import { readOperatorFile } from '../config/operator-file.ts';
import { askRegister, readJson, readLines } from '../control/client.ts';
import { checkHub } from './hub-certificates.ts';
import { formatFault, loadConfig } from './input.ts';
import { type List, printList } from './output.ts';
import type { Called } from './verb.ts';
import type {
  acceptOperatorsUsage,
  addOperatorUsage,
  listKeyUsage,
  listOperatorsUsage,
  revokeOperatorUsage,
} from './verbs/operator.ts';
import { say } from './words/operator.ts';

export async function addOperator({ args, options, terminal }: Called<typeof addOperatorUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  checkHub(config);
  const read = readOperatorFile(args.file);
  if (!read.ok) {
    for (const found of read.faults) terminal.printError(formatFault(found));
    return 1;
  }
  const { id } = read.operator;
  const asked = { ...read.operator, allDevices: options['all-devices'] };
  const { isNew, isOtherKey, sharedWith, strangers } = await askRegister(config, (ask) =>
    readJson<Added>(ask('add-operator', asked)),
  );
  terminal.print(isNew ? say.added({ id }) : say.changed({ id }));
  if (isOtherKey) terminal.print(say.otherKey({ id }));
  for (const fits of strangers) terminal.print(say.strangersToo({ fits, id }));
  if (sharedWith.length > 0) terminal.print(say.sharedWith({ others: listed(sharedWith), count: sharedWith.length }));
  return 0;
}

/** The answer to "add-operator". */
interface Added {
  readonly isNew: boolean;
  readonly isOtherKey: boolean;
  readonly sharedWith: readonly string[];
  readonly strangers: readonly Text[];
}

export async function revokeOperator({ args, terminal }: Called<typeof revokeOperatorUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  checkHub(config);
  await askRegister(config, (ask) => readJson(ask('revoke-operator', { id: args.operator })));
  terminal.print(say.revoked({ id: args.operator }));
  return 0;
}

export async function listOperators({ args, options, terminal }: Called<typeof listOperatorsUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  checkHub(config);
  await askRegister(config, (ask) =>
    printList(readLines(ask('list-operators', {})), { ...OPERATORS, json: options.json }, terminal),
  );
  return 0;
}

export async function acceptOperators({ args, terminal }: Called<typeof acceptOperatorsUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  checkHub(config);
  const { isAccepted } = await askRegister(config, (ask) =>
    readJson<{ isAccepted: boolean }>(ask('accept-operators', {})),
  );
  terminal.print(isAccepted ? say.accepted() : say.nothingToAccept());
  return listOperators({ args, options: { json: false }, terminal });
}

export async function printListKey({ args, terminal }: Called<typeof listKeyUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  checkHub(config);
  const { listKey } = await askRegister(config, (ask) => readJson<{ listKey: string }>(ask('operator-list-key', {})));
  terminal.write(listKey);
  return 0;
}

/** A line of the answer to "list-operators". */
interface Listed {
  readonly id: string;
  readonly name: { readonly en: string; readonly ja: string };
  readonly patterns: readonly { readonly format: string }[];
  readonly retentionMs: number;
  readonly addedAt: number;
}

const OPERATORS: Omit<List, 'json'> = {
  heading: [say.idColumn(), say.nameColumn(), say.patternsColumn(), say.retentionColumn(), say.addedColumn()],
  none: say.none(),
  hasLongTexts: true,
  cells(line) {
    const { id, name, patterns, retentionMs, addedAt } = JSON.parse(line) as Listed; // by a hub of this release
    const formats = [...new Set(patterns.map(({ format }) => format))];
    return [
      id,
      { code: 'operator-name', ...name },
      listed(formats),
      say.hours({ hours: +(retentionMs / 3_600_000).toFixed(1) }),
      isoTime(addedAt),
    ];
  },
};
