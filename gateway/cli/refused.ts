import type { Retried } from '../buffer/by-hand.ts';
import { askGateway, readJson, readLines } from '../control/client.ts';
import type { Ask } from '../control/messages.ts';
import { openLog } from '../machine/log.ts';
import { loadConfig } from './input.ts';
import { printList } from './output.ts';
import type { Terminal } from './terminal.ts';
import { idsOf } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import type { dropRefusedUsage, listRefusedUsage, retryRefusedUsage } from './verbs/carry.ts';
import { say } from './words/carry.ts';
import { say as general } from './words/general.ts';

type Asked = Called<typeof listRefusedUsage | typeof retryRefusedUsage | typeof dropRefusedUsage>;

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

export function listRefused(asked: Asked): Promise<number> {
  const { options, terminal } = asked;
  const filter = filterOf(asked);
  const list = {
    heading: [say.idColumn(), say.destinationColumn(), say.batchColumn(), say.reasonColumn(), say.readingColumn()],
    none: say.nothingRefused(),
    json: options.json,
    cells(line: string) {
      const { id, destination, number, reason, reading } = JSON.parse(line) as Line; // by a gateway of this release
      return [id, destination, number, reason, reading === null ? say.damagedReading() : JSON.stringify(reading)];
    },
  };
  return ask(asked, async (askFor) => {
    await printList(readLines(askFor('list-refused', filter)), list, terminal);
    return 0;
  });
}

export function retryRefused(asked: Asked): Promise<number> {
  const { options, terminal } = asked;
  const filter = choiceOf(asked);
  return ask(asked, async (askFor) => {
    const done = await readJson<Retried>(askFor('retry-refused', filter));
    const { retried, damaged, withoutDestination } = done;
    if (options.json) terminal.writeJson(JSON.stringify(done));
    else terminal.print(say.retried({ count: retried }));
    if (damaged > 0) terminal.printError(say.retryDamaged({ count: damaged }));
    if (withoutDestination > 0) terminal.printError(say.retryWithoutDestination({ count: withoutDestination }));
    return damaged + withoutDestination + missing(filter, retried, terminal) === 0 ? 0 : 1;
  });
}

export function dropRefused(asked: Asked): Promise<number> {
  const { options, terminal } = asked;
  const filter = choiceOf(asked);
  return ask(asked, async (askFor) => {
    const done = await readJson<{ dropped: number }>(askFor('drop-refused', filter));
    if (options.json) terminal.writeJson(JSON.stringify(done));
    else terminal.print(say.dropped({ count: done.dropped }));
    return missing(filter, done.dropped, terminal) === 0 ? 0 : 1;
  });
}

function filterOf({ options: { destination, id, all } }: Asked): Filter {
  if (all && id !== undefined) throw new UsageError(general.excludeEachOther({ first: '--id', second: '--all' }));
  return {
    ...(destination !== undefined && { destination }),
    ...(id !== undefined && { ids: idsOf(id) }),
  };
}

/** The same for a change, which needs --id or --all. */
function choiceOf(asked: Asked): Filter {
  if (!asked.options.all && asked.options.id === undefined) throw new UsageError(say.sayWhich());
  return filterOf(asked);
}

async function ask({ args, terminal }: Asked, use: (ask: Ask) => Promise<number>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  return askGateway(
    config,
    openLog('warn', () => performance.now()),
    use,
  );
}

/** The number of given ids that were not found, which it prints. */
function missing({ ids }: Filter, found: number, terminal: Terminal): number {
  const count = ids === undefined ? 0 : ids.length - found;
  if (count > 0) terminal.printError(say.notDone({ count }));
  return count;
}
