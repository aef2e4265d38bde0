/** Damaged files: renamed, and kept (the newest `maxSetAside`, for `maxAgeMs`) as long as there is room. */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const maxSetAside = 3;
/** They hold readings that have been delivered since. */
const maxAgeMs = 30 * 24 * 3_600_000;
const SUFFIXES = ['', '-wal'];

/** Renames the file and its log, either of which may be missing; returns the new name. */
export function setAside(file: string): string {
  const numbers = numbersOf(file);
  remove(file, numbers.slice(0, Math.max(0, numbers.length + 1 - maxSetAside)));
  const name = nameOf(file, (numbers.at(-1) ?? 0) + 1);
  for (const suffix of SUFFIXES) {
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${name}${suffix}`);
  }
  return name;
}

/** Removes those set aside too long ago. */
export function removeOld(file: string, now: number): void {
  remove(
    file,
    numbersOf(file).filter((number) => changedAt(nameOf(file, number)) < now - maxAgeMs),
  );
}

/** Removes all of them. */
export function removeAll(file: string): void {
  remove(file, numbersOf(file));
}

function remove(file: string, numbers: readonly number[]): void {
  for (const number of numbers) {
    for (const suffix of SUFFIXES) rmSync(`${nameOf(file, number)}${suffix}`, { force: true });
  }
}

/** When it was renamed, epoch ms. */
function changedAt(name: string): number {
  return existsSync(name) ? statSync(name).ctimeMs : Number.POSITIVE_INFINITY;
}

function numbersOf(file: string): number[] {
  const prefix = basename(nameOf(file, ''));
  const numbers = readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length).replace(/-wal$/, '')))
    .filter(Number.isInteger);
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function nameOf(file: string, number: number | ''): string {
  return join(dirname(file), `${basename(file)}.damaged-${number}`);
}
