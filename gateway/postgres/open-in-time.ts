/** Opens what lives on a connection to PostgreSQL, within the time that an answer may take. */
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { onAbort } from '../net/keep-open.ts';
import type { PostgresAddress } from './address.ts';
import { type ConnectOptions, connect, type PostgresClient } from './connect.ts';
import { asOpeningFault } from './faults.ts';
import { say } from './words.ts';

export interface Opening<T> {
  readonly address: PostgresAddress;
  readonly options: ConnectOptions & { readonly schema: string };
  readonly clock: Clock;
  /** Takes the connection over. */
  make(connection: PostgresClient): T;
  /** Brings it to work; its tables are there afterwards. */
  begin(made: T, connection: PostgresClient): Promise<void>;
}

/** Rejects with `NobodyThere`, or a MachimoriError that says what to do. */
export async function openInTime<T extends { close(why: Text): void }>(
  { address, options, clock, make, begin }: Opening<T>,
  signal: AbortSignal,
): Promise<T> {
  const over = new AbortController();
  const done = new AbortController();
  const forgetSignal = onAbort(signal, () => over.abort());
  const late = clock.sleep(options.answerTimeoutMs, done.signal).then(() => done.signal.aborted || over.abort());
  let made: T | undefined;
  const forgetOver = onAbort(over.signal, () => made?.close(say.stopped()));
  try {
    const connection = await connect(address, options, over.signal);
    made = make(connection);
    await begin(made, connection);
    return made;
  } catch (fault) {
    made?.close(say.stopped());
    if (over.signal.aborted && !signal.aborted) {
      const what = say.tooSlow({ seconds: options.answerTimeoutMs / 1000 });
      throw new MachimoriError('archive-slow', { what, on: address.host, hint: say.checkDatabase(), cause: fault });
    }
    throw asOpeningFault(fault, address, options.schema);
  } finally {
    forgetSignal();
    forgetOver();
    done.abort();
    await late;
  }
}
