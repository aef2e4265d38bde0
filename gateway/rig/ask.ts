/** How the rig asks others: a program, a database, an HTTP endpoint. Bound: `maxAnswerBytes` of an answer. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import type { RigPlan } from '../../simulators/rig/plan.ts';
import type { QuerySettings } from '../../simulators/rig/settings.ts';
import type { Ask } from '../../simulators/rig/verdict/answers.ts';
import { parsePostgresUrl } from '../postgres/address.ts';
import { connect } from '../postgres/connect.ts';

const maxAnswerBytes = 1024 * 1024;
const answerTimeoutMs = 10_000;
const SQLITE = 'sqlite:';

export function ask(plan: Pick<RigPlan, 'path'>): Ask {
  return (query, signal) => {
    switch (query.that) {
      case 'command':
        return askProgram(query, plan, signal);
      case 'sql':
        return query.url.startsWith(SQLITE) ? askSqlite(query, plan) : askPostgres(query, signal);
      case 'http':
        return askHttp(query, signal);
    }
  };
}

type Of<That extends QuerySettings['that']> = Extract<QuerySettings, { that: That }>;

async function askProgram({ command }: Of<'command'>, { path }: Pick<RigPlan, 'path'>, signal: AbortSignal): Promise<string> {
  const [program = '', ...words] = command;
  const { stdout } = await promisify(execFile)(program, words, { cwd: path('.'), signal, maxBuffer: maxAnswerBytes });
  return stdout;
}

/** The first value of the first row; the file is only read. */
async function askSqlite({ url, sql }: Of<'sql'>, { path }: Pick<RigPlan, 'path'>): Promise<unknown> {
  const db = new Database(path(url.slice(SQLITE.length)), { readonly: true, fileMustExist: true });
  try {
    return db.prepare(sql).pluck().get();
  } finally {
    db.close();
  }
}

async function askPostgres({ url, sql }: Of<'sql'>, signal: AbortSignal): Promise<unknown> {
  const { client } = await connect(parsePostgresUrl(url), { answerTimeoutMs, applicationName: 'machimori rig' }, signal);
  try {
    const { rows } = await client.query<readonly unknown[]>({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

async function askHttp({ url, headers }: Of<'http'>, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { headers, signal });
  const bytes = await response.arrayBuffer();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  if (bytes.byteLength > maxAnswerBytes) throw new RangeError(`the answer is larger than ${maxAnswerBytes} bytes`);
  return new TextDecoder().decode(bytes);
}
