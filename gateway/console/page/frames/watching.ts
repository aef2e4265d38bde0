/**
 * The frames of a port as they come. The newest `maxKept` are kept; more are forgotten, the oldest first. While it is paused what is shown stands
 * still and what comes is counted and kept behind it. Whoever looks is told at most every `tellEveryMs`.
 */
import { type LiveFrame, readWatchLine, type WatchedPort, type WatchLine } from '../../../../shared/live-frames.ts';
import type { Text } from '../../../../shared/text.ts';
import { type Door, refusalOf } from '../door.ts';

export const maxKept = 500;
const tellEveryMs = 200;

export interface Kept extends LiveFrame {
  readonly id: number;
}

export type State = 'opening' | 'watching' | 'port-ended' | 'time-over' | 'broken';

export class Watching {
  port: WatchedPort | undefined;
  state: State = 'opening';
  trouble: Text | undefined;
  came = 0;
  rubbish = 0;
  missed = 0;
  /** So many have come since it was paused. */
  behind = 0;
  isPaused = false;
  /** Newest last. */
  #kept: Kept[] = [];
  #shown: readonly Kept[] = [];
  #nextId = 0;
  #stop = new AbortController();
  #telling: ReturnType<typeof setTimeout> | undefined;
  readonly #door: Door;
  readonly #name: string;
  readonly #changed: () => void;

  constructor(door: Door, name: string, changed: () => void) {
    this.#door = door;
    this.#name = name;
    this.#changed = changed;
  }

  /** Newest first. */
  get shown(): readonly Kept[] {
    return this.#shown;
  }

  get isGoing(): boolean {
    return this.state === 'opening' || this.state === 'watching';
  }

  async start(): Promise<void> {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.state = 'opening';
    this.trouble = undefined;
    this.#tell();
    try {
      for await (const json of this.#door.follow('watch-frames', { port: this.#name }, signal)) {
        const line = readWatchLine(json);
        if (line !== undefined) this.#take(line);
      }
      if (this.isGoing) this.state = 'broken';
    } catch (fault) {
      if (signal.aborted) return;
      this.trouble = refusalOf(fault);
      this.state = 'broken';
    }
    this.#tell();
  }

  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#telling);
  }

  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.behind = 0;
    this.#show();
    this.#changed();
  }

  clear(): void {
    this.#kept = [];
    this.came = 0;
    this.rubbish = 0;
    this.missed = 0;
    this.behind = 0;
    this.#shown = [];
    this.#changed();
  }

  #take(line: WatchLine): void {
    if ('port' in line) {
      this.port = line.port;
      this.state = 'watching';
    } else if ('missed' in line) this.missed += line.missed;
    else if ('ended' in line) this.state = line.ended === 'port' ? 'port-ended' : 'time-over';
    else this.#keep(line.frame);
    this.#tell();
  }

  #keep(frame: LiveFrame): void {
    if (frame.length !== undefined) this.came++;
    this.rubbish += frame.rubbish.length;
    if (this.isPaused) this.behind++;
    this.#kept.push({ ...frame, id: this.#nextId++ });
    if (this.#kept.length > maxKept) this.#kept.shift();
  }

  #show(): void {
    this.#shown = this.#kept.toReversed();
  }

  #tell(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      if (!this.isPaused) this.#show();
      this.#changed();
    }, tellEveryMs);
  }
}
