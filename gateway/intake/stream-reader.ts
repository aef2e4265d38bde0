/**
 * A stream port with its devices: where the byte stream is put together.
 *
 *   port ──bytes──▶ framer ──frames──▶ decoder ──step──▶ intake
 *     ▲                                  ▲ │
 *     │                       due(at) ───┘ │
 *     └──────────────write─────────────────┘
 *
 * Bytes are handled as they come. If what comes at once takes longer than `maxTurnMs`, the rest waits until the other ports
 * and timers have had their turn; beyond `maxWaitingBytes` further frames are "over-limit" rubbish. A decoder that throws is a
 * bug of this program: it is logged, the frame is lost, the port goes on.
 */
import type { Answered, Decoder, Encoded, Frame, Framer, Rubbish, Step } from '../../devices/device-type.ts';
import type { Clock, Moment } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import type { Log } from '../machine/log.ts';
import type { Retry } from '../net/keep-open.ts';
import type { Receiver, StreamPort } from '../ports/port.ts';
import { noteBytes, noteClosed, noteFrame, noteOpen, noteTurnedAway, type PortActivity } from './activity.ts';
import { DueTimer } from './due-timer.ts';
import type { PortTap } from './frame-tap.ts';
import type { Intake } from './intake.ts';
import type { SetClock } from './set-clock.ts';
import { say } from './words.ts';

/** No port holds up the others for much longer. */
const maxTurnMs = 50;
const maxWaitingBytes = 1024 * 1024;
/** What a frame takes beside its bytes. */
const frameBytes = 100;

/** What waits: a frame, or the moment at which the port was opened or closed. */
type Waiting = Frame | 'opened' | 'closed';

/** What came is handled to its end, even while the gateway stops. */
const ALWAYS = new AbortController().signal;

export interface StreamReaderOptions {
  readonly name: string;
  readonly port: StreamPort;
  readonly framer: Framer;
  readonly decoder: Decoder;
  /** The readings' times are the device's own. */
  readonly ownTime: boolean;
  readonly asksFirst?: boolean | undefined;
  /** Sets the clock from GPS fixes; absent if no device here may do so. */
  readonly setClock?: SetClock | undefined;
  /** The devices have shown that they work, without a reading; `at` is monotonic ms. */
  readonly heard?: ((at: number) => void) | undefined;
  /** Who watches the frames. */
  readonly tap?: PortTap | undefined;
  readonly activity: PortActivity;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
}

export class StreamReader implements Receiver {
  readonly #options: StreamReaderOptions;
  #signal = AbortSignal.abort();
  readonly #timer: DueTimer;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #isWorking = false;
  /** The last work on what waits. */
  #work = Promise.resolve();
  /** Who waits for the answer to a command, by its id. */
  readonly #commands = new Map<number, (answered: Answered | undefined) => void>();
  #commanded = 0;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    const { decoder, clock } = options;
    this.#timer = new DueTimer(decoder, clock, () => this.#step((at) => decoder.due?.(at)));
  }

  get asksFirst(): boolean {
    return this.#options.asksFirst === true;
  }

  /** Runs until the signal aborts. What is pending then (a last epoch, an open window) still becomes readings. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    await this.#options.port.run(this, signal);
    await this.#work;
    this.#timer.stop();
    this.#step((at) => this.#options.decoder.end?.(at));
    for (const answer of this.#commands.values()) answer(undefined);
    this.#commands.clear();
  }

  /** Asks a device for a reading now. */
  poll(device: string): void {
    this.#step((at) => this.#options.decoder.poll?.(device, at));
  }

  /** Gives a device what it is to do; the decoder bounds how many wait, and for how long. Undefined: the port ended first. */
  command(device: string, encoded: Extract<Encoded, { ok: true }>): Promise<Answered | undefined> {
    const id = ++this.#commanded;
    return new Promise((resolve) => {
      if (this.#signal.aborted) return resolve(undefined);
      this.#commands.set(id, resolve);
      this.#step((at) => this.#options.decoder.command?.({ id, device, encoded }, at));
    });
  }

  #tell({ answered = [] }: Step): void {
    for (const { id, ...answer } of answered) {
      this.#commands.get(id)?.(answer);
      this.#commands.delete(id);
    }
  }

  opened(): void {
    const { activity, framer } = this.#options;
    noteOpen(activity);
    // What was half-read is void: a line without its end may be another number.
    const cut = framer.end().map((frame): Frame => (frame.ok ? { ...frame, ok: false, code: 'truncated' } : frame));
    this.#take([...cut, 'opened']);
  }

  bytes(chunk: Uint8Array): void {
    const { activity, framer, clock, tap } = this.#options;
    const at = clock.moment();
    noteBytes(activity, chunk.length, at.wall);
    if (tap?.raw.isRecorded) tap.raw.note(at, 'from-device', chunk);
    this.#take(framer.push(chunk));
  }

  idle(): void {
    this.#take(['closed']);
  }

  turnedAway(rubbish: Rubbish): void {
    const { activity, clock, log, name } = this.#options;
    noteTurnedAway(activity, rubbish, clock.moment().wall);
    log.warn('Somebody was turned away', { port: name, code: rubbish.code, why: rubbish.detail?.en });
  }

  closed(why: Text, retry?: Retry): void {
    noteClosed(this.#options.activity, why, retry);
    this.#take(['closed']);
  }

  #take(waiting: readonly Waiting[]): void {
    for (const each of waiting) {
      const bytes = bytesOf(each);
      if (this.#waitingBytes + bytes > maxWaitingBytes) {
        this.#step(() => ({ rubbish: [{ code: 'over-limit', bytes: new Uint8Array(0), detail: say.tooFast() }] }));
      } else {
        this.#waiting.push(each);
        this.#waitingBytes += bytes;
      }
    }
    if (!this.#isWorking) this.#work = this.#workOff();
  }

  async #workOff(): Promise<void> {
    this.#isWorking = true;
    const { clock } = this.#options;
    const now = () => clock.moment().monotonic;
    let since = now();
    for (let done = 0; done < this.#waiting.length; ) {
      const next = this.#waiting[done++];
      if (next === undefined) break;
      this.#waitingBytes -= bytesOf(next);
      this.#handle(next);
      if (done < this.#waiting.length && now() - since < maxTurnMs) continue;
      this.#waiting.splice(0, done);
      done = 0;
      if (this.#waiting.length > 0) await clock.sleep(0, ALWAYS);
      since = now();
    }
    this.#isWorking = false;
  }

  #handle(waiting: Waiting): void {
    const { activity, decoder } = this.#options;
    this.#step(
      (at) => {
        if (waiting === 'opened') return decoder.opened?.(at);
        if (waiting === 'closed') return decoder.closed?.(at);
        if (!waiting.ok) return { rubbish: [waiting] };
        noteFrame(activity, at.wall);
        return decoder.decode(waiting.bytes, at);
      },
      typeof waiting === 'string' ? undefined : waiting.bytes,
    );
  }

  /** `frame`: what is dealt with, if anything came. */
  #step(work: (at: Moment) => Step | undefined, frame?: Uint8Array): void {
    const { clock, intake, activity, ownTime, setClock, heard, port, tap, log, name } = this.#options;
    const at = clock.moment();
    try {
      const step = work(at) ?? {};
      if (tap?.isWatched) tap.note({ at, bytes: frame, step });
      setClock?.(step, at);
      const origin = { port: activity, at, ownTime: ownTime && !step.hasGatewayTime, awaited: false };
      // The intake logs what it could not store; a sensor on a serial line cannot be told.
      intake.take(step, origin).catch(() => {});
      if (step.isHeard) {
        activity.rubbishInARow = 0;
        heard?.(at.monotonic);
      }
      for (const bytes of step.write ?? []) {
        if (tap?.raw.isRecorded) tap.raw.note(clock.moment(), 'to-device', bytes);
        void port.write(bytes);
      }
      if (step.reopen) port.reopen?.();
      this.#tell(step);
    } catch (fault) {
      log.error('A frame could not be decoded because of a fault in the device type. The port goes on', {
        port: name,
        fault: messageOf(fault),
      });
    }
    if (!this.#signal.aborted) this.#timer.arm();
  }
}

/** About what it takes in memory. */
function bytesOf(waiting: Waiting): number {
  return frameBytes + (typeof waiting === 'string' ? 0 : waiting.bytes.length);
}
