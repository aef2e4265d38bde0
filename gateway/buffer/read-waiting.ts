/**
 * What waits for a destination, read without taking it, while the file may be written to and whatever is damaged in it: a
 * damaged batch becomes a gap, a damaged file is salvaged, and reading goes on behind what has been read. Bound: `maxTimes`.
 */
import { isDamage } from './database.ts';
import type { LiveFile } from './live-file.ts';
import type { Outgoing } from './outgoing.ts';

/** How often reading starts again from the beginning. */
const maxTimes = 5;

/** `gateway`: whose; by default this gateway's. Throws SQLite's errors, damage only if it does not end. */
export function* readWaiting(file: LiveFile, destination: string, gateway?: string): Generator<Outgoing> {
  /** Last number read, by epoch and lane; they ascend. */
  const read = new Map<string, number>();
  const gapsRead = new Set<string>();
  const isNew = (each: Outgoing) => {
    if (each.kind === 'gap') {
      const { epoch, number, last } = each.gap;
      const name = `${epoch} ${number} ${last}`;
      return !gapsRead.has(name) && gapsRead.add(name) !== undefined;
    }
    const { epoch, lane, number } = each.batch;
    const name = `${epoch} ${lane}`;
    return number > (read.get(name) ?? 0) && read.set(name, number) !== undefined;
  };
  for (let times = 1; ; times++) {
    let hasDamage = false;
    try {
      for (const each of file.store.outbox(destination).waiting(gateway)) {
        if (each.kind === 'damaged') {
          hasDamage = true;
          file.use((store) => store.dropDamaged(each.candidate));
        } else if (isNew(each)) yield each;
      }
    } catch (fault) {
      if (!isDamage(fault) || times >= maxTimes) throw fault;
      hasDamage = true;
      file.salvage(fault);
    }
    if (!hasDamage || times >= maxTimes) return; // once more, for the gaps that the damage has left
  }
}
