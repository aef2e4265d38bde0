/** A relay before a real archive, and what it hands over. */
import * as v from 'valibot';
import { onTestFinished, vi } from 'vitest';
import { decompress } from '../../../../gateway/buffer/compress.ts';
import { withUnits } from '../../../../gateway/config/case.ts';
import { archive } from '../../../../gateway/ports/archive/archive.ts';
import type { FeedMessage, FeedReceiver, PortSurroundings } from '../../../../gateway/ports/port.ts';
import { type BatchHeader, decodeBatch, decodeBody } from '../../../../shared/feed/batch.ts';
import { type Birth, decodeBirth } from '../../../../shared/feed/birth.ts';
import type { Origin } from '../../../../shared/feed/topics.ts';
import type { Reading } from '../../../../shared/reading.ts';
import type { Text } from '../../../../shared/text.ts';
import { LogBook } from '../../machine/log-book.ts';
import { memory, surroundings } from '../heard.ts';

export const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 20_000, interval: 10 });

interface Taken {
  readonly from: Origin;
  readonly header: BatchHeader;
  readonly readings: readonly Reading[];
}

/** Where a hub would store. */
export class Hub implements FeedReceiver {
  readonly batches: Taken[] = [];
  readonly births: Birth[] = [];
  readonly whys: Text[] = [];
  readonly ignoredOnes: string[] = [];
  opens = 0;
  held: Text | undefined;
  /** Called before a batch is stored; what it throws is the disk's fault. */
  beforeStoring: (batch: Taken) => void = () => {};

  /** The level of each reading, in the order in which they came. */
  get levels(): readonly unknown[] {
    return this.batches.flatMap(({ readings }) => readings.map(({ values }) => values.level));
  }

  opened(): void {
    this.opens++;
  }

  closed(why: Text): void {
    this.whys.push(why);
  }

  turnedAway(): void {}

  ignored({ detail }: Parameters<FeedReceiver['ignored']>[0]): void {
    this.ignoredOnes.push(detail?.en ?? '');
  }

  heldBack(why: Text | undefined): void {
    this.held = why;
  }

  async take(from: Origin, message: FeedMessage, payload: Uint8Array): Promise<undefined> {
    if (message === 'birth') this.births.push(decodeBirth(payload));
    if (message !== 'batch') return;
    const { header, body } = decodeBatch(payload);
    const taken = { from, header, readings: decodeBody(header, decompress(body, header.compression, 1e7), 100_000) };
    this.beforeStoring(taken);
    this.batches.push(taken);
  }
}

interface More {
  readonly hub?: Hub;
  /** What is remembered over restarts. */
  readonly kept?: Map<string, string>;
  hasRoom?(): boolean;
  readonly around?: Partial<PortSurroundings>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Follows the archive until `end`, or until the test is over. */
export function follow(place: { readonly settings: Readonly<Record<string, unknown>> }, more: More = {}) {
  const { hub = new Hub(), kept = new Map<string, string>() } = more;
  const written = { name: 'relay', type: 'archive', every: '100ms', ...place.settings, ...more.settings };
  const settings = v.parse(archive.settings, withUnits(archive.settings, written));
  const log = new LogBook();
  let looks = 0;
  const hasRoom = () => {
    looks++;
    return more.hasRoom?.() ?? true;
  };
  const port = archive.open(settings, {
    ...surroundings(),
    gateway: 'relay-01',
    memory: { ...memory(kept), hasRoom },
    log,
    ...more.around,
  });
  if (port.shape !== 'feed') throw new Error('it is no feed');
  const stop = new AbortController();
  const running = port.run(hub, stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  onTestFinished(end);
  /** How often it was about to look for more. */
  return { hub, log, kept, end, looks: () => looks };
}
