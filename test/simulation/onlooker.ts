/** Who looks at a box from outside, and sees what it does that somebody may have ordered. */
import type { LogLevel } from '../../gateway/machine/log.ts';

/** What has been done by gateways on one disk. A copy of the disk knows what it knew. */
export interface Disk {
  /** Ids of orders. */
  readonly done: Set<string>;
  /** What the configuration says that its gateway runs with, as far as it was seen. */
  running: string | undefined;
}

/** Where something is done. */
export interface Place {
  readonly folder: string;
  readonly disk: Disk;
}

export interface Onlooker {
  /** Its gateway starts; `isAnew`: within its run, because somebody told it to. */
  started(at: Place, isAnew: boolean): void;
  logged(at: Place, message: string): void;
  levelSet(at: Place, level: LogLevel): void;
}

export function newDisk(): Disk {
  return { done: new Set(), running: undefined };
}

export function copyOf({ done, running }: Disk): Disk {
  return { done: new Set(done), running };
}
