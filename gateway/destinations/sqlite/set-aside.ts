/** Puts a damaged archive aside, for whoever can read more of it: `history.sqlite.damaged-1` is the newest of `maxKept`. */
import { existsSync, renameSync, rmSync } from 'node:fs';

const maxKept = 3;
const FILES = ['', '-wal', '-shm'];

/** Returns its new name. */
export function setAside(file: string): string {
  const nameOf = (age: number) => `${file}.damaged-${age}`;
  for (const suffix of FILES) {
    rmSync(`${nameOf(maxKept)}${suffix}`, { force: true });
    for (let age = maxKept - 1; age >= 1; age--) {
      const from = `${nameOf(age)}${suffix}`;
      if (existsSync(from)) renameSync(from, `${nameOf(age + 1)}${suffix}`);
    }
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${nameOf(1)}${suffix}`);
  }
  return nameOf(1);
}
