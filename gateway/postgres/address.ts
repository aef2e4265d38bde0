/** The address of an archive: a file of SQLite, or a database of PostgreSQL and how its connection is protected. */
import type { Text } from '../../shared/text.ts';
import { isLoopback } from '../net/address.ts';
import { say } from './words.ts';

/**
 * As libpq's sslmode, with two differences: "require" never verifies, whatever files there are, and without a mode the certificate of
 * any machine but this one is verified ("verify-full").
 */
export const TLS_MODES = ['verify-full', 'verify-ca', 'require', 'disable'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

export interface SqliteAddress {
  readonly engine: 'sqlite';
  /** As written: relative to the data directory, or absolute. */
  readonly file: string;
}

export interface PostgresAddress {
  readonly engine: 'postgres';
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly tls: TlsMode;
}

export interface BadAddress {
  readonly engine: undefined;
  readonly what: Text;
  readonly mend: Text;
}

const defaultPort = 5432;

export function readAddress(written: string): SqliteAddress | PostgresAddress | BadAddress {
  const file = /^sqlite:(?!\/\/)([^?#]+)$/.exec(written)?.[1]?.trim();
  if (file !== undefined && file !== '') {
    if (/(^|\/)buffer\.sqlite$/.test(file)) return bad(say.bufferFile(), say.ownFile());
    return { engine: 'sqlite', file };
  }
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    return bad(say.noAddress({ url: written }), say.writeAddress());
  }
  if (url.password !== '') return bad(say.passwordInUrl(), say.usePasswordFile());
  return readPostgres(url, written);
}

function readPostgres(url: URL, written: string): PostgresAddress | BadAddress {
  for (const name of url.searchParams.keys()) {
    if (name !== 'sslmode' && name !== 'host') return bad(say.unknownParameter({ name }), say.knownParameters());
  }
  const host = url.searchParams.get('host') ?? url.hostname.replace(/^\[|\]$/g, '');
  const [user, database] = [plain(url.username), plain(url.pathname.slice(1))];
  if (host === '' || user === undefined || database === undefined) {
    return bad(say.noAddress({ url: written }), say.writeAddress());
  }
  if (user === '') return bad(say.noUser({ url: written }), say.writeAddress());
  if (database === '') return bad(say.noDatabase({ url: written }), say.writeAddress());
  const isHere = host.startsWith('/') || isLoopback(host);
  const mode = url.searchParams.get('sslmode') ?? (isHere ? 'disable' : 'verify-full');
  const tls = TLS_MODES.find((known) => known === mode);
  if (tls === undefined) return bad(say.unknownMode({ mode }), say.knownModes());
  return { engine: 'postgres', host, port: Number(url.port || defaultPort), user, database, tls };
}

/** Without its percent signs; undefined if they are wrong. */
function plain(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function bad(what: Text, mend: Text): BadAddress {
  return { engine: undefined, what, mend };
}
