/**
 * A station with a Semtech packet forwarder, as its network sees it: it hears a few channels, sends one thing at a time, hears
 * nothing meanwhile, refuses what comes too late or in between, and sometimes says nothing at all. It keeps what it has sent,
 * to be held against the law.
 */
import type { Modulation } from '../../devices/lorawan/region.ts';
import type { Reception, Reply, Sent } from '../../gateway/ports/radio.ts';
import { foreign } from '../../shared/text.ts';
import type { Random } from '../../simulators/random.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import { airTimeMs, type Band } from './band.ts';
import type { Transmission } from './end-device.ts';

/** What a station needs to have a frame before it is to send it, ms. */
const leadMs = 10;

export interface SentFrame {
  readonly from: number;
  readonly to: number;
  readonly hz: number;
  readonly rate: string;
  readonly bytes: Buffer;
}

export class Station {
  readonly eui: string;
  readonly sent: SentFrame[] = [];
  /** How often it was asked, and by how many refusals that was answered. */
  asked = 0;
  refused = 0;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #channels: ReadonlySet<number>;
  readonly #pauseMs: number;
  readonly #transmit: (frame: SentFrame) => void;
  /** Chance that it never says whether it sends. */
  readonly #silence: number;

  constructor(options: {
    readonly eui: string;
    readonly channels: readonly number[];
    readonly clock: VirtualClock;
    readonly random: Random;
    /** Between two transmissions, which it keeps to itself (ARIB STD-T108). */
    readonly pauseMs: number;
    readonly silence: number;
    transmit(frame: SentFrame): void;
  }) {
    this.eui = options.eui;
    this.#channels = new Set(options.channels);
    this.#clock = options.clock;
    this.#random = options.random;
    this.#silence = options.silence;
    this.#pauseMs = options.pauseMs;
    this.#transmit = options.transmit;
  }

  /** Whether it hears a frame that ends now. */
  hears({ hz, rate, bytes }: Transmission): boolean {
    const to = this.#clock.moment().monotonic;
    const from = to - airTimeMs(rate, bytes.length, true);
    return this.#channels.has(hz) && !this.sent.some((own) => own.from < to && from < own.to);
  }

  /** The reception of a frame that ended at `endedAt` and arrives now. */
  reception({ bytes, hz, rate }: Transmission, endedAt: number, snr: number): Reception {
    return {
      station: this.eui,
      bytes,
      frequencyHz: hz + this.#random.int(-60, 60),
      modulation: modulationOf(rate),
      rssi: Math.round(-90 + snr),
      snr,
      at: this.#clock.moment(),
      heardAt: endedAt + 5,
      reply: (reply) => this.#reply(reply, endedAt),
      delivered: () => {},
    };
  }

  async #reply({ bytes, delayMs, rx1, rx2 }: Reply, endedAt: number): Promise<Sent> {
    this.asked++;
    const windows = [
      { window: rx1, at: endedAt + delayMs },
      { window: rx2, at: endedAt + delayMs + 1_000 },
    ];
    let why = foreign('no window');
    for (const { window, at } of windows) {
      if (window === undefined || !window.book()) continue;
      await this.#clock.sleep(this.#random.int(5, 80)); // there and back
      const rate = rateOf(window.modulation);
      const to = at + airTimeMs(rate, bytes.length, false);
      const frame = { from: at, to, hz: window.frequencyHz, rate, bytes: Buffer.from(bytes) };
      const isBusy = this.sent.some((own) => own.from < to + this.#pauseMs && at < own.to + this.#pauseMs);
      const isLate = this.#clock.moment().monotonic > at - leadMs;
      if (isLate || isBusy || this.#random.chance(0.02)) {
        window.free();
        why = foreign(isLate ? 'TOO_LATE' : 'COLLISION_PACKET');
        this.refused++;
        continue;
      }
      const isSilent = this.#random.chance(this.#silence);
      if (!isSilent || this.#random.chance(0.7)) this.#send(frame);
      if (!isSilent) return { outcome: 'sent' };
      await this.#clock.sleep(at + 1_000 - this.#clock.moment().monotonic);
      return { outcome: 'unknown', why: foreign('silent') };
    }
    return { outcome: 'not-sent', why };
  }

  #send(frame: SentFrame): void {
    this.sent.push(frame);
    void this.#clock.sleep(frame.from - this.#clock.moment().monotonic).then(() => this.#transmit(frame));
  }
}

/** ARIB STD-T108: 50 ms in Japan. */
export function pauseOf({ name }: Band): number {
  return name === 'AS923-1' ? 50 : 0;
}

/** What it has sent that the law forbids: two things at once, too long, too soon or too much. */
export function offences(sent: readonly SentFrame[], band: Band): string[] {
  const all = [...sent].sort((a, b) => a.from - b.from);
  const pauseMs = pauseOf(band);
  const found = all.flatMap((frame, i) => {
    const before = all[i - 1];
    const isSoon = before !== undefined && frame.from < before.to + pauseMs;
    const isLong = band.name === 'AS923-1' && frame.to - frame.from > 4_000;
    return isSoon ? [`two at once at ${frame.from}`] : isLong ? [`${frame.to - frame.from} ms in one go`] : [];
  });
  if (band.name !== 'EU868') return found;
  // ETSI EN 300 220-2, table B.1: bands L, M and P
  for (const [from, to, share] of [
    [865_000_000, 868_000_000, 0.01],
    [868_000_000, 868_600_000, 0.01],
    [869_400_000, 869_650_000, 0.1],
  ] as const) {
    const own = all.filter(({ hz }) => hz >= from && hz < to);
    for (const last of own) {
      const used = own.filter((each) => each.to > last.to - 3_600_000 && each.to <= last.to);
      const usedMs = used.reduce((sum, each) => sum + each.to - each.from, 0);
      if (usedMs > share * 3_600_000 + 1) found.push(`${usedMs} ms within an hour from ${from} Hz`);
    }
  }
  return found;
}

function modulationOf(rate: string): Modulation {
  const [, sf = 7, bw = 125] = (/^SF(\d+)BW(\d+)$/.exec(rate) ?? []).map(Number);
  return { kind: 'lora', spreadingFactor: sf, bandwidthHz: bw * 1_000 } as Modulation; // the bands have no others
}

function rateOf(modulation: Modulation): string {
  return modulation.kind === 'fsk' ? 'FSK' : `SF${modulation.spreadingFactor}BW${modulation.bandwidthHz / 1_000}`;
}
