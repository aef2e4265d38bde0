/**
 * Processor time of a thread in ms: what its code used, however loaded the machine is.
 *
 * Linux keeps it in `/proc/<pid>/task/<tid>/schedstat` (Documentation/scheduler/sched-stats.rst: the first figure is the time
 * on the CPU in ns), updated at each scheduler tick, so a few ms late. Without such a file, or if it counts nothing, this is
 * wall-clock time.
 */
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';

export class ProcessorTime {
  readonly #file: number | undefined;
  readonly #text = Buffer.alloc(80);

  /** `thread`: from `thisThread`, of a thread of this process. */
  constructor(thread: string | undefined) {
    this.#file = thread === undefined ? undefined : openSync(`/proc/${thread}/schedstat`, 'r');
  }

  /** NaN once the thread has ended. */
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

/** The calling thread's path below /proc; undefined if the system does not count its time. */
export function thisThread(): string | undefined {
  try {
    const thread = readlinkSync('/proc/thread-self');
    const time = new ProcessorTime(thread);
    const counts = time.ms() > 0;
    time.close();
    return counts ? thread : undefined;
  } catch {
    return undefined; // not Linux, or no /proc
  }
}
