/**
 * How long a thread has been on a processor, in ms: what its code used, however loaded the machine is.
 *
 * Linux says so in `/proc/<pid>/task/<tid>/schedstat` (Documentation/scheduler/sched-stats.rst: the first figure is the
 * time on the CPU in ns), brought up to date at each tick of the scheduler, so a few ms late. Where there is no such file, or it
 * counts nothing, it is the time on the wall.
 */
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';

export class ProcessorTime {
  readonly #file: number | undefined;
  readonly #text = Buffer.alloc(80);

  /** `thread` as `thisThread` gives it; of a thread of this process. */
  constructor(thread: string | undefined) {
    this.#file = thread === undefined ? undefined : openSync(`/proc/${thread}/schedstat`, 'r');
  }

  /** NaN for a thread that has ended. */
  ms(): number {
    if (this.#file === undefined) return performance.timeOrigin + performance.now(); // the same for every thread
    try {
      const length = readSync(this.#file, this.#text, 0, this.#text.length, 0);
      return Number.parseInt(this.#text.toString('latin1', 0, length), 10) / 1e6;
    } catch {
      return Number.NaN; // ESRCH
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

/** The name of the calling thread below /proc, or undefined where the system does not count its time. */
export function thisThread(): string | undefined {
  try {
    const thread = readlinkSync('/proc/thread-self');
    const time = new ProcessorTime(thread);
    const counts = time.ms() > 0;
    time.close();
    return counts ? thread : undefined;
  } catch {
    return undefined; // not Linux, or /proc is not there
  }
}
