/**
 * A concentrator's just-in-time queue: frames to be sent at a given moment, one at a time.
 *
 * It refuses frames that come too late to be programmed into the radio (`minLeadMs`), are further off than `maxAdvanceMs`,
 * overlap another frame, or exceed `maxQueued` frames (reported as a collision, as Semtech's forwarder does).
 */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../../shared/clock.ts';
import { type Transmission, timeOnAirMs } from '../lorawan/radio.ts';

export type QueueAnswer = 'queued' | 'too-late' | 'too-early' | 'collision';

export interface Timing {
  /**
   * How early a frame must be there; the default 42.5 is what Semtech's forwarder needs (jitqueue.c: start, margin and
   * polling). Negative: frames that are late by less still go out, for real-time runs on a loaded machine.
   */
  readonly minLeadMs?: number;
}

const MIN_LEAD_MS = 42.5;
const maxAdvanceMs = 384_000; // three beacon periods
const maxQueued = 32;
/** Between two frames, to reconfigure the radio. */
const GAP_MS = 2.5;

interface Queued extends Transmission {
  readonly endsAtMs: number;
}

export class TransmitQueue {
  readonly #clock: Clock;
  readonly #minLeadMs: number;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(transmission: Transmission) => void>();
  #queued: Queued[] = [];

  constructor({ clock, minLeadMs = MIN_LEAD_MS }: Timing & { readonly clock: Clock }) {
    this.#clock = clock;
    this.#minLeadMs = minLeadMs;
    setMaxListeners(maxQueued, this.#stop.signal);
  }

  /** `begun` is called when it goes out. */
  add(transmission: Transmission, begun: () => void = () => undefined): QueueAnswer {
    const now = this.#clock.moment().monotonic;
    const { startsAtMs } = transmission;
    const endsAtMs = startsAtMs + timeOnAirMs(transmission, transmission.phyPayload.length, false);
    this.#queued = this.#queued.filter((other) => other.endsAtMs > now);
    if (startsAtMs - now < this.#minLeadMs) return 'too-late';
    if (startsAtMs - now > maxAdvanceMs) return 'too-early';
    const overlaps = (other: Queued) => startsAtMs < other.endsAtMs + GAP_MS && other.startsAtMs < endsAtMs + GAP_MS;
    if (this.#queued.length >= maxQueued || this.#queued.some(overlaps)) return 'collision';
    this.#queued.push({ ...transmission, endsAtMs });
    void this.#transmit(transmission, startsAtMs - now, begun);
    return 'queued';
  }

  onTransmit(listener: (transmission: Transmission) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Drops everything still queued. */
  close(): void {
    this.#stop.abort();
    this.#listeners.clear();
  }

  async #transmit(transmission: Transmission, afterMs: number, begun: () => void): Promise<void> {
    await this.#clock.sleep(Math.max(0, afterMs), this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    for (const listener of this.#listeners) listener(transmission);
    begun();
  }
}
