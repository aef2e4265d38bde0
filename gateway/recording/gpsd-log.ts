/**
 * Logs of gpsd: NMEA as the receiver sent it, and between it lines that are gpsd's own, JSON objects (`gpspipe -r`, `gpspipe -rw`) and
 * comments (its test logs, `#`). Only what the receiver sent comes out, unchanged, a line at a time.
 *
 * There is no clock in it. A report with a time (TPV and others, of class and "time") follows the sentences that it was made of, and
 * dates them; without any, an epoch is taken to be a second. `at` counts from the first then, and says nothing of the day.
 * Bound: `maxLineBytes`; what is longer and no line of gpsd's comes out in pieces (receivers send binary messages too).
 */
import { damage, type Entry, maxTime, type RecordingReader } from './recorded.ts';
import { say } from './words.ts';

/** An object with every satellite in view has some 10 kB. */
const maxLineBytes = 64 * 1024;
/** Sentences that wait for the report that dates them; beyond these they have the time before. */
const maxWaiting = 200;
/** After this many epochs without a dated report, none is expected. */
const epochsWithoutTime = 3;
const epochMs = 1_000;

const LF = 0x0a;

export class GpsdLogReader implements RecordingReader {
  #held = new Uint8Array(0);
  #offset = 0;
  /** What the receiver said since the last report with a time, each with its epoch. */
  #waiting: { readonly line: Uint8Array; readonly epoch: number }[] = [];
  readonly #epochs = new Epochs();
  /** Whether reports date the sentences; undefined as long as it may turn out either way. */
  #isDated: boolean | undefined;
  #at = 0;
  /** Whose the line is of which the last piece had no end. */
  #unfinished: 'gpsd' | 'receiver' | undefined;

  push(bytes: Uint8Array): readonly Entry[] {
    this.#held = Buffer.concat([this.#held, bytes]);
    const entries: Entry[] = [];
    let from = 0;
    for (;;) {
      const end = this.#held.indexOf(LF, from) + 1;
      if (end === 0 && this.#held.length - from < maxLineBytes) break;
      const to = end === 0 ? from + maxLineBytes : Math.min(end, from + maxLineBytes);
      entries.push(...this.#line(this.#held.slice(from, to), this.#offset + from));
      from = to;
    }
    this.#held = this.#held.slice(from);
    this.#offset += from;
    return entries;
  }

  end(): readonly Entry[] {
    const last = this.#held.length === 0 ? [] : this.#line(this.#held, this.#offset);
    this.#held = new Uint8Array(0);
    return [...last, ...this.#release()];
  }

  #line(line: Uint8Array, offset: number): readonly Entry[] {
    const isGpsds = this.#unfinished === undefined ? this.#isGpsds(line) : this.#unfinished === 'gpsd';
    const isRest = this.#unfinished !== undefined;
    this.#unfinished = line.at(-1) === LF ? undefined : isGpsds ? 'gpsd' : 'receiver';
    if (!isGpsds) return this.#sentence(line);
    if (isRest) return [];
    if (line.length >= maxLineBytes) return [damage(offset, say.longLine({ max: maxLineBytes }))];
    const time = timeIn(Buffer.from(line).toString());
    if (time === undefined || this.#isDated === false) return [];
    this.#isDated = true;
    this.#at = time;
    return this.#release();
  }

  /** Comments are at the top only: further on, a receiver's binary message may hold such a line. */
  #isGpsds(line: Uint8Array): boolean {
    const start = Buffer.from(line.subarray(0, 8)).toString('latin1');
    return start === '{"class"' || (start.startsWith('#') && this.#epochs.count === 0);
  }

  #sentence(line: Uint8Array): readonly Entry[] {
    this.#waiting.push({ line, epoch: this.#epochs.of(line) });
    if (this.#isDated === undefined && this.#epochs.count > epochsWithoutTime) this.#isDated = false;
    if (this.#isDated === false || this.#waiting.length >= maxWaiting) return this.#release();
    return [];
  }

  #release(): readonly Entry[] {
    const entries = this.#waiting.map(({ line, epoch }): Entry => {
      const at = this.#isDated === true ? this.#at : epoch * epochMs;
      return { record: { at, direction: 'from-device', bytes: line } };
    });
    this.#isDated ??= this.#waiting.length >= maxWaiting ? false : undefined;
    this.#waiting = [];
    return entries;
  }
}

/** Numbers the epochs: one begins with another time of day or, in a log without times, with the sentence that began the last. */
class Epochs {
  count = 0;
  #time: string | undefined;
  #first: string | undefined;

  of(line: Uint8Array): number {
    const [address = '', ...fields] = Buffer.from(line).toString('latin1').split(',', 6);
    const at = TIME_AT[address.slice(3)];
    const time = at === undefined ? undefined : fields[at];
    const isNew = this.#time === undefined && time === undefined ? address === this.#first : time !== this.#time;
    if (this.count === 0 || (isNew && (time !== undefined || this.#time === undefined))) this.#begin(address);
    this.#time = time ?? this.#time;
    return this.count - 1;
  }

  #begin(address: string): void {
    this.count++;
    this.#first = address;
  }
}

/** NMEA 0183: which field of a sentence is its time of day, without the first, its address. */
const TIME_AT: Readonly<Record<string, number>> = { RMC: 0, GGA: 0, GNS: 0, ZDA: 0, GST: 0, GBS: 0, GLL: 4 };

/** Epoch ms; undefined if the object has no time, or none that can be. */
function timeIn(json: string): number | undefined {
  const written = /"time":"([^"]{1,40})"/.exec(json)?.[1];
  const time = written === undefined ? Number.NaN : Date.parse(written);
  return time >= 0 && time <= maxTime ? time : undefined;
}

/** A log that begins with one of gpsd's own lines, or with a sentence; with comments, if either follows. */
export function isGpsdLog(head: Uint8Array): boolean {
  const start = Buffer.from(head).toString('latin1').trimStart();
  return /^(#[^\n]*\n|\s)*(\{"class":|[$!][A-Z]{2})/.test(start);
}

/** Whether more of the head is needed to tell. */
export function isComment(head: Uint8Array): boolean {
  return head[0] === 0x23;
}
