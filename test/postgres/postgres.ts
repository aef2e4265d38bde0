/**
 * A PostgreSQL of a test's own: a cluster in a temporary folder on a free port of the loopback interface, ended by its process id.
 *
 * PostgreSQL refuses to run as root, so as root it runs as the user `postgres`. Without PostgreSQL on the machine its tests are
 * skipped (`postgresTests`), except in CI, where they fail.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../gateway/net/free-port.ts';

const BINARIES = '/usr/lib/postgresql/15/bin';
const isInstalled = existsSync(join(BINARIES, 'postgres'));
const user = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
const maxConnectTries = 600;
const connectEveryMs = 50;

/** For `describe.skipIf`. Says how PostgreSQL is installed. */
export const isPostgresMissing = !isInstalled && process.env.CI !== 'true';
if (isPostgresMissing) {
  console.warn('Skipped: no PostgreSQL here. Install it with: apt-get install postgresql-15 postgresql-15-postgis-3');
}

export interface Postgres {
  readonly port: number;
  /** As the superuser `postgres` of the database `postgres`; every user gets in without a password unless pg_hba.conf says otherwise. */
  readonly url: string;
  readonly folder: string;
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** A further connection, for a lock or a transaction of the test's own. */
  client(database?: string): Promise<pg.Client>;
  /** An orderly end: clients are told (SQLSTATE 57P01). */
  stop(): Promise<void>;
  /** `kill -9` of the postmaster. What it was writing is recovered by `start`. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** For good. */
  remove(): Promise<void>;
}

/** Starts a cluster. `isDurable`: with fsync, for tests that kill it. */
export async function startPostgres({ isDurable = false, settings = '' } = {}): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-postgres-'));
  const data = join(folder, 'data');
  if (user.length > 0) execFileSync('chown', ['postgres', folder]);
  run(join(BINARIES, 'initdb'), [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ]);
  const port = await freePort();
  const lines = [
    `port = ${port}`,
    "listen_addresses = '127.0.0.1'",
    `unix_socket_directories = '${folder}'`,
    'shared_buffers = 32MB',
    'max_connections = 40',
    ...(isDurable ? [] : ['fsync = off', 'full_page_writes = off']),
    settings,
  ];
  appendFileSync(join(data, 'postgresql.conf'), `${lines.join('\n')}\n`);
  let server: ChildProcess | undefined;
  const clients = new Set<pg.Client>();
  let own: pg.Client | undefined;

  const connect = async (database = 'postgres'): Promise<pg.Client> => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database });
    client.on('error', () => clients.delete(client)); // the server is stopped or killed
    clients.add(client);
    await client.connect();
    return client;
  };
  const gone = async () => {
    if (server !== undefined && server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    server = undefined;
    own = undefined;
    clients.clear();
  };
  /** The postmaster's, as it wrote it: the child may be the program that became another user. */
  const pid = () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);

  const postgres: Postgres = {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    folder,
    client: connect,
    async query(sql, values = []) {
      own ??= await connect();
      return (await own.query(sql, [...values])).rows;
    },
    async start() {
      const [program = '', ...args] = [...user, join(BINARIES, 'postgres'), '-D', data];
      const isOver = () => server === undefined || server.exitCode !== null || server.signalCode !== null;
      for (let tries = 1; own === undefined; tries++) {
        // After a kill the next one does not start until the last process of the old one is gone.
        if (isOver()) server = spawn(program, args, { stdio: 'ignore' });
        own = await connect().catch(async (fault: unknown) => {
          if (tries === maxConnectTries) throw fault;
          await setTimeout(connectEveryMs);
          return undefined;
        });
      }
    },
    async stop() {
      if (server === undefined) return;
      process.kill(pid(), 'SIGINT');
      await gone();
    },
    async kill() {
      if (server === undefined) return;
      process.kill(pid(), 'SIGKILL');
      await gone();
    },
    async remove() {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await postgres.start();
  } catch (fault) {
    rmSync(folder, { recursive: true, force: true });
    throw fault;
  }
  return postgres;
}

/** Lets only these lines of pg_hba.conf in, from the next connection on. */
export async function setAccess(postgres: Postgres, lines: string): Promise<void> {
  writeFileSync(
    join(postgres.folder, 'data', 'pg_hba.conf'),
    `local all all trust\nhost all postgres 127.0.0.1/32 trust\n${lines}\n`,
  );
  await reload(postgres);
}

/** Offers TLS with this certificate and key, from the next connection on. */
export async function useCertificate(postgres: Postgres, certificate: string, key: string): Promise<void> {
  const data = join(postgres.folder, 'data');
  for (const [from, to] of [
    [certificate, 'server.crt'],
    [key, 'server.key'],
  ] as const) {
    writeFileSync(join(data, to), readFileSync(from), { mode: 0o600 });
    if (user.length > 0) execFileSync('chown', ['postgres', join(data, to)]);
  }
  await postgres.query('ALTER SYSTEM SET ssl = on');
  await reload(postgres);
}

let reloads = 0;

/** Resolves when new connections meet the changed settings: a setting that does not matter here is changed with them. */
async function reload(postgres: Postgres): Promise<void> {
  const delay = `${200 + ++reloads}ms`;
  await postgres.query(`ALTER SYSTEM SET bgwriter_delay = '${delay}'`);
  await postgres.query('SELECT pg_reload_conf()');
  for (let tries = 1; tries <= maxConnectTries; tries++) {
    const client = await postgres.client();
    const { rows } = await client.query('SHOW bgwriter_delay');
    await client.end();
    if (rows[0]?.bgwriter_delay === delay) return;
    await setTimeout(connectEveryMs);
  }
  throw new Error('PostgreSQL does not take its new settings');
}

function run(program: string, args: readonly string[]): void {
  const [first = program, ...rest] = [...user, program, ...args];
  execFileSync(first, rest, { stdio: 'pipe', cwd: tmpdir() });
}
