/** What the command line and the console may ask of what will never come. */
import * as v from 'valibot';
import type { Gap } from '../../shared/feed/receipt.ts';
import type { ReadingBuffer } from '../buffer/buffer.ts';
import { type Act, jsonLines, parse } from './messages.ts';

export interface GapSources {
  readonly buffer: ReadingBuffer;
}

/** A line of `list-gaps`. */
export interface WaitingGap extends Gap {
  readonly destination: string;
}

export const GAP_ACTIONS: Readonly<Record<string, Act<GapSources>>> = {
  /** A line for each gap of this gateway that a destination has not acknowledged yet: a `WaitingGap`. */
  'list-gaps'(parameters, { buffer }) {
    parse(v.strictObject({}), parameters);
    return jsonLines(waitingGaps(buffer));
  },
};

function* waitingGaps(buffer: ReadingBuffer): Generator<WaitingGap> {
  for (const [destination, { gaps }] of Object.entries(buffer.stats().outboxes)) {
    if (gaps === 0) continue;
    for (const outgoing of buffer.waiting(destination)) {
      if (outgoing.kind === 'batch') break; // gaps come first
      yield { destination, ...outgoing.gap };
    }
  }
}
