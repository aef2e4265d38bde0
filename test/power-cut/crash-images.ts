/**
 * Every moment of a recorded run at which the power could fail, and what a disk could then hold: opened with the buffer and
 * compared with what had been promised by then.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ReadingBuffer } from '../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../gateway/buffer/outgoing.ts';
import { messageOf } from '../../shared/errors.ts';
import { Random } from '../../simulators/random.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';
import { DiskModel, type Image, type Luck } from '../disk/disk-model.ts';
import type { DiskOperation } from '../disk/recording.ts';
import { LogBook } from '../gateway/machine/log-book.ts';
import { bufferOptions } from './buffer-options.ts';
import { type Contents, History } from './history.ts';
import { MARKS_FILE, type Mark } from './marks.ts';

export interface CrashChecks {
  /** Where the images are written, one after the other. */
  readonly folder: string;
  readonly seed: number;
  /** Roughly how many images are opened; at least one for each fsync. */
  readonly images: number;
  /** The disk fails before the power does: the buffer may find its file damaged as long as nothing is lost. */
  readonly mayBeDamaged?: boolean;
}

export interface CrashReport {
  readonly images: number;
  readonly syncs: number;
  readonly acknowledged: number;
  /** The broken promises, each with the moment and the random choice that broke it. */
  readonly broken: readonly string[];
  /** What the disk holds at the end, without a power cut. */
  readonly final: Image;
}

const maxBroken = 20;
const sectorSizes = [512, 4096] as const;
const probabilities = [0.1, 0.5, 0.9] as const;

/** Cuts the power before every fsync and at moments in between, several times each, with different random choices. */
export async function checkEveryMoment(
  operations: readonly DiskOperation[],
  { folder, seed, images, mayBeDamaged = false }: CrashChecks,
): Promise<CrashReport> {
  const random = new Random(seed);
  const disk = new DiskModel();
  const history = new History();
  const broken: string[] = [];
  const syncs = operations.filter(({ kind }) => kind === 'sync').length;
  const between = Math.max(0, images - 2 * syncs) / operations.length;
  let marks: number | undefined;
  let checked = 0;

  async function cut(at: number, luck: Luck): Promise<void> {
    if (++checked % 20 === 0) await setImmediate(); // lets the test runner see progress
    const kept = broken.length < maxBroken ? faultsOf(disk.image(luck), history, folder, mayBeDamaged) : [];
    broken.push(...kept.map((fault) => `operation ${at}, ${nameOf(luck)}: ${fault}`));
  }

  for (const [at, operation] of operations.entries()) {
    if (operation.kind === 'create' && operation.name === MARKS_FILE) {
      marks = operation.inode;
    } else if (operation.kind === 'write' && operation.inode === marks) {
      const mark: Mark = JSON.parse(new TextDecoder().decode(operation.bytes));
      history.add(mark);
    } else {
      if (operation.kind === 'sync') {
        await cut(at, { kind: 'nothing' });
        if (random.chance(images / syncs - 1)) await cut(at, someLuck(random));
      } else if (random.chance(between)) {
        await cut(at, random.chance(0.2) ? { kind: 'everything' } : someLuck(random));
      }
      disk.apply(operation);
    }
  }
  await cut(operations.length, { kind: 'nothing' });
  const final = disk.image({ kind: 'everything' });
  return { images: checked, syncs, acknowledged: history.acknowledged, broken, final };
}

function someLuck(random: Random): Luck {
  return {
    kind: 'some',
    random: random.fork(),
    probability: random.pick(probabilities),
    sectorBytes: random.pick(sectorSizes),
  };
}

function nameOf(luck: Luck): string {
  if (luck.kind !== 'some') return `${luck.kind} unsynced arrived`;
  return `${luck.probability * 100} % of the unsynced sectors of ${luck.sectorBytes} bytes arrived`;
}

/** Opens the buffer on what the disk holds. */
function faultsOf(image: Image, history: History, folder: string, mayBeDamaged: boolean): string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, bytes] of image) writeFileSync(join(folder, name), bytes);
  const log = new LogBook();
  try {
    const contents = contentsOf(join(folder, 'buffer.sqlite'), log);
    const faults = history.broken(contents);
    if (!history.hasPromised || mayBeDamaged) return faults;
    return [...faults, ...log.at('error').map(({ message }) => `logged: ${message}`)];
  } catch (fault) {
    return [`threw: ${messageOf(fault)}`];
  }
}

function contentsOf(file: string, log: LogBook): Contents {
  const buffer = ReadingBuffer.open({
    ...bufferOptions(file, new VirtualClock()),
    boot: 'boot-2',
    maxBytes: 100e6,
    log,
  });
  try {
    buffer.flush();
    const outgoing: Outgoing[] = [];
    for (let next = buffer.take('city'); next !== undefined; next = buffer.take('city')) outgoing.push(next);
    const { epoch = '', sealed = 0 } = buffer.stats().outboxes.city ?? {};
    return { epoch, sealed, outgoing, remembered: Number(buffer.remembered().get('gauge-01') ?? 0) };
  } finally {
    buffer.close();
  }
}
