/** Opens the archive in PostgreSQL: connected, its tables there, its days made. */
import { MachimoriError } from '../../../../shared/errors.ts';
import { onAbort } from '../../../net/keep-open.ts';
import type { PostgresAddress } from '../../../postgres/address.ts';
import { connect } from '../../../postgres/connect.ts';
import { asOpeningFault } from '../../../postgres/faults.ts';
import { prepareSchema } from '../../../postgres/schema.ts';
import { say } from '../../../postgres/words.ts';
import type { DestinationSurroundings } from '../../destination.ts';
import type { ArchiveSettings } from '../settings.ts';
import { PostgresHistory } from './postgres-history.ts';

/** Rejects with `NobodyThere`, or a MachimoriError that says what to do. */
export async function openPostgres(
  address: PostgresAddress,
  settings: ArchiveSettings,
  surroundings: DestinationSurroundings,
  signal: AbortSignal,
): Promise<PostgresHistory> {
  const { clock, gateway } = surroundings;
  const over = new AbortController();
  const done = new AbortController();
  const forgetSignal = onAbort(signal, () => over.abort());
  const late = clock.sleep(settings.answerTimeoutMs, done.signal).then(() => done.signal.aborted || over.abort());
  let history: PostgresHistory | undefined;
  const forgetOver = onAbort(over.signal, () => history?.close(say.stopped()));
  try {
    const connection = await connect(address, { ...settings, applicationName: `machimori ${gateway}` }, over.signal);
    history = new PostgresHistory(connection, settings, surroundings);
    await prepareSchema(connection.client, settings.schema, settings);
    await history.begin();
    return history;
  } catch (fault) {
    history?.close(say.stopped());
    if (over.signal.aborted && !signal.aborted) {
      const what = say.tooSlow({ seconds: settings.answerTimeoutMs / 1000 });
      throw new MachimoriError('archive-slow', { what, on: address.host, hint: say.checkDatabase(), cause: fault });
    }
    throw asOpeningFault(fault, address, settings.schema);
  } finally {
    forgetSignal();
    forgetOver();
    done.abort();
    await late;
  }
}
