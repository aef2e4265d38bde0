/**
 * The destination `archive`: the history, in SQLite on the box or in PostgreSQL.
 *
 *   batches, gaps ─▶ decode, choose (incoming.ts) ─▶ group commit ─▶ one transaction: judge, write (sqlite/, postgres/) ─▶ receipts
 *
 * Promise: a receipt means that the readings are committed and durable, each once by (tenant, gateway, epoch, number, index). What one
 * reading has that the database does not take costs only that reading, which is refused with the reason. When the database goes away
 * the session ends, and everything without a receipt goes again. Bounds: group-commit.ts; each engine states its own.
 */
import { messageOf } from '../../../shared/errors.ts';
import { readAddress } from '../../postgres/address.ts';
import { archiveAt, archiveNeeds } from '../../postgres/settings.ts';
import type { Destination, DestinationSurroundings, DestinationType, Session } from '../destination.ts';
import { GroupCommit } from './group-commit.ts';
import type { History } from './history.ts';
import { incomingOf } from './incoming.ts';
import { eraseSightings as eraseFromPostgres } from './postgres/erase-sightings.ts';
import { openPostgres } from './postgres/open-postgres.ts';
import { type ArchiveSettings, archiveSettings, checkArchive } from './settings.ts';
import { eraseSightings as eraseFromSqlite } from './sqlite/erase-sightings.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';
import { say } from './words.ts';

const tidyEveryMs = 3_600_000;

export const archiveType: DestinationType<typeof archiveSettings> = {
  name: 'archive',
  settings: archiveSettings,
  check: checkArchive,
  storesOnce: ({ url }) => readAddress(url).engine === 'postgres',
  needs: archiveNeeds,
  place: archiveAt,
  samePlace: say.sameTables,
  open,
  eraseSightings(settings, whose, dataDirectory) {
    const address = readAddress(settings.url);
    if (address.engine === undefined) throw new RangeError('the address was not checked');
    return address.engine === 'sqlite'
      ? eraseFromSqlite(address, dataDirectory, whose)
      : eraseFromPostgres(address, settings, whose);
  },
};

function open(settings: ArchiveSettings, surroundings: DestinationSurroundings): Destination {
  const { name, window, windowSizeBytes: windowBytes, reconnectWithinMs } = settings;
  return {
    ...{ name, window, windowBytes, reconnectWithinMs },
    open: async (signal) => sessionOf(await openHistory(settings, surroundings, signal), settings, surroundings),
  };
}

/** Opens the database that the settings name. Rejects with `NobodyThere`, or a MachimoriError that says what to do. */
export async function openHistory(
  settings: ArchiveSettings,
  surroundings: DestinationSurroundings,
  signal: AbortSignal,
): Promise<History> {
  const address = readAddress(settings.url);
  if (address.engine === undefined) throw new RangeError('the address was not checked');
  return address.engine === 'sqlite'
    ? openSqlite(address, settings, surroundings, signal)
    : openPostgres(address, settings, surroundings, signal);
}

function sessionOf(history: History, settings: ArchiveSettings, surroundings: DestinationSurroundings): Session {
  const commit = new GroupCommit({
    maxRows: history.maxRows,
    overlaps: history.overlaps,
    decode: (outgoing) => incomingOf(outgoing, settings, surroundings),
    write: (group, isBusy) => history.write(group, isBusy),
  });
  const over = new AbortController();
  void history.ended.then((why) => {
    over.abort();
    commit.end(why);
  });
  void tidyNowAndThen(history, surroundings, over.signal);
  return {
    ended: history.ended,
    send(outgoing, taken) {
      taken?.(); // a database never closes a connection for the size of a batch, so it need not be split when one is lost
      return commit.send(outgoing);
    },
    report: async () => {},
    async close() {
      history.close(say.stopped());
      await history.ended;
    },
  };
}

/** What it deletes is due again the next time, so a failure is only told. */
async function tidyNowAndThen(
  history: History,
  { clock, log }: DestinationSurroundings,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await history.tidy().catch((fault: unknown) => {
      if (!signal.aborted)
        log.warn('The archive could not be tidied; it will be tried again', { fault: messageOf(fault) });
    });
    await clock.sleep(tidyEveryMs, signal);
  }
}
