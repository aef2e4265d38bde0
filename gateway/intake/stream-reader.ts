/**
 * A stream port with its devices: where the byte stream is put together.
 *
 *   port ──bytes──▶ framer ──frames──▶ decoder ──step──▶ intake
 *     ▲                                  ▲ │
 *     │                       due(at) ───┘ │
 *     └──────────────write─────────────────┘
 *
 * Bytes are handled as they come; only what the framer holds, within its bound, waits. A decoder that throws is a bug of this
 * program: it is logged, the frame is lost, the port goes on.
 */
import type { Decoder, Framer, Step } from '../../devices/device-type.ts';
import type { Clock, Moment } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import type { Log } from '../machine/log.ts';
import type { Receiver, StreamPort } from '../ports/port.ts';
import { noteBytes, noteClosed, noteFrame, noteOpen, type PortActivity } from './activity.ts';
import type { Intake } from './intake.ts';
import type { SetClock } from './set-clock.ts';

export interface StreamReaderOptions {
  readonly name: string;
  readonly port: StreamPort;
  readonly framer: Framer;
  readonly decoder: Decoder;
  /** The readings' times are the device's own. */
  readonly ownTime: boolean;
  /** Sets the clock from GPS fixes; absent if no device here may do so. */
  readonly setClock?: SetClock | undefined;
  readonly activity: PortActivity;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
}

export class StreamReader implements Receiver {
  readonly #options: StreamReaderOptions;
  #signal = AbortSignal.abort();
  #dueAt = Number.POSITIVE_INFINITY;
  #rearm = new AbortController();

  constructor(options: StreamReaderOptions) {
    this.#options = options;
  }

  /** Runs until the signal aborts. What is pending then (a last epoch, an open window) still becomes readings. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    await this.#options.port.run(this, signal);
    this.#rearm.abort();
    this.#step((at) => this.#options.decoder.end?.(at));
  }

  /** Asks a device for a reading now. */
  poll(device: string): void {
    this.#step((at) => this.#options.decoder.poll?.(device, at));
  }

  opened(): void {
    const { activity, framer, decoder } = this.#options;
    noteOpen(activity);
    // What was half-read is void: a line without its end may be another number.
    this.#frames(framer.end().map((frame) => (frame.ok ? { ...frame, ok: false, code: 'truncated' } : frame)));
    this.#step((at) => decoder.opened?.(at));
  }

  bytes(chunk: Uint8Array): void {
    const { activity, framer, clock } = this.#options;
    noteBytes(activity, chunk.length, clock.moment().wall);
    this.#frames(framer.push(chunk));
  }

  closed(why: Text): void {
    noteClosed(this.#options.activity, why);
  }

  #frames(frames: ReturnType<Framer['push']>): void {
    const { activity, decoder } = this.#options;
    for (const frame of frames) {
      this.#step((at) => {
        if (!frame.ok) return { rubbish: [frame] };
        noteFrame(activity, at.wall);
        return decoder.decode(frame.bytes, at);
      });
    }
  }

  #step(work: (at: Moment) => Step | undefined): void {
    const { clock, intake, activity, ownTime, setClock, port, log, name } = this.#options;
    const at = clock.moment();
    try {
      const step = work(at) ?? {};
      setClock?.(step, at);
      // The intake logs what it could not store; a sensor on a serial line cannot be told.
      intake.take(step, { port: activity, at, ownTime, awaited: false }).catch(() => {});
      for (const bytes of step.write ?? []) void port.write(bytes);
    } catch (fault) {
      log.error('A frame could not be decoded because of a fault in the device type. The port goes on', {
        port: name,
        fault: messageOf(fault),
      });
    }
    this.#arm();
  }

  /** Has the decoder called when it next wants to be. */
  #arm(): void {
    const dueAt = this.#options.decoder.dueAt?.() ?? Number.POSITIVE_INFINITY;
    if (dueAt === this.#dueAt) return;
    this.#dueAt = dueAt;
    this.#rearm.abort();
    if (dueAt === Number.POSITIVE_INFINITY || this.#signal.aborted) return;
    const { clock, decoder } = this.#options;
    const rearm = new AbortController();
    this.#rearm = rearm;
    void clock.sleep(Math.max(0, dueAt - clock.moment().monotonic), rearm.signal).then(() => {
      if (rearm.signal.aborted) return;
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.#step((at) => decoder.due?.(at));
    });
  }
}
