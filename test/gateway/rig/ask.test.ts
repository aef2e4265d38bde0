/** A rig asks a program, a database and an HTTP endpoint. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { ask } from '../../../gateway/rig/ask.ts';
import type { QuerySettings } from '../../../simulators/rig/settings.ts';
import { isPostgresMissing, startPostgres } from '../../postgres/postgres.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const PATIENT = new AbortController().signal;
const COMMON = { withinMs: 0 } as const;

function askIn(folder: string, query: QuerySettings, signal = PATIENT): Promise<unknown> {
  return ask({ path: (file) => resolve(folder, file) })(query, signal);
}

describe('a program', () => {
  const run = (folder: string, code: string, signal?: AbortSignal) =>
    askIn(folder, { that: 'command', command: [process.execPath, '-e', code], ...COMMON }, signal);

  test('answers with what it prints, run in the folder of the rig', async () => {
    const folder = temporaryFolder();
    expect(await run(folder, 'console.log(process.cwd())')).toBe(`${folder}\n`);
  });

  test('does not answer if it fails, prints without end, or takes too long', async () => {
    const folder = temporaryFolder();
    await expect(run(folder, 'process.exit(3)')).rejects.toThrow();
    await expect(askIn(folder, { that: 'command', command: ['yes'], ...COMMON })).rejects.toThrow(/maxBuffer/);
    await expect(run(folder, 'setInterval(() => {}, 1000)', AbortSignal.timeout(300))).rejects.toThrow();
    await expect(askIn(folder, { that: 'command', command: ['/no/such/program'], ...COMMON })).rejects.toThrow(
      /ENOENT/,
    );
  });
});

describe('SQLite', () => {
  function archive(): string {
    const folder = temporaryFolder();
    const db = new Database(join(folder, 'archive.sqlite'));
    db.exec('CREATE TABLE reading (n INTEGER); INSERT INTO reading VALUES (1), (2), (3)');
    db.close();
    return folder;
  }
  const query = (folder: string, sql: string, url = 'sqlite:archive.sqlite') =>
    askIn(folder, { that: 'sql', url, sql, ...COMMON });

  test('answers with the first value of the first row, or nothing', async () => {
    const folder = archive();
    expect(await query(folder, 'SELECT count(*), 7 FROM reading')).toBe(3);
    expect(await query(folder, 'SELECT n FROM reading WHERE n > 9')).toBeUndefined();
  });

  test('is only read, and a file that is not there is not made', async () => {
    const folder = archive();
    await expect(query(folder, 'DELETE FROM reading')).rejects.toThrow();
    await expect(query(folder, 'SELECT 1', 'sqlite:other.sqlite')).rejects.toThrow();
    expect(await query(folder, 'SELECT count(*) FROM reading')).toBe(3);
  });
});

describe.skipIf(isPostgresMissing)('PostgreSQL', async () => {
  const postgres = isPostgresMissing ? undefined : await startPostgres();
  afterAll(() => postgres?.remove());
  const query = (sql: string, port = postgres?.port ?? 0) =>
    askIn('/', { that: 'sql', url: `postgres://postgres@127.0.0.1:${port}/postgres`, sql, ...COMMON });

  test('answers with the first value of the first row, or nothing', async () => {
    expect(await query("SELECT 'stored' AS state, 7 AS n")).toBe('stored');
    expect(await query('SELECT 1 WHERE false')).toBeUndefined();
  });

  test('does not answer a query that is none, or where there is no server', async () => {
    await expect(query('SELEKT 1')).rejects.toThrow(/syntax/);
    await expect(query('SELECT 1', 1)).rejects.toThrow();
  });
});

describe('an HTTP endpoint', () => {
  async function endpoint(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
  }
  const get = (url: string, signal?: AbortSignal) =>
    askIn('/', { that: 'http', url, headers: { 'fiware-service': 'rig' }, ...COMMON }, signal);

  test('answers with its body, asked with the headers of the file', async () => {
    const url = await endpoint(({ headers }, response) => response.end(`of ${headers['fiware-service']}`));
    expect(await get(url)).toBe('of rig');
  });

  test('does not answer with an error, with too much, or not at all', async () => {
    await expect(get(await endpoint((_, response) => response.writeHead(503).end()))).rejects.toThrow('HTTP 503');
    await expect(get(await endpoint((_, response) => response.end(Buffer.alloc(2 ** 21))))).rejects.toThrow(/larger/);
    await expect(get(await endpoint(() => {}), AbortSignal.timeout(300))).rejects.toThrow();
  });

  test('that never ends is not read to its end', async () => {
    let isOver = false;
    const url = await endpoint((_, response) => {
      const more = setInterval(() => response.write(Buffer.alloc(2 ** 19)), 1);
      response.on('close', () => {
        clearInterval(more);
        isOver = true;
      });
    });
    await expect(get(url, AbortSignal.timeout(10_000))).rejects.toThrow(/larger/);
    await expect.poll(() => isOver).toBe(true);
  });
});
