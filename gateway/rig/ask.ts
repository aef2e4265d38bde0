/** How the rig asks others: a program, a database, an HTTP endpoint. Bound: `maxAnswerBytes` of an answer. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { TextError } from '../../shared/errors.ts';
import type { RigPlan } from '../../simulators/rig/plan.ts';
import type { QuerySettings } from '../../simulators/rig/settings.ts';
import type { Ask } from '../../simulators/rig/verdict/answers.ts';
import { type PostgresAddress, readAddress } from '../postgres/address.ts';
import { connect } from '../postgres/connect.ts';

const maxAnswerBytes = 1024 * 1024;
const answerTimeoutMs = 10_000;

export function ask(plan: Pick<RigPlan, 'path'>): Ask {
  return (query, signal) => {
    if (query.that === 'command') return askProgram(query, plan, signal);
    return query.that === 'sql' ? askDatabase(query, plan, signal) : askHttp(query, signal);
  };
}

type Of<That extends QuerySettings['that']> = Extract<QuerySettings, { that: That }>;

async function askProgram(
  { command }: Of<'command'>,
  { path }: Pick<RigPlan, 'path'>,
  signal: AbortSignal,
): Promise<string> {
  const [program = '', ...words] = command;
  const { stdout } = await promisify(execFile)(program, words, { cwd: path('.'), signal, maxBuffer: maxAnswerBytes });
  return stdout;
}

/** The first value of the first row. */
async function askDatabase(query: Of<'sql'>, plan: Pick<RigPlan, 'path'>, signal: AbortSignal): Promise<unknown> {
  const address = readAddress(query.url);
  if (address.engine === undefined) throw new TextError(address.what);
  return address.engine === 'sqlite'
    ? askSqlite(plan.path(address.file), query.sql)
    : askPostgres(address, query, plan, signal);
}

/** The file is only read. */
function askSqlite(file: string, sql: string): unknown {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return db.prepare(sql).pluck().get();
  } finally {
    db.close();
  }
}

async function askPostgres(
  address: PostgresAddress,
  { sql, passwordFile }: Of<'sql'>,
  { path }: Pick<RigPlan, 'path'>,
  signal: AbortSignal,
): Promise<unknown> {
  const password = passwordFile === undefined ? {} : { passwordFile: path(passwordFile) };
  const { client } = await connect(address, { answerTimeoutMs, applicationName: 'machimori rig', ...password }, signal);
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

async function askHttp({ url, headers }: Of<'http'>, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { headers, signal });
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > maxAnswerBytes) throw new RangeError(`the answer is larger than ${maxAnswerBytes} bytes`);
    pieces.push(piece);
  }
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return Buffer.concat(pieces).toString('utf8');
}
