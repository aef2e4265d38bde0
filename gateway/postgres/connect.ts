/**
 * A connection to PostgreSQL. Its client is an optional dependency: it is loaded when a destination needs it.
 *
 * Who listens at the address is found as everywhere (net/reach.ts), so that a database that comes back is met within two seconds.
 */
import type { Socket } from 'node:net';
import type { Client, ClientConfig } from 'pg';
import { TextError } from '../../shared/errors.ts';
import { packageMissing } from '../machine/optional-packages.ts';
import { readCredential, readSecret } from '../net/credentials.ts';
import { onAbort } from '../net/keep-open.ts';
import { reach } from '../net/reach.ts';
import type { PostgresAddress } from './address.ts';
import { say } from './words.ts';

export interface ConnectOptions {
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly answerTimeoutMs: number;
  /** As pg_stat_activity shows it. */
  readonly applicationName: string;
}

export interface PostgresClient {
  readonly client: Client;
  readonly copyFrom: typeof import('pg-copy-streams')['from'];
}

const keepAliveAfterMs = 10_000;

/** Rejects with `NobodyThere`, a MachimoriError "postgres-missing", or what PostgreSQL or TLS says. */
export async function connect(
  address: PostgresAddress,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<PostgresClient> {
  const { pg, copyFrom } = await loadClient(address);
  const { host, port, user, database } = address;
  const { passwordFile, answerTimeoutMs, applicationName } = options;
  const socket = host.startsWith('/') ? undefined : await reach({ host, port }, signal);
  const client = new pg.Client({
    ...{ host, port, user, database, ...tlsOf(address, options) },
    // Without one pg would look into the environment and ~/.pgpass.
    password: passwordFile === undefined ? '' : readSecret(passwordFile, 'server'),
    application_name: applicationName,
    connectionTimeoutMillis: answerTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    ...(socket !== undefined && { stream: () => asUnconnected(socket) }),
  });
  client.on('error', () => {}); // until somebody else listens; `connect` rejects
  const forget = onAbort(signal, () => void client.end().catch(() => {}));
  try {
    await client.connect();
    if (signal.aborted) throw new TextError(say.stopped());
    return { client, copyFrom };
  } catch (fault) {
    socket?.destroy();
    void client.end().catch(() => {});
    throw fault;
  } finally {
    forget();
  }
}

/** pg connects the stream that it is given; this one is. */
function asUnconnected(socket: Socket): Socket {
  socket.connect = () => {
    setImmediate(() => socket.emit('connect'));
    return socket;
  };
  return socket;
}

function tlsOf(
  { tls, host }: PostgresAddress,
  { caFile, certFile, keyFile }: ConnectOptions,
): Pick<ClientConfig, 'ssl'> {
  if (tls === 'disable') return { ssl: false };
  const read = (file: string | undefined) => (file === undefined ? undefined : readCredential(file, 'server'));
  return {
    ssl: {
      ...given('ca', tls === 'require' ? undefined : read(caFile)),
      ...given('cert', read(certFile)),
      ...given('key', read(keyFile)),
      rejectUnauthorized: tls !== 'require',
      host,
      ...(tls === 'verify-ca' && { checkServerIdentity: () => undefined }),
    },
  };
}

function given<K extends string>(key: K, value: Buffer | undefined): { readonly [key in K]?: Buffer } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: Buffer }); // TypeScript widens computed keys
}

async function loadClient({ host }: PostgresAddress) {
  try {
    const [pg, copy] = await Promise.all([import('pg'), import('pg-copy-streams')]);
    return { pg: pg.default, copyFrom: copy.from };
  } catch (cause) {
    throw packageMissing('postgres', host, cause);
  }
}
