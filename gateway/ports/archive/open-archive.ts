/** A connection to an archive that is to be followed: only to read, and only if everything is there that a relay reads by. */
import type { Client } from 'pg';
import type { Clock } from '../../../shared/clock.ts';
import { MachimoriError, messageOf, TextError } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import { onAbort } from '../../net/keep-open.ts';
import { type PostgresAddress, readAddress } from '../../postgres/address.ts';
import { connect } from '../../postgres/connect.ts';
import { asOpeningFault, saidBy, stateOf } from '../../postgres/faults.ts';
import {
  type ArchiveIdentity,
  DENIED,
  hasTable,
  lackedIndexes,
  maxIndexedBytes,
  quoted,
  readIdentity,
  version,
  versionOf,
} from '../../postgres/schema.ts';
import { say as postgres } from '../../postgres/words.ts';
import type { ArchivePortSettings } from './settings.ts';
import { say } from './words.ts';

/** PostgreSQL's type int8, which pg gives as a text for want of a number that holds them all. These are ids and counts. */
const INT8 = 20;
const TABLES_READ = ['batch', 'reading', 'device'];

export class OpenArchive {
  readonly identity: ArchiveIdentity;
  /** Aborted when the connection is over; `why` says the reason. */
  readonly over: AbortSignal;
  readonly #connection: Connection;

  constructor(connection: Connection, identity: ArchiveIdentity) {
    this.#connection = connection;
    this.identity = identity;
    this.over = connection.over.signal;
  }

  get why(): Text {
    return this.#connection.why;
  }

  /** Rejects when the connection is over. What PostgreSQL refuses, or does not do in time, ends the connection. */
  ask<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.#connection.ask(work);
  }

  close(): void {
    this.#connection.end(postgres.stopped());
  }
}

/** Rejects with `NobodyThere`, or a MachimoriError that says what to do. */
export async function openArchive(
  settings: ArchivePortSettings,
  { clock, gateway }: { readonly clock: Clock; readonly gateway: string },
  signal: AbortSignal,
): Promise<OpenArchive> {
  const { url, schema, answerTimeoutMs } = settings;
  const address = readAddress(url);
  if (address.engine !== 'postgres') throw new RangeError('the address was not checked');
  const connecting = new AbortController();
  const done = new AbortController();
  const forget = onAbort(signal, () => connecting.abort());
  const late = clock.sleep(answerTimeoutMs, done.signal).then(() => done.signal.aborted || connecting.abort());
  try {
    const options = { ...settings, applicationName: `machimori relay ${gateway}` };
    const { client } = await connect(address, options, connecting.signal);
    client.setTypeParser(INT8, Number);
    const connection = new Connection(client, settings, clock, signal);
    try {
      return new OpenArchive(connection, await connection.ask((asked) => prepare(asked, schema)));
    } catch (fault) {
      connection.end(postgres.stopped());
      throw connection.causeOf(fault);
    }
  } catch (fault) {
    if (connecting.signal.aborted && !signal.aborted) {
      const what = postgres.tooSlow({ seconds: answerTimeoutMs / 1000 });
      throw new MachimoriError('archive-slow', {
        what,
        on: address.host,
        hint: postgres.checkDatabase(),
        cause: fault,
      });
    }
    throw asRelayFault(fault, address, schema);
  } finally {
    forget();
    done.abort();
    await late;
  }
}

/** One question at a time, each within `answerTimeoutMs`. */
class Connection {
  readonly over = new AbortController();
  why: Text = postgres.stopped();
  readonly #client: Client;
  readonly #answerTimeoutMs: number;
  readonly #clock: Clock;
  #cause: unknown;

  constructor(client: Client, { answerTimeoutMs }: ArchivePortSettings, clock: Clock, signal: AbortSignal) {
    this.#client = client;
    this.#answerTimeoutMs = answerTimeoutMs;
    this.#clock = clock;
    client.on('error', (fault) => this.end(postgres.lost({ why: saidBy(fault) })));
    client.on('end', () => this.end(postgres.closed()));
    const forget = onAbort(signal, () => this.end(postgres.stopped()));
    onAbort(this.over.signal, forget);
  }

  async ask<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const done = new AbortController();
    const { signal } = this.over;
    const late = this.#clock.sleep(this.#answerTimeoutMs, done.signal).then(() => {
      if (!done.signal.aborted) this.end(postgres.tooSlow({ seconds: this.#answerTimeoutMs / 1000 }));
    });
    const over = new Promise<never>((_, reject) => {
      const rejectNow = () => reject(new TextError(this.why));
      if (signal.aborted) rejectNow();
      else signal.addEventListener('abort', rejectNow, { once: true, signal: done.signal });
    });
    try {
      return await Promise.race([work(this.#client), over]);
    } catch (fault) {
      if (signal.aborted) throw new TextError(this.why, fault);
      this.#cause = fault;
      this.end(postgres.lost({ why: saidBy(fault) }));
      throw fault;
    } finally {
      done.abort();
      await late;
    }
  }

  /** What PostgreSQL said, if that ended it. */
  causeOf(fault: unknown): unknown {
    return this.#cause ?? fault;
  }

  end(why: Text): void {
    if (this.over.signal.aborted) return;
    this.why = why;
    this.over.abort();
    void this.#client.end().catch(() => {}); // says goodbye if nothing is on its way
    this.#client.connection.stream.destroy();
  }
}

async function prepare(client: Client, schema: string): Promise<ArchiveIdentity> {
  await client.query(
    `SET default_transaction_read_only = on; SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET statement_timeout = 0`,
  );
  const fault = (code: string, what: Text, hint: Text) => new MachimoriError(code, { what, on: schema, hint });
  if (!(await hasTable(client, schema, 'meta'))) {
    throw fault('archive-missing', postgres.noTables(), say.runWriter());
  }
  const found = (await versionOf(client, schema)) ?? 0;
  if (found < version) throw fault('archive-too-old', say.oldTables({ found, known: version }), say.openByWriter());
  const identity = await readIdentity(client, schema);
  for (const table of TABLES_READ) await client.query(`SELECT FROM ${quoted(schema)}.${table} LIMIT 0`); // may it be read?
  if (!identity.isOfThisCluster) throw fault('archive-moved', say.otherCluster(), say.openByWriter());
  const [lacked] = await lackedIndexes(client, schema);
  if (lacked !== undefined)
    throw fault('archive-not-relayed', say.noIndex({ index: lacked }), say.setRelayed({ gb: maxIndexedBytes / 1e9 }));
  return identity;
}

function asRelayFault(fault: unknown, address: PostgresAddress, schema: string): unknown {
  if (stateOf(fault) !== DENIED) return asOpeningFault(fault, address, schema);
  const { user } = address;
  const [what, hint] = [postgres.mayNotRead({ user, why: messageOf(fault) }), postgres.grantReading({ schema, user })];
  return new MachimoriError('archive-denied', { what, on: schema, hint, cause: fault });
}
