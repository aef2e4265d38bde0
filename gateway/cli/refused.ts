import { parseArgs } from 'node:util';
import type { Retried } from '../buffer/by-hand.ts';
import type { Config } from '../config/settings.ts';
import { type Ask, askGateway, readJson, readLines } from '../control/client.ts';
import { openLog } from '../machine/log.ts';
import { type Command, idsOf, onlyArgument, print, printError, UsageError } from './command.ts';
import { loadConfig } from './load-config.ts';
import { printList } from './print-list.ts';

/** A line of the answer to "list-refused". */
interface Line {
  readonly id: number;
  readonly destination: string;
  readonly number: number;
  readonly reason: string;
  readonly reading: unknown;
}

interface Filter {
  readonly destination?: string;
  readonly ids?: readonly number[];
}

export const refused: Command = {
  name: 'refused',
  arguments: 'list|retry|drop <config.toml> [--destination name] [--id n,… | --all] [--json]',
  summary: 'readings that the city OS refused: shows them, sends them again, or drops them',
  help: [
    'list                 shows them, with the reason that the city OS gave',
    'retry                sends them again to that destination, once what it did not like is mended there',
    'drop                 deletes them',
    '--destination NAME   only those of one destination',
    '--id N,…             only these numbers, as list shows them',
    '--all                retry and drop: all of them; one of --id and --all is needed',
    '--json               a line of JSON for each, or one with what was done',
    'The newest 10,000 are kept. Exit code 1: something that was named could not be sent again or dropped.',
  ].join('\n'),
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        destination: { type: 'string' },
        id: { type: 'string' },
        all: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const [action, ...rest] = positionals;
    const act = Object.hasOwn(ACTIONS, action ?? '') ? ACTIONS[action ?? ''] : undefined;
    if (act === undefined) throw new UsageError('Say what to do: list, retry or drop');
    const file = onlyArgument(rest, 'The configuration file');
    if (values.all && values.id !== undefined) throw new UsageError('--id and --all exclude each other');
    if (action !== 'list' && !values.all && values.id === undefined) {
      throw new UsageError('Say which: --id n,… or --all');
    }
    const filter = {
      ...(values.destination !== undefined && { destination: values.destination }),
      ...(values.id !== undefined && { ids: idsOf(values.id) }),
    };
    const config = loadConfig(file);
    return config === undefined ? 1 : act(config, filter, values.json);
  },
};

const ACTIONS: Readonly<Record<string, (config: Config, filter: Filter, asJson: boolean) => Promise<number>>> = {
  list: (config, filter, asJson) =>
    ask(config, async (askFor) => {
      await printList(readLines(askFor('list-refused', filter)), {
        heading: 'id  destination 送信先  batch 番号  reason 理由  reading 測定値',
        none: 'Nothing is refused. 拒否された測定値はありません。',
        json: asJson,
        describe: (row) => describe(JSON.parse(row)),
      });
      return 0;
    }),

  retry: (config, filter, asJson) =>
    ask(config, async (askFor) => {
      const done = await readJson<Retried>(askFor('retry-refused', filter));
      const { retried, damaged, withoutDestination } = done;
      if (asJson) print(JSON.stringify(done));
      else print(`${retried} readings are sent again. ${retried}件を再送します。`);
      if (damaged > 0) {
        printError(`${damaged} stay: the disk had damaged them. Drop them. ${damaged}件は破損のため再送できません。`);
      }
      if (withoutDestination > 0) {
        printError(
          `${withoutDestination} stay: their destination is no longer configured. ${withoutDestination}件は送信先の設定がありません。`,
        );
      }
      return damaged + withoutDestination + missing(filter, retried) === 0 ? 0 : 1;
    }),

  drop: (config, filter, asJson) =>
    ask(config, async (askFor) => {
      const done = await readJson<{ dropped: number }>(askFor('drop-refused', filter));
      if (asJson) print(JSON.stringify(done));
      else print(`${done.dropped} readings were dropped. ${done.dropped}件を破棄しました。`);
      return missing(filter, done.dropped) === 0 ? 0 : 1;
    }),
};

function ask(config: Config, use: (ask: Ask) => Promise<number>): Promise<number> {
  return askGateway(
    config,
    openLog('warn', () => performance.now()),
    use,
  );
}

function describe({ id, destination, number, reason, reading }: Line): string {
  return `${id}  ${destination}  ${number}  ${reason}  ${reading === null ? 'damaged 破損' : JSON.stringify(reading)}`;
}

/** How many of the numbers that were named were not found; says so. */
function missing({ ids }: Filter, found: number): number {
  const count = ids === undefined ? 0 : ids.length - found;
  if (count > 0) printError(`${count} of the numbers were not done. ${count}件は処理できませんでした。`);
  return count;
}
