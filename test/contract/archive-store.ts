/** An archive in a file of SQLite. While it is away, a folder has its name. */
import { existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import type { Destination } from '../../gateway/destinations/destination.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { sessionAt } from './archive-rig.ts';
import type { Store } from './destination-samples.ts';

export async function archiveStore(): Promise<Store> {
  const dataDirectory = temporaryFolder();
  const file = join(dataDirectory, 'history.sqlite');
  const away = (suffix: string) => `${file}${suffix}-away`;
  let lock: Database.Database | undefined;
  let toLose = 0;
  const unlock = () => {
    lock?.close();
    lock = undefined;
  };
  const select = (sql: string): Record<string, unknown>[] => {
    if (!existsSync(file)) return [];
    const db = new Database(file, { readonly: true });
    try {
      return db.prepare(sql).all() as Record<string, unknown>[]; // rows of columns
    } finally {
      db.close();
    }
  };
  mkdirSync(file);
  onTestFinished(unlock);
  return {
    settings: { type: 'archive', url: `sqlite:${file}` },
    async come() {
      rmdirSync(file);
      for (const suffix of ['', '-wal', '-shm']) {
        if (existsSync(away(suffix))) renameSync(away(suffix), `${file}${suffix}`);
      }
      const session = await sessionAt({ settings: { url: `sqlite:${file}` }, dataDirectory }); // its tables are there
      await session.close({ at: 0, sealed: 0, waiting: { routine: 0, urgent: 0 }, clockSynchronised: true });
    },
    async leave() {
      for (const suffix of ['', '-wal', '-shm']) {
        if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, away(suffix));
      }
      mkdirSync(file);
    },
    levels: () => select('SELECT "values" FROM reading').map(({ values }) => Number(JSON.parse(String(values)).level)),
    missing: () =>
      select('SELECT first, last FROM gap').flatMap(({ first, last }) =>
        Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i),
      ),
    loseAnswers(count) {
      toLose = count;
    },
    stall(isStalled) {
      unlock();
      if (!isStalled) return;
      lock = new Database(file);
      lock.exec('BEGIN IMMEDIATE');
    },
    between: (destination: Destination) => ({
      ...destination,
      async open(signal) {
        const session = await destination.open(signal);
        return {
          ...session,
          async send(outgoing, taken) {
            const receipt = await session.send(outgoing, taken);
            if (toLose-- > 0) throw new Error('the answer is lost');
            return receipt;
          },
        };
      },
    }),
  };
}
