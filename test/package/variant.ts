/** A release tree under another version, spoilt or not. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Variant {
  readonly tree: string;
  /** Made; everything in it belongs to root. */
  readonly folder: string;
  readonly version: string;
  /** Changes the program in `app`. */
  readonly spoil?: ((app: string) => void) | undefined;
}

export function makeVariant({ tree, folder, version, spoil }: Variant): void {
  copyTree(tree, folder);
  for (const name of ['manifest.json', 'app/package.json']) {
    const about = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { version: string }; // of a release
    replace(join(folder, name), `${JSON.stringify({ ...about, version }, null, 2)}\n`);
  }
  spoil?.(join(folder, 'app'));
  execFileSync('chown', ['-R', '0:0', folder]);
}

/** By links where it is the same disk: it is 130 MB, and nobody writes into a release's files. */
function copyTree(from: string, to: string): void {
  try {
    execFileSync('cp', ['--archive', '--link', from, to], { stdio: 'ignore' });
  } catch {
    rmSync(to, { recursive: true, force: true });
    execFileSync('cp', ['--archive', from, to]);
  }
}

/** Writes another file in its place: what is a link elsewhere keeps its text. */
export function replace(file: string, text: string): void {
  unlinkSync(file);
  writeFileSync(file, text);
}
