/** A session of the destination `archive`: its database is open, and what comes is committed in groups. Promise and bounds: archive.ts. */
import { messageOf } from '../../../shared/errors.ts';
import { readAddress } from '../../postgres/address.ts';
import type { DestinationSurroundings, Session } from '../destination.ts';
import { GroupCommit } from './group-commit.ts';
import type { History } from './history.ts';
import { incomingOf } from './incoming.ts';
import { openPostgres } from './postgres/open-postgres.ts';
import type { ArchiveSettings } from './settings.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';
import { say } from './words.ts';

const tidyEveryMs = 3_600_000;

/** Opens the database that the settings name. Rejects with `NobodyThere`, or a MachimoriError that says what to do. */
async function openHistory(
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

/** Rejects as `openHistory` does. */
export async function openSession(
  settings: ArchiveSettings,
  surroundings: DestinationSurroundings,
  signal: AbortSignal,
): Promise<Session> {
  return sessionOf(await openHistory(settings, surroundings, signal), settings, surroundings);
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
