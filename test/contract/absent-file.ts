/** A file of SQLite that is away, comes, leaves and is locked. While it is away, a folder has its name. */
import { existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import type { Destination } from '../../gateway/destinations/destination.ts';
import type { Store } from './destination-samples.ts';

const SUFFIXES = ['', '-wal', '-shm'];

/** `prepare` makes its tables, once the file may be there. */
export function absentFile(
  file: string,
  prepare: () => Promise<void>,
): Required<Pick<Store, 'come' | 'leave' | 'stall' | 'loseAnswers' | 'between'>> & {
  select(sql: string): Record<string, unknown>[];
} {
  const away = (suffix: string) => `${file}${suffix}-away`;
  let lock: Database.Database | undefined;
  let toLose = 0;
  const unlock = () => {
    lock?.close();
    lock = undefined;
  };
  mkdirSync(file);
  onTestFinished(unlock);
  return {
    async come() {
      rmdirSync(file);
      for (const suffix of SUFFIXES) {
        if (existsSync(away(suffix))) renameSync(away(suffix), `${file}${suffix}`);
      }
      await prepare();
    },
    async leave() {
      for (const suffix of SUFFIXES) {
        if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, away(suffix));
      }
      mkdirSync(file);
    },
    select(sql) {
      if (!existsSync(file)) return [];
      const db = new Database(file, { readonly: true });
      try {
        return db.prepare(sql).all() as Record<string, unknown>[]; // rows of columns
      } finally {
        db.close();
      }
    },
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

/** The numbers of the table `gap`. */
export function missingIn(select: (sql: string) => Record<string, unknown>[]): number[] {
  return select('SELECT first, last FROM gap').flatMap(({ first, last }) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i),
  );
}
