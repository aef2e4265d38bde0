/**
 * One life of a process that uses a buffer as a gateway does, on a watched disk. Every promise it is given is marked between
 * the disk operations. The same seed repeats the same life.
 *
 *   node recorded-run.js <directory> <seed> <first id> <steps> [a fault, as JSON, that comes over the disk now and then]
 */
import { join } from 'node:path';
import { ReadingBuffer } from '../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../gateway/buffer/outgoing.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Reading } from '../../shared/reading.ts';
import { Random } from '../../simulators/random.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';
import { type DiskFault, setFault } from '../disk/watched-disk.ts';
import { bufferOptions } from './buffer-options.ts';
import { hashOf, idsIn, known, knownAlarm } from './known-readings.ts';
import { openMarks } from './marks.ts';

/** Appends that may still fail after the disk has recovered, one a second. */
const maxTurnedDown = 120;

const [directory = '', seed, firstId, steps, faultJson] = process.argv.slice(2);
const faultFile = process.env.FAULT_FILE ?? '';
const fault: DiskFault | undefined = faultJson === undefined ? undefined : JSON.parse(faultJson);
const random = new Random(Number(seed));
const clock = new VirtualClock();
const mark = openMarks(directory);
let nextId = Number(firstId);
let turnedDown = 0;
let isFailing = false;
let taken: Outgoing[] = [];
let buffer = open();

function open(): ReadingBuffer {
  const opened = ReadingBuffer.open(bufferOptions(join(directory, 'buffer.sqlite'), clock));
  opened.onWork('city', () => {}); // someone takes what is sealed
  return opened;
}

function reading(): Reading {
  const id = nextId++;
  return random.chance(0.05)
    ? knownAlarm(id)
    : known(id, globalThis.Buffer.from(random.bytes(random.int(0, random.chance(0.1) ? 1500 : 60))).toString('base64'));
}

async function append(): Promise<boolean> {
  const readings = Array.from({ length: random.int(1, 12) }, reading);
  const ids = readings.map((_, i) => nextId - readings.length + i);
  mark({ mark: 'offered', ids });
  try {
    await buffer.append(readings, {
      withinMs: random.pick([0, 0, 100, 1_000]),
      remember: new Map([['gauge-01', String(nextId - 1)]]),
      ...(random.chance(0.1) && { unsynchronisedOffsetMs: 0 }),
    });
    mark({ mark: 'acknowledged', ids });
    return true;
  } catch (why) {
    if (!isFailing) throw why;
    turnedDown++;
    return false;
  }
}

async function appendSome(): Promise<void> {
  await Promise.all([...Array.from({ length: random.int(1, 4) }, append), clock.advance(1_000)]);
}

function take(): void {
  for (let left = random.int(1, 8); left > 0; left--) {
    const outgoing = buffer.take('city');
    if (outgoing === undefined) return;
    if (outgoing.kind === 'batch') {
      const { epoch, number } = outgoing.batch;
      mark({ mark: 'sent', epoch, number, hash: hashOf(outgoing) });
    }
    taken.push(outgoing);
  }
}

function settle(): void {
  for (const outgoing of taken.splice(0, random.int(1, 6))) {
    if (random.chance(0.3)) {
      buffer.release('city', outgoing);
    } else if (outgoing.kind === 'gap') {
      const { gateway, epoch, number, last, count } = outgoing.gap;
      mark({ mark: 'gap-settled', epoch, first: number, last, count });
      buffer.settle('city', outgoing, { gateway, epoch, number, last, outcome: 'stored', refused: [] });
    } else {
      const { gateway, epoch, number } = outgoing.batch;
      const refused = random.chance(0.1) ? [{ index: 0, reason: 'not of this city' }] : [];
      mark({ mark: 'settled', epoch, number, ids: idsIn(outgoing) });
      buffer.settle('city', outgoing, { gateway, epoch, number, outcome: 'stored', refused });
    }
  }
}

function reopen(): void {
  buffer.close();
  taken = [];
  buffer = open();
}

/** Stops while the disk fails; whatever could not be written was never acknowledged. */
function stop(): true {
  try {
    buffer.close();
  } catch (why) {
    console.error(`closing: ${messageOf(why)}`);
  }
  taken = [];
  return true;
}

/** A flush on a failing disk may throw. */
function flush(): void {
  try {
    buffer.flush();
  } catch (why) {
    if (!isFailing) throw why;
  }
}

const ACTIONS: readonly (readonly [weight: number, action: () => void | Promise<void>])[] = [
  [50, appendSome],
  [15, take],
  [15, settle],
  [10, () => clock.advance(random.int(0, 6_000))],
  [3, flush],
  [3, () => buffer.clockSet()],
  [2, reopen],
];

async function doSomething(): Promise<void> {
  let left = random.next() * ACTIONS.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, action] of ACTIONS) {
    left -= weight;
    if (left < 0) return action();
  }
}

/** The disk fails for a while, then recovers; the buffer must notice by itself. */
async function failForAWhile(disk: DiskFault): Promise<void> {
  isFailing = true;
  setFault(faultFile, disk);
  for (let left = random.int(1, 6); left > 0; left--) {
    await appendSome();
    if (random.chance(0.3)) take();
    if (random.chance(0.3)) settle();
    if (random.chance(0.2)) flush();
  }
  const stopped = random.chance(0.2) && stop();
  setFault(faultFile, undefined);
  if (stopped) buffer = open();
  for (let left = maxTurnedDown; ; left--) {
    const [wasTaken] = await Promise.all([append(), clock.advance(1_000)]);
    if (wasTaken) break;
    if (left === 0) throw new Error(`the disk is well again, but the buffer is not: ${buffer.stats().fault}`);
  }
  await clock.advance(2_000); // retries are done
  isFailing = false;
}

for (let step = 0; step < Number(steps); step++) {
  await doSomething();
  if (fault !== undefined && random.chance(0.04)) await failForAWhile(fault);
}
buffer.close();
console.log(JSON.stringify({ nextId, turnedDown }));
