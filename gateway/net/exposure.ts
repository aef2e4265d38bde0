/** What others could reach or read: files with secrets, and addresses beyond this machine. */
import { existsSync, statSync } from 'node:fs';
import { type Fault, fault, note } from '../config/fault.ts';
import type { Path } from '../config/toml-lines.ts';

/** A file that a setting names: it must be there, and a secret one must be its owner's alone. */
export function checkSecretFile(file: string | undefined, path: Path, isSecret: boolean): Fault[] {
  if (file === undefined) return [];
  if (!existsSync(file))
    return [fault(path, `the file ${file} does not exist`, 'Check the path; it is relative to this configuration')];
  const othersMayRead = (statSync(file).mode & 0o004) !== 0;
  return isSecret && othersMayRead ? [note(path, `every user may read ${file}`, `Run: chmod 600 ${file}`)] : [];
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
