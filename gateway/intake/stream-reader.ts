/**
 * One port with its devices: the place where the byte stream is joined.
 *
 *   port ──bytes──▶ framer ──frames──▶ decoder ──step──▶ intake
 *     ▲                                  ▲ │
 *     │                       due(at) ───┘ │
 *     └──────────────write─────────────────┘
 *
 * Bytes are worked off as they come; the framer's bound is the only thing that is held. A decoder that throws is a
 * fault of this program: it is logged, the frame is lost, the port goes on.
 */
import type { Decoder, Framer, Step } from '../../devices/device-type.ts';
import type { Clock, Moment } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Log } from '../machine/log.ts';
import type { Port, Receiver } from '../ports/port.ts';
import { noteBytes, noteClosed, noteFrame, noteOpen, type PortActivity } from './activity.ts';
import type { Intake } from './intake.ts';

export interface LinkOptions {
  readonly name: string;
  readonly port: Port;
  readonly framer: Framer;
  readonly decoder: Decoder;
  readonly ownTime: boolean;
  readonly activity: PortActivity;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
}

export class Link implements Receiver {
  readonly #options: LinkOptions;
  #signal = AbortSignal.abort();
  #dueAt = Number.POSITIVE_INFINITY;
  #rearm = new AbortController();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Runs until the signal aborts; what was pending then (a last epoch, an open window) still becomes readings. */
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

  closed(why: string): void {
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
    const { clock, intake, activity, ownTime, port, log, name } = this.#options;
    const at = clock.moment();
    try {
      const step = work(at) ?? {};
      // The intake logs what it could not store; there is nobody behind a serial line to tell.
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

  /** Sees to it that the decoder is called when it next wants to be. */
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
