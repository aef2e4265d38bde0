import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { AppendOptions, BufferOptions } from '../../../gateway/buffer/buffer-options.ts';
import { decompress } from '../../../gateway/buffer/compress.ts';
import type { OutboxOptions } from '../../../gateway/buffer/outbox-options.ts';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import { decodeBatch, decodeBody } from '../../../shared/feed/batch.ts';
import type { Receipt, Refusal } from '../../../shared/feed/receipt.ts';
import type { Reading } from '../../../shared/reading.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export const AT = Date.parse('2026-01-15T03:00:00.000Z');

/** The only outbox of most tests; it takes everything. */
export const CITY: OutboxOptions = {
  name: 'city',
  encoding: 'columns',
  compression: 'none',
  freshEvery: 4,
  accepts: () => true,
};

/** A buffer on a real file, with a clock that the test moves. */
export class BufferRig {
  readonly clock = new VirtualClock();
  readonly log = new LogBook();
  readonly folder: string;
  readonly #options: Partial<BufferOptions>;
  readonly #opened = new Set<ReadingBuffer>();
  /** Whether someone takes what is sealed. */
  isTaken = true;
  file: string;

  constructor(options: Partial<BufferOptions> = {}, folder = temporaryFolder()) {
    this.#options = options;
    this.folder = folder;
    this.file = join(folder, 'buffer.sqlite');
    onTestFinished(() => this.end());
  }

  open(options: Partial<BufferOptions> = {}): ReadingBuffer {
    const buffer = ReadingBuffer.open({
      file: this.file,
      gateway: 'gateway-01',
      boot: 'boot-1',
      maxBytes: 50_000_000,
      batchReadings: 10,
      batchAgeMs: 5_000,
      holdMs: 600_000,
      outboxes: [CITY],
      clock: this.clock,
      log: this.log,
      ...this.#options,
      ...options,
    });
    this.#opened.add(buffer);
    if (this.isTaken) for (const name of Object.keys(buffer.stats().outboxes)) buffer.onWork(name, () => {});
    return buffer;
  }

  /** Appends and commits. */
  async put(buffer: ReadingBuffer, readings: readonly Reading[], options?: AppendOptions): Promise<void> {
    await Promise.all([buffer.append(readings, options), this.clock.advance(options?.withinMs ?? 0)]);
  }

  /** A power cut: opens a copy of what is on the disk now, without the lost files. */
  crash(options?: Partial<BufferOptions>, lost: readonly string[] = []): ReadingBuffer {
    const copy = `${this.file}-after-crash`;
    for (const suffix of ['', '-wal']) {
      if (!lost.includes(suffix) && existsSync(`${this.file}${suffix}`))
        cpSync(`${this.file}${suffix}`, `${copy}${suffix}`);
    }
    this.file = copy;
    return this.open(options);
  }

  end(): void {
    for (const buffer of this.#opened) buffer.close();
  }
}

/** A reading identified by its level. */
export function level(n: number, device = 'gauge-01'): Reading {
  return { device, kind: 'water-level', observedAt: AT + n, values: { level: n } };
}

export function levels(from: number, to: number): Reading[] {
  return Array.from({ length: to - from + 1 }, (_, i) => level(from + i));
}

/** An alarm identified by its value. */
export function alarm(n: number): Reading {
  const values = { alarm: '氾濫注意水位', state: 'raised', quantity: 'level', value: n, limit: 0 } as const;
  return { device: 'gauge-01', kind: 'alarm', observedAt: AT + n, values };
}

/** Takes everything there is to take. */
export function takeAll(buffer: ReadingBuffer, destination = 'city'): Outgoing[] {
  const all: Outgoing[] = [];
  for (let next = buffer.take(destination); next !== undefined; next = buffer.take(destination)) all.push(next);
  return all;
}

export function numberOf(outgoing: Outgoing | undefined): number | undefined {
  return outgoing?.kind === 'gap' ? outgoing.gap.number : outgoing?.batch.number;
}

export function readingsOf(outgoing: Outgoing | undefined): readonly Reading[] {
  if (outgoing?.kind !== 'batch') return [];
  const { header, body } = decodeBatch(outgoing.batch.bytes);
  return decodeBody(header, decompress(body, header.compression, 1e8), 1e6);
}

/** The numbers by which `level` and `alarm` identify readings. */
export function idsOf(outgoing: Outgoing | undefined): unknown[] {
  return readingsOf(outgoing).map(({ values }) => values.level ?? values.value);
}

export function stored(outgoing: Outgoing, refused: readonly Refusal[] = []): Receipt {
  return {
    ...idOf(outgoing),
    outcome: 'stored',
    refused,
    ...(outgoing.kind === 'gap' && { last: outgoing.gap.last }),
  };
}

export function unreadable(outgoing: Outgoing, reason: string): Receipt {
  return { ...idOf(outgoing), outcome: 'unreadable', refused: [], reason };
}

function idOf(outgoing: Outgoing) {
  const { gateway, epoch, number } = outgoing.kind === 'gap' ? outgoing.gap : outgoing.batch;
  return { gateway, epoch, number };
}

/** Settles everything and commits that. */
export async function settleAll(rig: BufferRig, buffer: ReadingBuffer, destination = 'city'): Promise<Outgoing[]> {
  const all = takeAll(buffer, destination);
  for (const outgoing of all) buffer.settle(destination, outgoing, stored(outgoing));
  await rig.clock.advance(60_000);
  return all;
}
