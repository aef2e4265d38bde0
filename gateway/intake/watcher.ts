/** Who takes the lines of shared/live-frames.ts as things happen. */
import type { RecordLine, WatchLine } from '../../shared/live-frames.ts';
import { printableJson } from '../../shared/text.ts';

export interface Watcher {
  take(line: string): void;
  /** The port is gone; nothing more is taken. */
  ended(): void;
}

/** On one line: nothing in it can control a terminal. */
export function lineOf(line: WatchLine | RecordLine): string {
  return printableJson(JSON.stringify(line));
}
