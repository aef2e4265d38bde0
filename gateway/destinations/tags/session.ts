/** A session of the destination `tags`: its store is open, and what comes is opened and kept. Promise and bounds: tags.ts. */
import { messageOf, TextError } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import { isOpenToOthers } from '../../machine/open-file.ts';
import { readAddress } from '../../postgres/address.ts';
import { GroupCommit } from '../archive/group-commit.ts';
import { incomingOf } from '../archive/incoming.ts';
import { knownNow } from '../archive/when.ts';
import { say as archive } from '../archive/words.ts';
import type { DestinationSurroundings, Session } from '../destination.ts';
import { Accounts } from './accounts.ts';
import type { AskingLimits } from './asking-limits.ts';
import { Audit } from './audit.ts';
import { demandClosed } from './closed-file.ts';
import { followEnrolled, readClosed } from './enrolled-file.ts';
import type { EnrolledTags } from './enrolled-tags.ts';
import { Enrolment } from './enrolment.ts';
import { openSightings } from './open-sightings.ts';
import { openerOf } from './operator-key.ts';
import { openPostgresStore } from './postgres/postgres-store.ts';
import { answerQuestions } from './questions.ts';
import { RotatingTags } from './rotating-tags.ts';
import type { TagSettings } from './settings.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';
import type { TagStore } from './store.ts';
import { say } from './words.ts';

const tidyEveryMs = 600_000;

/** Rejects if a file is open to others or cannot be read, and as the store does. */
export async function openSession(
  settings: TagSettings,
  surroundings: DestinationSurroundings,
  limits: AskingLimits,
  signal: AbortSignal,
): Promise<Session> {
  const { enrolledFile, operatorKeyFile, accountsFile = '' } = settings;
  const { clock, log, dataDirectory } = surroundings;
  demandClosed(operatorKeyFile);
  const opener = await openerOf(operatorKeyFile);
  const read = await readClosed(enrolledFile);
  let enrolled = read.tags;
  let wrongTable: Text | undefined;
  const store = await openStore(settings, surroundings, signal);
  let tags: RotatingTags;
  /** One after the other: what was opened with the former table is written before its tags are erased. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };
  const enrol = async (table: EnrolledTags) => {
    enrolled = table;
    tags = new RotatingTags(table, await store.clocks());
    const erased = await store.keepOnly(table.names);
    if (erased > 0) log.info('Tags were struck out; what was known of them is erased', { tags: erased });
  };
  try {
    await enrol(enrolled);
  } catch (fault) {
    store.close(archive.stopped());
    throw fault;
  }
  const commit = new GroupCommit({
    maxRows: store.maxRows,
    overlaps: store.overlaps,
    decode: (outgoing) => incomingOf(outgoing, { personal: true, retentionMs: settings.retentionMs }, surroundings),
    write: (group) =>
      inTurn(async () => {
        const now = knownNow(clock);
        if (now === undefined) throw new TextError(say.clockNotSet());
        return store.write(group, await openSightings(group, opener, tags, now));
      }),
  });
  const over = new AbortController();
  void store.ended.then((why) => {
    over.abort();
    commit.end(why);
  });
  const audit = new Audit(dataDirectory, settings.name);
  const changed = (table: EnrolledTags) => inTurn(() => enrol(table));
  const wrong = (why: Text | undefined) => {
    wrongTable = why;
  };
  void followEnrolled(enrolledFile, read.version, { clock, log, changed, wrong }, over.signal);
  const enrolment = new Enrolment(enrolledFile, read.version, clock, over.signal);
  enrolment.tidy();
  void tidyNowAndThen(store, audit, settings, surroundings, over.signal);
  const accounts = new Accounts(accountsFile);
  const isEnrolled = (tag: string) => enrolled.names.has(tag);
  const answering = answerQuestions(
    {
      ...{ settings, store, accounts, limits, audit, isEnrolled, clock, log, describe: surroundings.describe },
      ...{ enrolment, adopt: changed },
    },
    over.signal,
  );
  return {
    ended: store.ended,
    send(outgoing, taken) {
      taken?.(); // a database never closes a connection for the size of a batch, so it need not be split when one is lost
      return commit.send(outgoing);
    },
    report: async () => {},
    problems: () => problemsOf(settings, accounts, wrongTable),
    async close() {
      store.close(archive.stopped());
      await store.ended;
      await answering;
    },
  };
}

/** What is wrong while it is open, and would keep it from opening again. */
function problemsOf(
  { name, listen, operatorKeyFile: file }: TagSettings,
  accounts: Accounts,
  wrongTable: Text | undefined,
): Text[] {
  const why = listen === undefined ? undefined : accounts.fault;
  return [
    ...(wrongTable === undefined ? [] : [say.tableUnused({ name, why: wrongTable })]),
    ...(why === undefined ? [] : [say.nobodyMayAsk({ name, why })]),
    ...(isOpenToOthers(file) ? [say.keyOpen({ name, file })] : []),
  ];
}

async function openStore(
  settings: TagSettings,
  surroundings: DestinationSurroundings,
  signal: AbortSignal,
): Promise<TagStore> {
  const address = readAddress(settings.url);
  if (address.engine === undefined) throw new RangeError('the address was not checked');
  return address.engine === 'sqlite'
    ? openSqliteStore(address, settings, surroundings, signal)
    : openPostgresStore(address, settings, surroundings, signal);
}

/** What it deletes is due again the next time, so a failure is only told. Nothing is deleted while the clock is not set. */
async function tidyNowAndThen(
  store: TagStore,
  audit: Audit,
  { retentionMs, auditRetentionMs }: TagSettings,
  { clock, log }: DestinationSurroundings,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const now = knownNow(clock);
    try {
      if (now !== undefined) {
        await store.forget(now - retentionMs);
        audit.forget(now - auditRetentionMs);
      }
      const dropped = await store.dropped();
      if (Object.keys(dropped).length > 0) log.debug('Sightings that were not stored so far', dropped);
    } catch (fault) {
      if (!signal.aborted)
        log.warn('Old sightings could not be deleted; it will be tried again', { fault: messageOf(fault) });
    }
    await clock.sleep(tidyEveryMs, signal);
  }
}
