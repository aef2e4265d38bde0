/**
 * Live frames: what comes to a port, and what becomes of it, for whoever watches (shared/live-frames.ts has the form).
 *
 *   reader ──frame, step──▶ the port's tap ──line──▶ watchers
 *
 * Promise: while nobody watches a port, a frame costs it one look at a flag. Watching never delays a frame: what is too much is left out, and
 * counted. Of a port where strangers' addresses come, and of frames of devices that are not ours, only lengths, kinds and counts are told.
 * Bounds: `maxWatchers` of all ports; `maxPerSecond` frames and `maxCharactersPerSecond` of a port; `maxShownBytes` of a frame, `maxReadings`
 * of it, `maxFrameCharacters` of it in all.
 */
import type { Rubbish, Step } from '../../devices/device-type.ts';
import type { Moment } from '../../shared/clock.ts';
import { toHex } from '../../shared/hex.ts';
import type { LiveFrame, WatchedPort } from '../../shared/live-frames.ts';
import type { Reading } from '../../shared/reading.ts';
import { printable } from '../../shared/text.ts';
import { RawTap } from './raw-tap.ts';
import { lineOf, type Watcher } from './watcher.ts';

export const maxWatchers = 4;
const maxPerSecond = 50;
const maxCharactersPerSecond = 256 * 1024;
/** A Modbus frame has 256 bytes, a LoRaWAN frame 255, a line of text some hundred; a document may be larger. */
const maxShownBytes = 4_096;
const maxReadings = 16;
const maxFrameCharacters = 32 * 1024;
const maxTopic = 200;

/** What a reader has just dealt with. */
export interface Dealt {
  readonly at: Moment;
  /** As they came; absent if nothing came. */
  readonly bytes?: Uint8Array | undefined;
  readonly topic?: string;
  readonly kind?: string;
  readonly device?: string;
  readonly step: Step;
  /** "readings": what came of it, but not its bytes, which are others' too. "outline": neither, since it may be a stranger's. By default all. */
  readonly shows?: 'readings' | 'outline';
}

export class FrameTaps {
  readonly #ports = new Map<string, PortTap>();
  #watchers = 0;

  /** The ports that can be watched now. */
  get names(): readonly string[] {
    return [...this.#ports.keys()];
  }

  get isFull(): boolean {
    return this.#watchers >= maxWatchers;
  }

  /** Of a port that begins; `close` it when the port ends. */
  open(about: () => WatchedPort): PortTap {
    const { name } = about();
    const tap = new PortTap(about, () => {
      if (this.#ports.get(name) === tap) this.#ports.delete(name);
    });
    this.#ports.set(name, tap);
    return tap;
  }

  /** Returns what ends it; undefined if there is no such port, or nothing to be seen there. The first line comes at once. */
  watch(port: string, watcher: Watcher): (() => void) | undefined {
    const tap = this.#ports.get(port);
    return tap && this.#counted(tap.watch(watcher));
  }

  /** The same for the bytes of a stream port. `mayPersonal`: also where strangers' addresses come. */
  record(port: string, recorder: Watcher, mayPersonal: boolean): (() => void) | NotRecorded {
    const tap = this.#ports.get(port);
    if (tap === undefined) return 'no-port';
    const { shape, isWithheld } = tap.about();
    if (shape !== 'stream') return 'no-stream';
    if (isWithheld && !mayPersonal) return 'personal';
    if (tap.raw.isRecorded) return 'recorded';
    recorder.take(lineOf({ port: tap.about() }));
    return this.#counted(tap.raw.record(recorder));
  }

  #counted(leave: () => void): () => void {
    this.#watchers++;
    let hasLeft = false;
    return () => {
      if (!hasLeft) this.#watchers--;
      hasLeft = true;
      leave();
    };
  }
}

/** Why a port is not recorded: there is none, it has no stream of bytes, a detector is on it, or somebody records it already. */
export type NotRecorded = 'no-port' | 'no-stream' | 'personal' | 'recorded';

export class PortTap {
  /** Its bytes, if it is a stream. */
  readonly raw = new RawTap();
  readonly about: () => WatchedPort;
  readonly #closed: () => void;
  readonly #watchers = new Set<Watcher>();
  #isWithheld = true;
  #second = Number.NaN;
  #left = { frames: 0, characters: 0 };
  #missed = 0;

  constructor(about: () => WatchedPort, closed: () => void) {
    this.about = about;
    this.#closed = closed;
  }

  /** Ask before anything is made for `note`. */
  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  watch(watcher: Watcher): () => void {
    const about = this.about();
    this.#isWithheld = about.isWithheld;
    watcher.take(lineOf({ port: about }));
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  note(dealt: Dealt): void {
    if (!this.isWatched || isNothing(dealt)) return;
    const second = Math.floor(dealt.at.monotonic / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#left = { frames: maxPerSecond, characters: maxCharactersPerSecond };
    }
    if (this.#left.frames <= 0 || this.#left.characters <= 0) {
      this.#missed++;
      return;
    }
    const line = frameLine(dealt, this.#isWithheld || dealt.shows === 'outline');
    this.#left.frames--;
    this.#left.characters -= line.length;
    if (this.#missed > 0) this.#tell(lineOf({ missed: this.#missed }));
    this.#missed = 0;
    this.#tell(line);
  }

  /** The port has ended. */
  close(): void {
    this.#closed();
    this.raw.close();
    for (const watcher of [...this.#watchers]) watcher.ended();
    this.#watchers.clear();
  }

  #tell(line: string): void {
    for (const watcher of [...this.#watchers]) watcher.take(line);
  }
}

function isNothing({ bytes, step: { readings = [], rubbish = [], tags = [], write = [] } }: Dealt): boolean {
  return bytes === undefined && readings.length + rubbish.length + tags.length + write.length === 0;
}

function frameLine(dealt: Dealt, isWithheld: boolean): string {
  const frame = isWithheld ? outlineOf(dealt) : frameOf(dealt);
  const line = lineOf({ frame });
  if (line.length <= maxFrameCharacters) return line;
  const rubbish = frame.rubbish.slice(0, 1);
  return lineOf({ frame: { ...frame, readings: [], more: dealt.step.readings?.length ?? 0, rubbish, written: [] } });
}

function frameOf({ at, bytes, topic, kind, device, step, shows }: Dealt): LiveFrame {
  const { readings = [], rubbish = [], tags = [], write = [] } = step;
  return {
    at: at.wall,
    ...(bytes !== undefined && { length: bytes.length }),
    ...(bytes !== undefined && shows === undefined && { hex: toHex(bytes.subarray(0, maxShownBytes)) }),
    ...(topic !== undefined && { topic: printable(topic.slice(0, maxTopic)) }),
    ...(kind !== undefined && { kind }),
    ...(device !== undefined && { device }),
    readings: readings.slice(0, maxReadings).map(shown),
    ...(readings.length > maxReadings && { more: readings.length - maxReadings }),
    ...(tags.length > 0 && { tags: tags.length }),
    rubbish: rubbish.slice(0, maxReadings).map(shownRubbish),
    written: write.slice(0, maxReadings).map((each) => toHex(each.subarray(0, maxShownBytes))),
  };
}

/** Without anything that came: what it was, and how much. */
function outlineOf({ at, bytes, kind, device, step }: Dealt): LiveFrame {
  const { readings = [], rubbish = [], tags = [] } = step;
  return {
    at: at.wall,
    ...(bytes !== undefined && { length: bytes.length }),
    ...(kind !== undefined && { kind }),
    ...(device !== undefined && { device }),
    readings: readings.slice(0, maxReadings).map((each) => ({ ...shown(each), values: {} })),
    ...(readings.length > maxReadings && { more: readings.length - maxReadings }),
    ...(tags.length > 0 && { tags: tags.length }),
    rubbish: rubbish.slice(0, maxReadings).map(({ code }) => ({ code })),
    written: [],
  };
}

/** A payload that no codec could read is not for everybody's eyes. */
function shown({ device, kind, observedAt, values, quality, doubtful }: Reading): LiveFrame['readings'][number] {
  return {
    ...{ device, kind, observedAt },
    values: quality === 'undecoded' ? {} : values,
    ...(quality !== undefined && { quality }),
    ...(doubtful !== undefined && { doubtful }),
  };
}

function shownRubbish({ code, detail, device }: Rubbish): LiveFrame['rubbish'][number] {
  return { code, ...(detail !== undefined && { detail }), ...(device !== undefined && { device }) };
}
