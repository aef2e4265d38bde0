/**
 * Support bundles that gateways were ordered to make: a file each in `support/` of the data directory, for its owner alone.
 *
 * Promise: a bundle is on the disk before the order's end is. Bounds: `maxBundles` files and `maxBundlesBytes`, the oldest go; each is at most
 * what a result can have attached (30 KiB).
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Origin } from '../../shared/feed/topics.ts';
import { isoTime } from '../../shared/reading.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { replaceFile } from '../machine/whole-file.ts';

export const maxBundles = 200;
const maxBundlesBytes = 8_000_000;

export class KeptBundles {
  readonly #folder: string;

  constructor(dataDirectory: string) {
    this.#folder = join(dataDirectory, 'support');
  }

  /** Returns the file. `at`: epoch ms. Throws a MachimoriError "file-unwritable", or the system's error. */
  keep({ tenant, gateway, id }: Origin & { readonly id: string }, at: number, bytes: Uint8Array): string {
    makeFolder(this.#folder);
    const name = `${isoTime(at).slice(0, 19).replaceAll(':', '')}_${tenant}_${gateway}_${id.slice(0, 8)}.txt.gz`;
    this.#makeRoom(name, bytes.length);
    const file = join(this.#folder, name);
    replaceFile(file, bytes);
    return file;
  }

  /** Their names begin with the time. */
  #makeRoom(name: string, bytes: number): void {
    const names = readdirSync(this.#folder).filter((each) => each.endsWith('.txt.gz') && each !== name);
    const kept = names.toSorted().reverse();
    let total = bytes;
    for (const [i, each] of kept.entries()) {
      const file = join(this.#folder, each);
      total += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (i >= maxBundles - 1 || total > maxBundlesBytes) rmSync(file, { force: true });
    }
  }
}
